"""通报: what went well, what did not, what is asked next, every figure from the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from docx import Document

from assessed_year import a_year
from db.engine import Database
from db.queries.papers.circular import circular
from db.queries.papers.circulars import circulars
from documents.official.circular import circular_paper
from documents.official.circular_of_plans import circular_of_plans
from documents.official.paper import Grid, Heading, Paper
from documents.official.template import filled
from documents.official.words import numeral, tight
from i18n import speaking
from workflow.rules.papers.circular import Circular
from workflow.rules.refusals import NotFound
from workflow.rules.time.dates import ZONE
from worlds import ISSUED, KECHENG, LONGYOU, OFFICE, SCIENCE, World, little_city

BEFORE_THE_DUE_DATE = datetime(2021, 11, 29, 9, tzinfo=UTC)


@pytest.fixture
def city(database: Database) -> World:
    return a_year(database)


def found(world: World, who: int | None = None, at: datetime | None = None) -> Circular:
    with world.reading(who or world.reviewer) as c:
        return circular(c.session, c.actor, world.plan_id, at or world.now, ZONE)


def texts(paper: Paper) -> str:
    return "\n".join(getattr(block, "text", "") for block in paper.blocks)


def rows(paper: Paper, attachment: int) -> list[list[str]]:
    (grid,) = (b for b in paper.attachments[attachment].blocks if isinstance(b, Grid))
    return [list(row) for row in grid.rows]


def test_it_counts_lights_and_reports_as_they_stand(city: World) -> None:
    said = texts(circular_paper(found(city)))
    assert "本规划共有任务5项" in said
    assert "截至2021年12月31日，办结销号0项，进度正常3项，预警1项，滞后1项，暂未判定0项" in said
    assert "应报进展情况表6份，报送截止日期为2021年11月30日" in said
    assert "按时报送5份，逾期报送0份，未报送1份" in said
    assert "已审核通过5份" in said


def test_a_number_is_named_with_path_unit_date_source_and_firmness(city: World) -> None:
    said = texts(circular_paper(found(city)))
    assert (
        "大学生完成1,200人，序时进度1,100人，年末目标1,200人，达到序时进度的109%（任务2.2；来源："
        "柯城区2021年四季度报送，2021年11月29日，初步，已审核）。"
    ) in said
    table = rows(circular_paper(found(city)), 1)
    assert ["1.1", "领军人才", "15人", "18人", "20人", "83%", "预警",
            "市科技局2021年四季度报送，2021年11月29日，初步，已审核"] in table  # fmt: skip
    assert ["2.2", "大学生", "—", "—", "—", "—", "未判定", "未报送"] in [
        [*row[:3], "—", "—", *row[5:]] for row in table
    ]


def test_who_is_behind_is_named_with_the_reason_and_what_is_asked(city: World) -> None:
    said = texts(circular_paper(found(city)))
    behind = said[said.index("（一）进度滞后的任务") : said.index("（二）进度预警的任务")]
    assert "1.2 出台人才安居办法（牵头单位：市人力社保局；办理时限：2021年6月30日）" in behind
    assert "任务应于2021年6月30日前完成，已逾期。" in behind
    assert f"{LONGYOU}（未报送1份，最多超期28个工作日）" in said
    asked = said[said.index("四、下一步工作要求") :]
    assert "市人力社保局要对照所列滞后任务（1.2）" in asked
    assert f"{LONGYOU}要于　　月　　日前补报" in asked


def test_units_are_listed_with_their_lights_and_papers(city: World) -> None:
    table = {row[0]: row[1:] for row in rows(circular_paper(found(city)), 0)}
    assert table[SCIENCE] == ["2", "0", "1", "1", "0", "0", "2", "2", "0", "0"]
    assert table[LONGYOU] == ["1", "0", "0", "0", "0", "1", "1", "0", "0", "1"]
    assert table[KECHENG][-3:] == ["1", "0", "0"]


def test_it_tells_what_was_known_on_a_past_day(city: World) -> None:
    then = found(city, at=BEFORE_THE_DUE_DATE)
    assert (then.period, then.day.isoformat()) == ("2021Q3", "2021-11-29")
    assert found(city).earlier == "2021Q3"


def test_before_any_period_there_is_nothing_to_tell(database: Database) -> None:
    world = little_city(database)
    with pytest.raises(NotFound, match="尚未开启报送周期"):
        found(world, at=ISSUED)


def test_a_unit_reads_no_more_than_its_own_tasks(city: World) -> None:
    mine = found(city, city.person(LONGYOU, "liaison"))
    assert {task.code for task in mine.tasks} == {"2.1", "2.2"}
    assert OFFICE not in {unit.name for unit in mine.units if unit.papers}


def test_the_paper_is_a_document_without_english(city: World) -> None:
    document = Document(BytesIO(filled(circular_paper(found(city)))))
    text = "\n".join(one.text for one in document.paragraphs)
    assert "关于《小城人才规划》2021年四季度任务落实情况的通报" in text
    assert not set("abcdefghijklmnopqrstuvwxyz") & set(text)
    with speaking("en"):
        assert "What went well" in texts(circular_paper(found(city)))


@pytest.mark.parametrize(
    ("number", "said"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五")]
)
def test_headings_are_counted_in_chinese(number: int, said: str) -> None:
    assert numeral(number) == said
    with speaking("en"):
        assert numeral(number) == str(number)


def test_a_sentence_of_a_page_is_set_as_in_a_paper() -> None:
    assert tight("任务应于 2021年6月30日 前完成") == "任务应于2021年6月30日前完成。"
    assert tight("R and D 经费 3 万") == "R and D经费3万。"


def test_over_several_plans_each_is_a_part_and_one_alone_is_its_own(city: World) -> None:
    one = found(city)
    other = replace(one, plan="另一规划")
    assert circular_of_plans([one]) == circular_paper(one)
    paper = circular_of_plans([one, other])
    heads = [block for block in paper.blocks if isinstance(block, Heading)]
    assert [head.text for head in heads if head.level == 1] == [
        f"一、《{one.plan}》", "二、《另一规划》",
    ]  # fmt: skip
    assert [head.text for head in heads if head.level == 2][:2] == [
        "（一）总体进展情况", "（二）成效较好的方面",
    ]  # fmt: skip
    assert any(head.level == 3 and head.text.startswith("1．") for head in heads)
    assert len(paper.attachments) == 2 * len(circular_paper(one).attachments)
    assert paper.attachments[-1].title.endswith("（《另一规划》）")
    assert filled(paper) == filled(paper)


def test_plans_without_a_period_are_left_out_and_of_none_there_is_no_paper(city: World) -> None:
    with city.reading(city.reviewer) as c:
        ((plan_id, one),) = circulars(c.session, c.actor, [city.plan_id, 99], city.now, ZONE)
    assert (plan_id, one.plan) == (city.plan_id, found(city).plan)
    with pytest.raises(NotFound), city.reading(city.reviewer) as c:
        circulars(c.session, c.actor, [99], city.now, ZONE)
