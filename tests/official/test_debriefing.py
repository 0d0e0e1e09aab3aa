"""述职评议: promises kept or not, a third and more of shortcomings, the year to come."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessed_year import FILED, NEW_YEAR, a_year
from db.engine import Database
from db.queries.papers.debriefing import debriefing
from documents.official.debriefing import debriefing_paper
from documents.official.paper import Grid, Heading, Paper, Paragraph
from workflow.rules.papers.debriefing import Debriefing, fitted, length
from workflow.rules.refusals import NotFound
from workflow.rules.time.dates import ZONE
from worlds import KECHENG, LABOUR, LONGYOU, SCIENCE, World


@pytest.fixture
def city(database: Database) -> World:
    return a_year(database)


def found(world: World, unit: str, at: Any = NEW_YEAR, who: int | None = None) -> Debriefing:
    with world.reading(who or world.reviewer) as c:
        return debriefing(c.session, c.actor, world.units[unit], world.plan_id, 2021, at, ZONE)


def chapters(paper: Paper) -> list[list[str]]:
    parts: list[list[str]] = []
    for block in paper.blocks:
        if isinstance(block, Heading):
            parts.append([])
        elif isinstance(block, Paragraph) and block.text and not block.text.startswith("附件"):
            parts[-1].append(block.text)
    return parts


def test_promises_of_the_year_are_kept_or_not(city: World) -> None:
    mine = found(city, SCIENCE)
    assert [(one.code, one.kept) for one in mine.promises] == [("1.1", False), ("1.3", True)]
    assert [(one.code, one.kept) for one in found(city, KECHENG).promises] == [("2.2", True)]
    late = found(city, LABOUR)
    # The document came sixteen days late, and the task was never closed out.
    assert [one.kept for one in late.promises] == [False, False]
    assert (late.on_time, late.missing) == (1, 3)


def test_the_draft_names_them_with_their_numbers_and_dates(city: World) -> None:
    kept, short, ahead = chapters(debriefing_paper(found(city, SCIENCE)))
    assert (
        "年度目标以及到期的任务、节点、成果共2项。截至2021年12月31日，已兑现1项，未兑现1项"
        in kept[0]
    )
    assert "1.1 引进领军人才：领军人才年度目标20人的承诺没有兑现，实际完成情况：15人。" in short[0]
    assert "2022年度" in ahead[0]
    (table,) = (b for b in debriefing_paper(found(city, KECHENG)).attachments[0].blocks
                if isinstance(b, Grid))  # fmt: skip
    assert list(table.rows[0]) == [
        "2.2",
        "每年引进大学生",
        "大学生年度目标1,200人",
        "1,200人",
        "是",
    ]


def test_where_nothing_is_short_the_rest_is_left_to_a_person(city: World) -> None:
    _kept, short, _ahead = chapters(debriefing_paper(found(city, KECHENG)))
    assert "此处由述职人据实补写" in short[-1]
    assert "1,200人" not in "".join(short)


def test_before_the_end_of_the_year_it_is_held_against_the_path(city: World) -> None:
    assert found(city, KECHENG, FILED).day.isoformat() == "2021-11-29"
    assert found(city, KECHENG, FILED).kept


def test_a_unit_reads_its_own_alone(city: World) -> None:
    liaison = city.person(LONGYOU, "liaison")
    assert found(city, LONGYOU, who=liaison).unit == LONGYOU
    with pytest.raises(NotFound):
        found(city, KECHENG, who=liaison)


TEXTS = st.lists(st.text("人才", min_size=1, max_size=40), max_size=8)


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_shortcomings_are_a_third_or_it_is_said_how_much_is_lacking(
    fixed: list[str], short: list[str], kept: list[str], ahead: list[str]
) -> None:
    fit = fitted(fixed, short, kept, ahead)
    told = length([*fixed, *kept[: fit.kept], *ahead[: fit.ahead]])
    bad = length(short) + fit.lacking
    assert bad * 3 >= bad + told
    if fit.lacking:
        assert (fit.kept, fit.ahead) == (0, 0)
        assert (bad - 1) * 3 < bad - 1 + told
    elif fit.kept < len(kept):
        assert bad * 3 < bad + told + length([kept[fit.kept]])
