"""A whole scheme in the language, `luoshi.scheme/2`, read from what its YAML or JSON says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from i18n import mark
from workflow.rules.assessment.facts import UnitFacts
from workflow.rules.assessment.language.formula import Formula
from workflow.rules.assessment.language.input_kinds import read_input
from workflow.rules.assessment.language.inputs import (
    SHARES,
    FactsInput,
    FormulaInput,
    Input,
    MeasureInput,
    RankInput,
)
from workflow.rules.assessment.language.kinds import (
    bands,
    combining,
    curves,
    incidents,
    people,
    ranks,
    stepwise,
)
from workflow.rules.assessment.language.kinds.nodes import Absent, Node, as_absent, read_node
from workflow.rules.assessment.language.kinds.values import ValueNode
from workflow.rules.assessment.language.opinions import BallotsInput
from workflow.rules.assessment.language.outcome import (
    EqualRanks,
    Grade,
    Group,
    NotAssessed,
    Veto,
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
from workflow.rules.assessment.language.scheme_checks import check_scheme, every_node
from workflow.rules.assessment.language.world import OWN
from workflow.rules.faults import Path, not_among
from workflow.rules.refusals import Invalid

SCHEMA = "luoshi.scheme/2"
CATALOGUE = (bands, combining, curves, incidents, people, ranks, stepwise)
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


def read_language(data: Any) -> Language:
    """Read a scheme. Raises Invalid with every fault: its place, why, and what to write instead."""
    reader = Reader()
    scheme = reader.record(Language, data, None)
    if scheme is not None:
        check_scheme(reader, scheme)
    if reader.faults or scheme is None:
        raise Invalid(mark("The scheme cannot be used as it is."), tuple(reader.faults))
    return scheme
