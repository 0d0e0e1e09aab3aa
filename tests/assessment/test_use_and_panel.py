"""Objections with files, the panel's marks, and what follows from a result."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy import select

from access.year_of_verbs import A_FILE
from assessment.test_procedure import PAPER, begin, city, final, first_line, later, shown
from db.models import GivenFact, Outbox, ResultUse, Task
from db.queries.assessment.facts import facts_of_year
from db.queries.assessment.given_facts import given_rows
from db.queries.assessment.objection_files import objection_files
from db.queries.assessment.panel_marks import panel_marks
from db.queries.assessment.result_uses import result_uses
from workflow.rules.assessment.panel import CRITERIA
from workflow.rules.assessment.use import Use
from workflow.rules.refusals import Invalid, NotAllowed, NotFound, WrongState
from workflow.verbs.assessment.answer_objection import answer_objection
from workflow.verbs.assessment.attach_to_objection import (
    attach_to_objection,
    take_out_objection_file,
)
from workflow.verbs.assessment.decide_use import UseDecided, decide_use
from workflow.verbs.assessment.object_to_score import object_to_score
from workflow.verbs.assessment.rate_debriefing import rate_debriefing
from worlds import KECHENG, LABOUR, LONGYOU, World

__all__ = ["city"]


def test_a_file_goes_with_an_objection_until_it_is_answered(city: World) -> None:
    shown(city)
    ours = city.person(KECHENG, "liaison")
    said = city.do(ours, object_to_score, line_id=first_line(city, KECHENG), text="漏计一项。")
    made = city.do(ours, attach_to_objection, objection_id=said, file=A_FILE)
    assert city.do(ours, attach_to_objection, objection_id=said, file=A_FILE) == made
    with city.reading(city.administrator) as c:
        (file,) = objection_files(c.session, c.actor, [said])[said]
        assert file.name == A_FILE.name
    assert city.do(city.administrator, take_out_objection_file, file_id=made).sha == A_FILE.sha
    strangers = city.person(LONGYOU, "liaison")
    with city.reading(strangers) as c:
        assert objection_files(c.session, c.actor, [said]) == {}
    for verb, given in ((take_out_objection_file, {"file_id": made}),
                        (attach_to_objection, {"objection_id": said, "file": A_FILE})):  # fmt: skip
        with pytest.raises(NotFound):
            city.do(strangers, verb, **given)
    with pytest.raises(NotAllowed):
        city.do(city.administrator, attach_to_objection, objection_id=said, file=A_FILE)
    city.do(
        city.person("", "leader"),
        answer_objection,
        objection_id=said,
        upheld=True,
        reply="已补计。",
    )
    with pytest.raises(WrongState):
        city.do(ours, attach_to_objection, objection_id=said, file=A_FILE)


def marks(city: World, who: int, text: str, unit: str = KECHENG) -> None:
    city.do(
        who, rate_debriefing, plan_id=city.plan_id, year=2021, unit_id=city.units[unit],
        marks=dict.fromkeys(CRITERIA, text),
    )  # fmt: skip


def test_the_panels_marks_are_facts_and_the_unit_learns_means_alone(city: World) -> None:
    begin(city)
    panel = [city.reviewer, city.administrator, city.person("", "leader")]
    for who, text in zip(panel, ("90", "80", "70"), strict=True):
        marks(city, who, text)
    marks(city, panel[0], "99.5")  # changed: one's own mark counts once
    with city.reading(city.person(KECHENG, "liaison")) as c:
        (of,) = panel_marks(c.session, c.actor, city.plan_id, 2021)
        assert (of.raters, of.own) == (3, {})
        assert set(of.means.values()) == {Fraction("249.5") / 3}
        assert given_rows(c.session, c.actor, city.plan_id, 2021, c.now) == ()
    with city.reading(panel[1]) as c:
        (of,) = panel_marks(c.session, c.actor, city.plan_id, 2021)
        assert of.own == dict.fromkeys(CRITERIA, "80")
        facts = facts_of_year(c.session, city.plan_id, 2021, c.now, date(2021, 12, 31), "UTC")
    unit = next(one for one in facts["units"] if one["name"] == KECHENG)
    assert sorted(
        mark for one in unit["ratings"] if one["group"] == "履行责任" for mark in one["marks"]
    ) == ["70", "80", "99.5"]
    with city.reading(city.person(LONGYOU, "liaison")) as c:
        assert panel_marks(c.session, c.actor, city.plan_id, 2021) == ()


def test_of_few_marks_no_mean_is_told(city: World) -> None:
    begin(city)
    marks(city, city.reviewer, "60")
    with city.reading(city.person(KECHENG, "liaison")) as c:
        (of,) = panel_marks(c.session, c.actor, city.plan_id, 2021)
    assert set(of.means.values()) == {None}


@pytest.mark.parametrize("text", ["", "101", "-1", "九十", "90.55", "1e2"])
def test_what_is_no_mark_is_refused_for_every_criterion(city: World, text: str) -> None:
    begin(city)
    with pytest.raises(Invalid) as refused:
        marks(city, city.reviewer, text)
    assert len(refused.value.problems) == len(CRITERIA)


def test_nobody_judges_the_own_unit_and_none_once_it_is_decided(city: World) -> None:
    final(city)
    with pytest.raises(WrongState):
        marks(city, city.reviewer, "90")
    with pytest.raises(NotAllowed):
        marks(city, city.person(KECHENG, "liaison"), "90")
    with city.database.read() as session:
        assert session.scalars(select(GivenFact).where(GivenFact.kind == "panel")).all() == []


def use(**changed: object) -> UseDecided:
    given = {
        "kind": Use.RECTIFY, "text": "引才进度滞后。", "document": PAPER, "task": "引才工作整改",
        "due": date(2022, 6, 30),
    }  # fmt: skip
    return UseDecided(**{**given, **changed})


def decided(city: World, who: int, **changed: object) -> int:
    return city.do(
        who, decide_use, plan_id=city.plan_id, year=2021, unit_id=city.units[KECHENG],
        use=use(**changed),
    )  # fmt: skip


def test_what_follows_from_a_final_result_becomes_a_task_with_its_date(city: World) -> None:
    final(city)
    decided(city, city.administrator)
    decided(city, city.person("", "leader"), kind=Use.PRAISE, task="", due=None)
    with city.reading(city.person(KECHENG, "liaison")) as c:
        task, praise = result_uses(c.session, c.actor, city.plan_id, 2021)
        assert (task.task, task.due, task.state) == (
            "引才工作整改", date(2022, 6, 30), "issued"
        )  # fmt: skip
        assert praise.task_id is None
        assert c.session.get_one(Task, task.task_id).code == task.code
        letters = c.session.scalars(select(Outbox.kind).where(Outbox.kind == "result_use")).all()
    assert letters
    with city.reading(city.person(LABOUR, "liaison")) as c:
        assert result_uses(c.session, c.actor, city.plan_id, 2021) == ()


def test_before_it_is_final_or_without_words_and_dates_nothing_follows(city: World) -> None:
    shown(city)
    with pytest.raises(WrongState):
        decided(city, city.administrator)
    later(city, 1)
    with city.database.read() as session:
        assert session.scalars(select(ResultUse)).all() == []


def test_every_field_that_is_missing_is_named(city: World) -> None:
    final(city)
    with pytest.raises(NotAllowed):
        decided(city, city.reviewer)
    with pytest.raises(Invalid) as refused:
        decided(city, city.administrator, text=" ", document="", task="")
    assert {one.where for one in refused.value.problems} == {"text", "document", "task"}
    with pytest.raises(Invalid) as refused:
        decided(city, city.administrator, due=None)
    assert [one.where for one in refused.value.problems] == ["due"]
    with pytest.raises(Invalid):
        decided(city, city.administrator, due=date(2021, 1, 1))
