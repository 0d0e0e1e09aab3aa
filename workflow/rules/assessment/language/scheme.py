"""A whole scheme in the language, `luoshi.scheme/2`, read from what its YAML or JSON says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from i18n import mark
from workflow.rules.assessment.facts import UnitFacts
from workflow.rules.assessment.faults import Fault, Path, not_among
from workflow.rules.assessment.language import combining, curves, incidents, people, ranks, stepwise
from workflow.rules.assessment.language.curves import VALUE_NAMES
from workflow.rules.assessment.language.facts_fields import UNIT_KINDS, names_of
from workflow.rules.assessment.language.formula import Formula
from workflow.rules.assessment.language.inputs import (
    SHARES,
    BallotsInput,
    FactsInput,
    FormulaInput,
    Input,
    MeasureInput,
    RankInput,
    read_input,
)
from workflow.rules.assessment.language.nodes import Absent, Node, as_absent, read_node
from workflow.rules.assessment.language.outcome import (
    OUTCOME_NAMES,
    TOTAL,
    EqualRanks,
    Grade,
    Group,
    NotAssessed,
    Veto,
    check_grades,
    check_vetoes,
    formulas,
)
from workflow.rules.assessment.language.reading import (
    Reader,
    as_code,
    as_formula,
    as_natural,
    as_number,
    as_text,
    choice,
    key,
    listed,
    mapped,
    part,
)
from workflow.rules.assessment.language.values import ValueNode
from workflow.rules.assessment.language.world import OWN
from workflow.rules.refusals import Invalid

SCHEMA = "luoshi.scheme/2"
CATALOGUE = (combining, curves, incidents, people, ranks, stepwise)
"""The modules that enter their kinds of nodes into the catalogue."""


def _schema(reader: Reader, value: Any, path: Path) -> str:
    if value != SCHEMA:
        reader.faults.append(not_among(path, value, [SCHEMA]))
    return SCHEMA


def _roles(reader: Reader, value: Any, path: Path) -> dict[str, Fraction] | None:
    found: dict[str, Fraction] | None = mapped(as_number(0))(reader, value, path)
    for name in found or ():
        if name not in ("lead", "joint", "support"):
            reader.faults.append(not_among((path, name), name, ("lead", "joint", "support")))
    return found


def _name(reader: Reader, value: Any, path: Path) -> str | None:
    if isinstance(value, str) and value.isidentifier():
        return str(value)
    reader.fault(
        path,
        mark(
            "“{value}” cannot be the name of an input: letters (Chinese too), digits "
            "and “_”, not beginning with a digit."
        ),
        value=value,
    )
    return None


@dataclass(frozen=True, kw_only=True)
class Language:
    """The whole of one year's rules. `events` names the kinds of events that may happen, `values`
    the further numbers that measures have, `absent` what is meant where a rule does not say; points
    are shown with `places` decimals."""

    schema: str = key(_schema)
    code: str = key(as_code)
    title: str = key(as_text)
    document: str = key(as_text, "")
    year: int = key(as_natural(1949, 2100))
    places: int = key(as_natural(0, 4), 2)
    roles: Mapping[str, Fraction] = key(_roles, None)
    unit_kinds: Mapping[str, str] = key(mapped(as_text, as_code), None)
    groups: tuple[Group, ...] = key(listed(part(Group)))
    events: Mapping[str, str] = key(mapped(as_text), None)
    inputs: Mapping[str, Input] = key(mapped(read_input, _name), None)
    values: tuple[str, ...] = key(listed(_name), ())
    absent: Absent | None = key(as_absent, None)
    score: Node = key(read_node)
    tie_break: tuple[Formula, ...] = key(listed(as_formula), ())
    equal_ranks: EqualRanks = key(choice(EqualRanks), EqualRanks.SAME)
    grades: tuple[Grade, ...] = key(listed(part(Grade)), ())
    vetoes: tuple[Veto, ...] = key(listed(part(Veto)), ())
    not_assessed: tuple[NotAssessed, ...] = key(listed(part(NotAssessed)), ())
    examples: tuple[Any, ...] = key(lambda _reader, value, _path: tuple(value or ()), ())

    nodes: dict[str, Node] = field(default_factory=dict, init=False)
    paths: dict[str, Path] = field(default_factory=dict, init=False)
    percents: dict[str, bool] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for name in ("roles", "unit_kinds", "events", "inputs"):
            if getattr(self, name) is None:
                object.__setattr__(self, name, {})
        for node, path in every_node(self.score, (None, "score")):
            self.nodes.setdefault(node.code, node)
            self.paths.setdefault(node.code, path)
        self.percents.update(
            (node.code, self._percent(node.value, node.over is not None))
            for node in self.nodes.values()
            if isinstance(node, ValueNode)
        )

    @property
    def names(self) -> frozenset[str]:
        """What formulas may look at for a unit."""
        return frozenset({*self.inputs, *self.nodes, *OWN})

    @property
    def merits(self) -> dict[str, str]:
        """The kinds of events that count, with what they are called."""
        return dict(self.events)

    def group_of(self, unit: UnitFacts) -> str:
        """The group in which a unit is compared; empty for none."""
        return next((group.code for group in self.groups if group.holds(unit)), "")

    def left_out_plainly(self, unit: UnitFacts) -> bool:
        """Whether a unit is not assessed by its kind or name."""
        return any(one.plainly(unit) for one in self.not_assessed)

    def reach(self, names: Iterable[str]) -> frozenset[str]:
        """The names, and all that they look at in turn."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self.looked_at(name)
        return frozenset(found)

    def looked_at(self, name: str) -> frozenset[str]:
        """What a name looks at directly."""
        if name in self.inputs:
            return self.inputs[name].names()
        node = self.nodes.get(name)
        if node is None:
            return frozenset()
        used = {one for formula in node.formulas() for one in formula.names}
        used |= {child.code for child in node.nested()}
        if isinstance(node, ranks.ByRank):
            for source in (node.place, node.among):
                used |= source.names() if source is not None else frozenset()
        return frozenset(used)

    def _percent(self, source: Input | None, over: bool) -> bool:
        if source is None:
            return False
        if source.percent or (isinstance(source, MeasureInput) and source.field in SHARES):
            return True
        if isinstance(source, FactsInput):
            return source.take.value == "share"
        if isinstance(source, BallotsInput):
            return max(source.votes.values()) <= 1
        if isinstance(source, RankInput):
            return source.field.value == "share"
        if isinstance(source, FormulaInput):
            name = source.formula.text.strip()
            if over:
                return name in SHARES or name in ("完成率", "序时完成率", "增幅", "份额")
            return name in self.inputs and self._percent(self.inputs[name], False)
        return False


def every_node(node: Node, path: Path) -> Iterator[tuple[Node, Path]]:
    """The node and all below it, each with its place."""
    yield node, path
    for no, child in enumerate(node.nested()):
        yield from every_node(child, ((path, "children"), no))


def read_language(data: Any) -> Language:
    """Read a scheme. Raises Invalid with every fault: its place, why, and what to write instead."""
    reader = Reader()
    scheme = reader.record(Language, data, None)
    if scheme is not None:
        _check(reader, scheme)
    if reader.faults or scheme is None:
        raise Invalid(mark("The scheme cannot be used as it is."), tuple(reader.faults))
    return scheme


def _check(reader: Reader, scheme: Language) -> None:
    check_grades(reader, scheme.grades, (None, "grades"))
    check_vetoes(reader, scheme.vetoes, frozenset(g.code for g in scheme.grades), (None, "vetoes"))
    _check_codes(reader, scheme)
    _check_names(reader, scheme)
    _check_circles(reader, scheme)
    _check_groups(reader, scheme)
    _check_events(reader, scheme)
    _check_absent(reader, scheme)


def _check_codes(reader: Reader, scheme: Language) -> None:
    seen: set[str] = set()
    for node, path in every_node(scheme.score, (None, "score")):
        if node.code in seen:
            reader.fault(
                (path, "code"),
                mark("The code “{code}” stands here twice. Each rule has a code of its own."),
                code=node.code,
            )
        reserved = {*scheme.inputs, *OWN, *OUTCOME_NAMES}
        if node is scheme.score:
            reserved -= set(TOTAL)
        if node.code in reserved:
            reader.fault(
                (path, "code"),
                mark("“{code}” is the name of something else already."),
                code=node.code,
            )
        seen.add(node.code)
    for name in ("groups", "grades", "vetoes"):
        codes = [one.code for one in getattr(scheme, name)]
        for no, one in enumerate(codes):
            if one in codes[:no]:
                reader.fault(
                    (((None, name), no), "code"),
                    mark("The code “{code}” stands here twice."),
                    code=one,
                )


def _check_names(reader: Reader, scheme: Language) -> None:
    for name, source in scheme.inputs.items():
        _known(reader, source.names(), scheme.names, ((None, "inputs"), name))
    for node, path in every_node(scheme.score, (None, "score")):
        inner = scheme.names | frozenset(VALUE_NAMES)
        for one in node.formulas():
            _known(reader, one.names, inner, path)
        if isinstance(node, ValueNode | incidents.Incidents) and node.over is not None:
            fields = inner | names_of(node.over) | frozenset(scheme.values)
            for one in node.fact_formulas():
                _known(reader, one.names, fields, path)
        if isinstance(node, ranks.ByRank):
            for one_input in (node.place, node.among, node.value):
                _known(reader, one_input.names() if one_input else (), scheme.names, path)
    for place, condition, knows_total in formulas(
        scheme.grades, scheme.vetoes, scheme.not_assessed
    ):
        known = scheme.names | OUTCOME_NAMES if knows_total else scheme.names
        _known(reader, condition.names, known, place)
    for no, one in enumerate(scheme.tie_break):
        _known(reader, one.names, scheme.names, ((None, "tie_break"), no))


def _known(reader: Reader, used: Iterable[str], known: frozenset[str], path: Path) -> None:
    for name in sorted(set(used) - known):
        reader.faults.append(not_among(path, name, sorted(known)))


def _check_circles(reader: Reader, scheme: Language) -> None:
    """No name may be needed to work out itself."""
    done: set[str] = set()

    def walk(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            circle = " → ".join([*above[above.index(name) :], name])
            path = scheme.paths.get(name, ((None, "inputs"), name))
            reader.fault(path, mark("This needs itself to be worked out: {circle}."), circle=circle)
            return
        if name in done:
            return
        for one in sorted(scheme.looked_at(name)):
            walk(one, (*above, name))
        done.add(name)

    for name in sorted({*scheme.inputs, *scheme.nodes}):
        walk(name, ())


def _check_groups(reader: Reader, scheme: Language) -> None:
    kinds = (*UNIT_KINDS, *scheme.unit_kinds)
    codes = [group.code for group in scheme.groups]
    seen: set[str] = set()
    for no, group in enumerate(scheme.groups):
        place = ((None, "groups"), no)
        if not group.kinds and not group.units and not group.words:
            reader.fault(
                place, mark("This group is empty. Write kinds, units or words: who belongs to it.")
            )
        for at, one in enumerate(group.kinds):
            if one not in kinds:
                reader.faults.append(not_among(((place, "kinds"), at), one, kinds))
            if one in seen and not group.words and not group.units:
                reader.fault(
                    ((place, "kinds"), at), mark("This kind of unit stands in two groups.")
                )
        if not group.words and not group.units:
            seen.update(group.kinds)
    for node, path in every_node(scheme.score, (None, "score")):
        for at, one in enumerate(node.units):
            if one not in kinds:
                reader.faults.append(not_among(((path, "units"), at), one, kinds))
        for at, one in enumerate(node.groups):
            if one not in codes:
                reader.faults.append(not_among(((path, "groups"), at), one, codes))


def _check_events(reader: Reader, scheme: Language) -> None:
    """Every kind of event that a rule counts is one that the scheme names."""
    used: list[tuple[str, Path]] = []
    for node, path in every_node(scheme.score, (None, "score")):
        used += [(one, path) for one in node.event_kinds()]
    for no, veto in enumerate(scheme.vetoes):
        used += [(one, (((None, "vetoes"), no), "events")) for one in veto.events]
    for name, source in scheme.inputs.items():
        if isinstance(source, FactsInput) and source.over == "events":
            kinds = (source.where or {}).get("kind", ()) + (source.counts or {}).get("kind", ())
            used += [(one, ((None, "inputs"), name)) for one in kinds]
    for one, path in used:
        if one not in scheme.events:
            reader.fault(
                path,
                mark(
                    "There is no kind of event “{name}”. Name it under events at "
                    "the top, or use one of: {names}."
                ),
                name=one,
                names=", ".join(scheme.events) or "—",
            )


def _check_absent(reader: Reader, scheme: Language) -> None:
    """What is meant where the facts say nothing is always named."""
    if scheme.absent is not None:
        return
    for node, path in every_node(scheme.score, (None, "score")):
        if not node.ENDS:
            continue
        if node.absent is None:
            reader.fault(
                path,
                mark(
                    "It is not said what holds where nothing is known. Write absent: "
                    "zero, full, points (as points: 3), mean, redistribute, exclude "
                    "or ask; or once for all at the top."
                ),
            )
        if isinstance(node, ValueNode) and node.over is not None and node.unreported is None:
            reader.fault(
                path,
                mark(
                    "It is not said what a fact earns of which nothing is reported. "
                    "Write unreported: zero, full, points (as points: 3), exclude or "
                    "ask."
                ),
            )


def faults_of(refused: Invalid) -> tuple[Fault, ...]:
    """The faults of a refusal."""
    return tuple(one for one in refused.problems if isinstance(one, Fault))
