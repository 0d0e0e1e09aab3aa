"""A reading with the changes people made: nothing is lost, nothing overwritten unseen."""

import json
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks_catalog import sample
from tasks_catalog.plain import json_text, to_plain
from workflow.rules.preparing.working_copy import (
    HEAD_FIELDS,
    TASK_FIELDS,
    Change,
    coverage,
    current,
    doubt_key,
    finding_key,
    fold,
    inverse,
    settled,
)
from workflow.rules.refusals import Conflict, Invalid


@cache
def _text() -> str:
    return json_text(to_plain(sample("quzhou-2020")))


def plain():
    return json.loads(_text(), parse_float=Decimal)


CODES = [task["code"] for task in plain()["tasks"]]
TEXT = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)
VALUES = {
    "kind": st.sampled_from(["numbers", "steady"]),
    "item": st.sampled_from(["1", "2", None]),
    "due": st.sampled_from(["2025-12-31", None]),
    "measures": st.lists(st.fixed_dictionaries({"metric": TEXT, "value": st.integers(0, 9)})),
    "units": st.lists(st.fixed_dictionaries({"name": TEXT, "role": st.just("lead")})),
    "deliverables": st.lists(st.fixed_dictionaries({"name": TEXT})),
}


@st.composite
def steps(draw):
    """What people do: (code, field, new value), each in the state that the ones before made."""
    where = draw(st.sampled_from(["task", "head", "add", "remove", "item", "unit", "settle"]))
    if where == "head":
        return "", draw(st.sampled_from(HEAD_FIELDS)), draw(TEXT)
    if where == "task":
        field = draw(st.sampled_from(TASK_FIELDS))
        return draw(st.sampled_from(CODES)), field, draw(VALUES.get(field, TEXT))
    if where == "add":
        code = draw(st.sampled_from(["1.1a", "0.1", "9.9", "16.10", "新1"]))
        return code, "task", {"code": code, "title": draw(TEXT), "kind": "steady", "units": []}
    if where == "remove":
        return draw(st.sampled_from(CODES)), "task", None
    if where == "item":
        return f"item:{draw(st.sampled_from(['1', '2']))}", "title", draw(TEXT)
    if where == "unit":
        name = draw(st.sampled_from(["市科技局", "新单位"]))
        return f"unit:{name}", "unit", draw(st.sampled_from([None, {"name": name}]))
    return finding_key(draw(st.integers(1, 3))), "settled", draw(st.none() | TEXT)


def carried_out(wanted) -> list[Change]:
    """The steps as changes that name what stood before; those about nothing left out."""
    made: list[Change] = []
    for code, field, after in wanted:
        try:
            before = (
                settled(made).get(code)
                if field == "settled"
                else current(fold(plain(), made), code, field)
            )
        except Invalid:
            continue
        if before != after:
            made.append(Change(code, field, before, after))
    return made


def test_no_changes_leave_the_reading_as_it_is() -> None:
    assert fold(plain(), []) == plain()


@settings(deadline=None)
@given(st.lists(steps(), max_size=8), steps())
def test_the_inverse_change_takes_a_change_back(wanted, last) -> None:
    changes = carried_out(wanted)
    more = carried_out([*wanted, last])[len(changes) :]
    back = [inverse(change) for change in more]
    assert fold(plain(), [*changes, *more, *back]) == fold(plain(), changes)
    assert settled([*changes, *more, *back]) == settled(changes)


@settings(deadline=None)
@given(st.lists(steps(), max_size=8), st.randoms())
def test_the_order_of_changes_to_different_fields_does_not_matter(wanted, random) -> None:
    entries = [(code, "" if field in ("task", "unit") else field) for code, field, _v in wanted]
    whole = {code for code, field in entries if not field}
    once = [
        step
        for place, (step, entry) in enumerate(zip(wanted, entries, strict=True))
        if entry not in entries[:place] and (not entry[1] or entry[0] not in whole)
    ]
    changes = carried_out(once)
    other = list(changes)
    random.shuffle(other)
    assert fold(plain(), changes) == fold(plain(), other)


@settings(deadline=None)
@given(steps(), TEXT)
def test_a_change_on_another_value_is_refused_and_changes_nothing(step, unseen) -> None:
    for change in carried_out([step]):
        standing = plain()
        with pytest.raises(Conflict) as told:
            fold(standing, [Change(change.code, change.field, [unseen], change.after)])
        assert told.value.fields["now"] == change.before
        assert standing == plain()


def test_of_two_people_on_one_field_the_second_is_told_and_on_two_fields_none() -> None:
    title = Change(CODES[0], "title", plain()["tasks"][0]["title"], "甲")
    again = Change(CODES[0], "title", plain()["tasks"][0]["title"], "乙")
    due = Change(CODES[0], "due", plain()["tasks"][0]["due"], "2024-12-31")
    folded = fold(plain(), [title, due])["tasks"][0]
    assert (folded["title"], folded["due"]) == ("甲", "2024-12-31")
    with pytest.raises(Conflict):
        fold(plain(), [title, again])


def test_a_task_that_is_added_stands_where_its_code_belongs() -> None:
    def added(code: str) -> Change:
        return Change(code, "task", None, {"code": code, "title": "新", "kind": "steady"})

    few = {**plain(), "tasks": [{"code": c, "title": c} for c in ("1.1", "1.9", "2.1")]}
    codes = [t["code"] for t in fold(few, [added("1.10"), added("1.2"), added("0.5")])["tasks"]]
    assert codes == ["0.5", "1.1", "1.2", "1.9", "1.10", "2.1"]


@pytest.mark.parametrize(
    ("code", "field"),
    [("99", "title"), ("1.1", "colour"), ("", "colour"), ("item:99", "title"), ("unit:x", "name")],
)
def test_a_change_of_nothing_that_is_there_is_refused(code: str, field: str) -> None:
    with pytest.raises(Invalid):
        fold(plain(), [Change(code, field, None, "x")])


def test_an_added_task_carries_the_code_it_is_named_by() -> None:
    with pytest.raises(Invalid):
        fold(plain(), [Change("7.7", "task", None, {"code": "8.8", "title": "x"})])


def test_coverage_counts_what_is_led_and_what_is_still_open() -> None:
    catalogue = {
        **plain(),
        "tasks": [
            {"code": "1", "units": [{"role": "support"}], "doubts": ["a", "b"]},
            {"code": "2", "units": [{"role": "joint"}], "doubts": []},
        ],
        "findings": [{"severity": "error"}, {"severity": "warning"}],
    }
    done = {finding_key(2): "已核", doubt_key("1", 2): "已核"}
    found = coverage(catalogue, done)
    assert (found.tasks, found.led) == (2, 1)
    assert (found.doubts, found.open_doubts) == (2, 1)
    assert (found.findings, found.open_findings, found.open_errors) == (2, 1, 1)
