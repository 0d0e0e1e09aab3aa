"""What a newer edition adds, drops and changes; nothing is matched silently."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks_catalog import sample, samples
from tasks_catalog.comparing import compare, take_all
from tasks_catalog.comparing.matching import SAME_CODE, SAME_WORDS, SIMILAR
from tasks_catalog.comparing.pairing import SURE, measures_alike, pair, tasks_alike
from tasks_catalog.model import (
    Catalogue,
    CatalogueItem,
    CatalogueMeasure,
    CatalogueTask,
    CatalogueUnit,
    SourcePlace,
)
from workflow.rules.refusals import Invalid
from worlds import COUNTIES, KECHENG, LONGYOU, little_catalogue

OLD = little_catalogue()
QUZHOU = sample("quzhou-2020")
TASKS = {task.code: task for task in OLD.tasks}


def edition(*tasks: CatalogueTask, **more: object) -> Catalogue:
    return replace(OLD, tasks=tasks, **more)


def other(which: str, /, **more: object) -> CatalogueTask:
    return replace(TASKS[which], **more)


@pytest.mark.parametrize("name", samples())
def test_an_edition_does_not_differ_from_itself(name: str) -> None:
    catalogue = sample(name)
    found = compare(catalogue, catalogue)
    assert found.empty
    assert found.pairs == tuple((task.code, task.code) for task in catalogue.tasks)


def test_the_place_in_the_source_and_doubts_are_no_differences() -> None:
    moved = [replace(t, source=SourcePlace(9), doubts=("?",)) for t in OLD.tasks]
    assert compare(OLD, edition(*moved)).empty


def test_changed_numbers_dates_and_units_are_named_with_both_values() -> None:
    first = TASKS["1.1"]
    more = replace(first.measures[0], value=Decimal(120))
    new = edition(
        other("1.1", text="五年引进领军人才120人。", measures=(more, first.measures[1])),
        other("1.2", due=date(2021, 9, 30), units=(replace(first.units[0]),)),
        TASKS["1.3"], TASKS["2.1"], TASKS["2.2"],
    )  # fmt: skip
    found = compare(OLD, new)
    assert [(one.new.code, [f.field for f in one.fields]) for one in found.changed] == [
        ("1.1", ["text", "measures"]),
        ("1.2", ["due", "units"]),
    ]
    due = found.changed[1].fields[0]
    assert (due.before, due.after) == (date(2021, 6, 30), date(2021, 9, 30))
    assert (found.added, found.dropped, found.proposals) == ((), (), ())


def test_what_is_new_is_added_and_what_is_gone_is_dropped() -> None:
    fresh = CatalogueTask("3.1", "建设博士后工作站网络", "steady", "2")
    found = compare(OLD, edition(*OLD.tasks[1:], fresh))
    assert [task.code for task in found.added] == ["3.1"]
    assert [task.code for task in found.dropped] == ["1.1"]


def test_a_task_under_another_code_is_proposed_not_matched() -> None:
    new = edition(other("1.2", code="1.1"), other("1.1", code="1.2"), *OLD.tasks[2:])
    found = compare(OLD, new)
    assert [(p.old.code, p.new.code, p.likeness, p.why) for p in found.proposals] == [
        ("1.2", "1.1", Decimal(1), SAME_WORDS),
        ("1.1", "1.2", Decimal(1), SAME_WORDS),
    ]
    assert [f.field for f in found.proposals[0].fields] == ["code"]
    assert (found.added, found.dropped, found.changed) == ((), (), ())
    settled = compare(OLD, new, take_all(found))
    assert [(one.old.code, one.new.code) for one in settled.changed] == [
        ("1.2", "1.1"), ("1.1", "1.2"),
    ]  # fmt: skip
    assert not settled.proposals


def test_other_words_under_a_code_are_asked_about() -> None:
    found = compare(OLD, edition(*OLD.tasks[:4], other("2.2", title="建设科技创新飞地园区")))
    assert [(p.old.code, p.new.code, p.why) for p in found.proposals] == [("2.2", "2.2", SAME_CODE)]
    new = compare(OLD, edition(*OLD.tasks[:4], found.proposals[0].new), {"2.2": ""})
    assert ([t.code for t in new.added], [t.code for t in new.dropped]) == (["2.2"], ["2.2"])


def test_a_code_with_alike_words_yields_to_one_that_agrees_better() -> None:
    near = other("1.1", title="引进领军人才团队", text="五年引进领军人才团队20个。")
    new = edition(near, other("1.1", code="1.4"), *OLD.tasks[1:])
    assert tasks_alike(TASKS["1.1"], near) >= SURE
    found = compare(OLD, new)
    assert [(p.old.code, p.new.code) for p in found.proposals] == [("1.1", "1.4")]
    assert [t.code for t in found.added] == ["1.1"]


def test_a_person_overrules_what_was_matched_by_code() -> None:
    found = compare(OLD, OLD, {"1.1": "1.2", "1.2": ""})
    assert ("1.2", "1.1") in found.pairs
    assert [t.code for t in found.added] == ["1.2"]
    assert [t.code for t in found.dropped] == ["1.1"]


@pytest.mark.parametrize(
    ("confirmed", "places"),
    [
        ({"9": "1.1"}, ["9"]),
        ({"1.1": "9"}, ["9"]),
        ({"1.1": "1.2", "1.3": "1.2"}, ["1.2", "1.2"]),
    ],
)
def test_codes_that_are_not_there_or_named_twice_are_refused(
    confirmed: dict[str, str], places: list[str]
) -> None:
    with pytest.raises(Invalid) as caught:
        compare(OLD, OLD, confirmed)
    assert [problem.where for problem in caught.value.problems] == places


def test_a_code_that_stands_for_two_tasks_is_refused() -> None:
    with pytest.raises(Invalid):
        compare(OLD, edition(*OLD.tasks, TASKS["1.1"]))


def test_headings_groups_indicators_and_the_head_are_compared() -> None:
    new = replace(
        OLD,
        plan=replace(OLD.plan, last_year=2026),
        items=(OLD.items[0], CatalogueItem("2", "留才服务"), CatalogueItem("3", "保障")),
        units=(
            *OLD.units[:5],
            CatalogueUnit(COUNTIES, group=True, members=(KECHENG, "常山县")),
            OLD.units[6],
        ),
    )
    found = compare(OLD, new)
    assert [(f.field, f.before, f.after) for f in found.head] == [("last_year", 2025, 2026)]
    assert [(i.code, i.before, i.after) for i in found.items] == [
        ("2", "服务", "留才服务"), ("3", None, "保障"),
    ]  # fmt: skip
    assert [(g.name, g.added, g.dropped) for g in found.groups] == [
        (COUNTIES, ("常山县",), (LONGYOU,))
    ]
    assert not found.changed
    table = sample("quzhou-2021")
    first = replace(table.indicators[0], target=Decimal(1), source=None)
    found = compare(table, replace(table, indicators=(first, *table.indicators[2:])))
    assert [(i.name, i.after is None) for i in found.indicators] == [
        (table.indicators[0].name, False), (table.indicators[1].name, True),
    ]  # fmt: skip


def test_a_heading_that_was_renumbered_is_the_same_heading() -> None:
    items = (CatalogueItem("1", "新的开头"), CatalogueItem("2", "引才"), CatalogueItem("3", "服务"))
    further = {"1": "2", "2": "3"}
    tasks = [replace(t, item=further[t.item or ""]) for t in OLD.tasks]
    assert not compare(OLD, edition(*tasks, items=items)).changed
    assert [c.new.code for c in compare(OLD, edition(*OLD.tasks, items=items)).changed] == [
        task.code for task in OLD.tasks
    ]


@given(st.permutations([task.code for task in OLD.tasks]))
def test_renumbering_alone_adds_and_drops_nothing(codes: list[str]) -> None:
    new = edition(*(replace(t, code=code) for t, code in zip(OLD.tasks, codes, strict=True)))
    first = compare(OLD, new)
    assert (first.added, first.dropped) == ((), ())
    found = compare(OLD, new, take_all(first))
    was = {task.code: code for task, code in zip(OLD.tasks, codes, strict=True)}
    assert {o: n for o, n in found.pairs} == was  # noqa: C416 (tuples, not a mapping)
    assert all([f.field for f in change.fields] == ["code"] for change in found.changed)


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_whatever_changes_every_task_is_accounted_for_once(data: st.DataObject) -> None:
    catalogue = replace(QUZHOU, tasks=QUZHOU.tasks[:12])
    kept = data.draw(st.lists(st.sampled_from(catalogue.tasks), unique_by=lambda t: t.code))
    codes = data.draw(st.permutations([task.code for task in kept]))
    texts = data.draw(st.lists(st.sampled_from(["", "另"]), min_size=12, max_size=12))
    tasks = [
        replace(t, code=c, title=x + t.title) for t, c, x in zip(kept, codes, texts, strict=False)
    ]
    found = compare(catalogue, replace(catalogue, tasks=tuple(tasks)))
    olds = [o for o, _ in found.pairs] + [t.code for t in found.dropped]
    news = [n for _, n in found.pairs] + [t.code for t in found.added]
    olds += [p.old.code for p in found.proposals]
    news += [p.new.code for p in found.proposals]
    assert sorted(olds) == sorted(t.code for t in catalogue.tasks)
    assert sorted(news) == sorted(codes)
    assert all(o == n for o, n in found.pairs)
    assert (
        not compare(catalogue, replace(catalogue, tasks=tuple(tasks)), take_all(found)).proposals
        or found.proposals
    )
    assert all(p.why in (SAME_WORDS, SIMILAR, SAME_CODE) for p in found.proposals)


def test_another_unit_or_way_of_counting_breaks_a_series() -> None:
    one = CatalogueMeasure("领军人才", ">=", Decimal(100), "人", 2025, "new")
    assert measures_alike(one, replace(one, value=Decimal(9), kind="cumulative")) == 100
    assert measures_alike(one, replace(one, unit="万人")) == 0
    assert measures_alike(one, replace(one, kind="annual")) == 0


def test_pairs_take_the_most_alike_and_leave_the_rest() -> None:
    likes = {("a", "y"): 90, ("b", "y"): 100, ("b", "x"): 70}
    found = pair(["a", "b"], ["x", "y"], lambda o, n: likes.get((o, n), 0))
    assert found == [("a", None), ("b", "y"), (None, "x")]


def test_two_plans_of_one_city_share_next_to_nothing_silently() -> None:
    found = compare(sample("quzhou-2020"), sample("jiande-2021"))
    assert not found.pairs
