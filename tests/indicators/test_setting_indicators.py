"""How an indicator is counted and promised is laid down by the office, with its document."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from db.engine import Database
from indicators.cities import (
    RESEARCH,
    SKILLED,
    answered_for,
    city_with_indicators,
    in_force,
    versions_of,
)
from workflow.rules.access.permissions import system
from workflow.rules.indicators.words import PathKind
from workflow.rules.refusals import Conflict, Invalid, NotAllowed
from workflow.verbs.indicators.set_indicator import IndicatorSettings, set_indicator, settings_of
from workflow.verbs.record.verify_audit import verify_audit
from workflow.verbs.units.merge_units import merge_units
from worlds import LABOUR, LONGYOU, SCIENCE, World

LATER = datetime(2022, 6, 15, 1, tzinfo=UTC)


@pytest.fixture
def world(database: Database) -> World:
    made = city_with_indicators(database)
    made.now = LATER
    return made


def settings(world: World, name: str) -> IndicatorSettings:
    return settings_of(in_force(world)[name])


def lay_down(
    world: World, name: str, wanted: IndicatorSettings, document: str = "", who: int | None = None
) -> int:
    version = in_force(world)[name]
    made: int = world.do(
        who or world.reviewer, set_indicator, indicator_id=version.indicator_id,
        version_id=version.id, settings=wanted, document=document,
    )  # fmt: skip
    return made


def problems(world: World, name: str, document: str = "文", **wrong: object) -> list[str]:
    with pytest.raises(Invalid) as refused:
        lay_down(world, name, replace(settings(world, name), **wrong), document)
    return [problem.where for problem in refused.value.problems]


def test_units_and_month_need_no_document(world: World) -> None:
    wanted = replace(
        settings(world, SKILLED), responsible_unit_id=world.units[LABOUR],
        source_unit_id=world.units[SCIENCE], known_month=3,
    )  # fmt: skip
    lay_down(world, SKILLED, wanted)
    now = in_force(world)[SKILLED]
    assert (now.responsible_unit_id, now.source_unit_id, now.known_month) == (
        world.units[LABOUR], world.units[SCIENCE], 3,
    )  # fmt: skip
    assert len(versions_of(world, SKILLED)) == 2
    assert lay_down(world, SKILLED, settings(world, SKILLED)) == now.id
    assert len(versions_of(world, SKILLED)) == 2


def test_a_promise_changes_only_by_its_document_and_the_original_stays(world: World) -> None:
    wanted = replace(settings(world, SKILLED), target="11.5")
    with pytest.raises(Invalid):
        lay_down(world, SKILLED, wanted)
    lay_down(world, SKILLED, wanted, "衢委〔2022〕5号")
    first, now = versions_of(world, SKILLED)
    assert (first.target, first.known_to, now.target) == (12, LATER, Decimal("11.5"))
    assert now.document == "衢委〔2022〕5号"


def test_a_draft_is_filled_in_without_a_document(database: Database) -> None:
    draft = city_with_indicators(database, issued=False)
    lay_down(draft, SKILLED, replace(settings(draft, SKILLED), definition="持证人数"))
    assert in_force(draft)[SKILLED].definition == "持证人数"


def test_paths_are_kept_exactly(world: World) -> None:
    own = replace(
        settings(world, SKILLED), path_kind=PathKind.OWN, path_values={2023: "9.5万人", 2022: "8"}
    )
    lay_down(world, SKILLED, own, "文")
    assert in_force(world)[SKILLED].path_values == '{"2022":"8","2023":"9.5"}'
    assert settings(world, SKILLED).path_values == {2022: "8", 2023: "9.5"}


def test_a_better_wording_goes_on_and_a_new_definition_begins_another_series(world: World) -> None:
    first = replace(settings(world, RESEARCH), definition="六普推算数")
    lay_down(world, RESEARCH, first, "规划表2")
    worded = replace(first, definition="按六普推算数计")
    lay_down(world, RESEARCH, worded, "规划表2")
    now = in_force(world)[RESEARCH]
    assert (now.definition_from, now.target_definition) == (0, 0)
    changed = replace(worded, definition="七普修订数", definition_from=2022, restated=False)
    lay_down(world, RESEARCH, changed, "市统计局函")
    now = in_force(world)[RESEARCH]
    assert (now.definition_from, now.target_definition, now.target) == (2022, 0, 75)
    assert not settings(world, RESEARCH).restated
    restated = replace(settings(world, RESEARCH), restated=True, target="73.2", baseline="58.6")
    lay_down(world, RESEARCH, restated, "衢委〔2022〕6号")
    now = in_force(world)[RESEARCH]
    assert (now.target_definition, now.target) == (2022, Decimal("73.2"))


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"target": "约12"}, "target"),
        ({"baseline": "七"}, "baseline"),
        ({"path_values": {2022: "9"}}, "path"),
        ({"path_kind": "own"}, "path"),
        ({"path_kind": "curly"}, "path"),
        ({"kind": "curly"}, "path"),
        ({"path_kind": "own", "path_values": {2025: "9"}}, "2025"),
        ({"path_kind": "own", "path_values": {2022: "x"}}, "2022"),
        ({"target_year": 2020}, "target_year"),
        ({"known_month": 13}, "known_month"),
        ({"responsible_unit_id": 9999}, "responsible"),
        ({"source_unit_id": 9999}, "source"),
        ({"definition_from": 2022}, "definition"),
        ({"definition": "新", "definition_from": 2019}, "definition_from"),
        ({"definition": "新", "definition_from": 2026}, "definition_from"),
        ({"definition": "长" * 501}, ""),
    ],
)
def test_what_cannot_be_set_is_named(world: World, wrong: dict, where: str) -> None:
    assert where in problems(world, SKILLED, **wrong)
    assert len(versions_of(world, SKILLED)) == 1


def test_a_definition_does_not_go_back(world: World) -> None:
    changed = replace(settings(world, SKILLED), definition="新", definition_from=2022)
    lay_down(world, SKILLED, changed, "文")
    assert "definition_from" in problems(world, SKILLED, definition="旧", definition_from=2021)


def test_only_the_office_sets_and_the_second_writer_is_told(world: World) -> None:
    wanted = replace(settings(world, SKILLED), known_month=4)
    with pytest.raises(NotAllowed):
        lay_down(world, SKILLED, wanted, who=world.person("", "leader"))
    old = in_force(world)[SKILLED]
    lay_down(world, SKILLED, wanted)
    with pytest.raises(Conflict):
        world.do(world.reviewer, set_indicator, indicator_id=old.indicator_id, version_id=old.id,
                 settings=wanted)  # fmt: skip


def test_a_merged_units_indicators_go_to_its_successor(world: World) -> None:
    answered_for(world, SKILLED, LONGYOU, LONGYOU)
    answered_for(world, RESEARCH, LABOUR, LONGYOU)
    world.do(world.administrator, merge_units, unit_id=world.units[LONGYOU],
             successor_id=world.units[SCIENCE])  # fmt: skip
    found = in_force(world)
    named = [
        (found[name].responsible_unit_id, found[name].source_unit_id)
        for name in (SKILLED, RESEARCH)
    ]
    science, labour = world.units[SCIENCE], world.units[LABOUR]
    assert named == [(science, science), (labour, science)]
    assert versions_of(world, SKILLED)[-2].responsible_unit_id == world.units[LONGYOU]
    with world.reading(system("clock")) as c:
        assert verify_audit(c).holds
