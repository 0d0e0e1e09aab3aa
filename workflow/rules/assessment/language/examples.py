"""Example cases inside a scheme: facts and what they must come to, run whenever it is taken in.

    examples:
      - title: 完成85%得8.5分
        unit: {numbers: {完成率: "0.85"}}
        expect: {completion: 8.5}

What is obvious is filled in (ids, titles, a unit's kind), so that a case stays short. Points are
compared with as many decimals as they are written with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from i18n import mark
from workflow.rules.assessment.exact import read_exact, rounded, shown
from workflow.rules.assessment.facts import Facts
from workflow.rules.assessment.language.evaluating import make_line
from workflow.rules.assessment.language.lines import Line
from workflow.rules.assessment.language.outcome import RANK
from workflow.rules.assessment.language.ranking import Standing, outcome
from workflow.rules.assessment.language.reading import Reader, as_text, key
from workflow.rules.assessment.language.scheme import Language
from workflow.rules.assessment.language.world import TOTAL, World
from workflow.rules.assessment.reading_facts import read_facts
from workflow.rules.assignments import AssignmentRole
from workflow.rules.faults import Fault, Path, brief, not_among
from workflow.rules.refusals import Invalid

ASK = "ask"
THIS = "本单位"
GRADE, VETO, NOT_ASSESSED = "grade", "veto", "not_assessed"


def _anything(_reader: Reader, value: Any, _path: Path) -> Any:
    return value


@dataclass(frozen=True, kw_only=True)
class Example:
    """One case; `others` are further units of the comparable group."""

    title: str = key(as_text)
    unit: Any = key(_anything, None)
    others: Any = key(_anything, None)
    as_of: str = key(as_text, "")
    expect: Any = key(_anything)


@dataclass(frozen=True)
class ExampleResult:
    """What became of a case: what each thing should come to and what it comes to."""

    title: str
    number: int
    wrong: tuple[tuple[str, str, str], ...]
    fault: Fault | None = None


def run_examples(scheme: Language, form: Mapping[str, Any]) -> list[ExampleResult]:
    """Run every case; `form` is the JSON Schema of facts."""
    return [_run(scheme, form, no, one) for no, one in enumerate(scheme.examples)]


def check_examples(scheme: Language, form: Mapping[str, Any]) -> None:
    """Raises Invalid with every case that does not come to what it says."""
    faults = [fault for one in run_examples(scheme, form) for fault in _faults(one)]
    if faults:
        raise Invalid(mark("The scheme's own examples do not hold."), tuple(faults))


def _faults(one: ExampleResult) -> Iterator[Fault]:
    if one.fault is not None:
        yield one.fault
    for name, wanted, found in one.wrong:
        place = ((((None, "examples"), one.number), "expect"), name)
        yield Fault(
            place,
            mark(
                "“{title}”: {name} should be {wanted} and comes to {found}. Correct "
                "the case or the rule."
            ),
            title=one.title,
            name=name,
            wanted=wanted,
            found=found,
        )


def _run(scheme: Language, form: Mapping[str, Any], no: int, data: Any) -> ExampleResult:
    place: Path = ((None, "examples"), no)
    reader = Reader()
    example = reader.record(Example, data, place)
    if example is not None and not isinstance(example.expect, dict):
        reader.fault(
            (place, "expect"),
            mark("Write keys with their values here, not “{value}”."),
            value=brief(example.expect),
        )
    if reader.faults or example is None:
        return ExampleResult(f"#{no + 1}", no, (), reader.faults[0])
    try:
        facts = _facts(scheme, form, example)
    except Invalid as refused:
        problem = refused.problems[0]
        fault = Fault(
            place,
            mark("“{title}”: its facts cannot be used: {problem}"),
            title=example.title,
            problem=problem,
        )
        return ExampleResult(example.title, no, (), fault)
    world = World(scheme, facts, make_line)
    (standing,) = (one for one in outcome(world) if one.unit.unit == THIS)
    wrong: list[tuple[str, str, str]] = []
    for name, wanted in example.expect.items():
        known = {*scheme.nodes, *TOTAL, *RANK, GRADE, VETO, NOT_ASSESSED}
        if name not in known:
            fault = not_among(((place, "expect"), name), name, sorted(known))
            return ExampleResult(example.title, no, (), fault)
        found = _found(world, standing, name, wanted)
        if found != _wanted(wanted):
            wrong.append((name, _wanted(wanted), found))
    return ExampleResult(example.title, no, tuple(wrong))


def _wanted(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(sorted(str(one) for one in value)) or "—"
    if isinstance(value, bool):
        return "true" if value else "false"
    try:
        return shown(read_exact(value))
    except ValueError:
        return "—" if value is None else str(value)


def _found(world: World, standing: Standing, name: str, wanted: Any) -> str:
    """What the case comes to, with as many decimals as are written."""
    if name == GRADE:
        return ASK if standing.questions else standing.grade.code if standing.grade else "—"
    if name == VETO:
        return ", ".join(sorted(veto.code for veto, _items in standing.vetoes)) or "—"
    if name == NOT_ASSESSED:
        return "true" if standing.not_assessed else "false"
    if name in RANK:
        return "—" if standing.rank is None else str(standing.rank)
    if name in TOTAL:
        if standing.root is not None and standing.root.asks:
            return ASK
        return "—" if standing.total is None else _rounded(standing.total, wanted)
    return _of_line(world.line(name, standing.unit), wanted)


def _of_line(line: Line | None, wanted: Any) -> str:
    if line is None or line.absent is not None:
        return "—"
    return ASK if line.asks else _rounded(line.own, wanted)


def _rounded(value: Fraction, wanted: Any) -> str:
    digits = str(wanted).partition(".")[2]
    return (
        shown(rounded(value, min(len(digits), 6)))
        if digits.isdigit() or not digits
        else shown(value)
    )


def _facts(scheme: Language, form: Mapping[str, Any], example: Example) -> Facts:
    others = example.others or []
    units = [_unit(scheme, example.unit or {}, THIS)]
    units += [_unit(scheme, one, f"他单位{no}") for no, one in enumerate(others, 1)]
    return read_facts(
        {
            "schema": "luoshi.facts/1",
            "year": scheme.year,
            "as_of": example.as_of or f"{scheme.year}-12-31",
            "units": units,
        },
        form,
    )


def _unit(scheme: Language, data: Any, name: str) -> Any:
    """A unit's facts with what is obvious filled in."""
    if not isinstance(data, dict):
        return data
    unit = {"unit": name, "name": name, "kind": _first_kind(scheme), **deepcopy(data)}
    if isinstance(unit.get("given"), dict):
        unit["given"] = [{"rule": rule, "points": p} for rule, p in unit["given"].items()]
    for task in unit.get("tasks", ()):
        _fill(task, title=str(task.get("task", "")), role=AssignmentRole.LEAD)
        for one in task.get("measures", ()):
            _fill(one, id=str(one.get("metric", "")), op=">=")
        for sort in ("milestones", "reports"):
            for no, one in enumerate(task.get(sort, ()), 1):
                _fill(one, id=f"{task.get('task')}-{sort}-{no}")
                if sort == "milestones":
                    _fill(one, title=one["id"])
    for no, one in enumerate(unit.get("events", ()), 1):
        _fill(one, id=f"event-{no}", title=str(one.get("kind", "")))
    for sort in ("given", "exemptions", "ranks", "ratings", "ballots"):
        for no, one in enumerate(unit.get(sort, ()), 1):
            _fill(one, id=f"{sort}-{no}")
    return unit


def _fill(one: Any, **obvious: str) -> None:
    if isinstance(one, dict):
        for name, value in obvious.items():
            one.setdefault(name, value)


def _first_kind(scheme: Language) -> str:
    return next((kind for group in scheme.groups for kind in group.kinds), "department")
