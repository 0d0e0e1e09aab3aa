"""What is wrong with a scheme that no single key shows: names, circles, events, what is absent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from i18n import mark
from workflow.rules.assessment.language.facts_fields import CHINESE, NUMBERS, UNIT_KINDS, names_of
from workflow.rules.assessment.language.inputs import (
    FactsInput,
)
from workflow.rules.assessment.language.kinds import (
    incidents,
    ranks,
)
from workflow.rules.assessment.language.kinds.curves import VALUE_NAMES
from workflow.rules.assessment.language.kinds.nodes import Node
from workflow.rules.assessment.language.kinds.values import ValueNode
from workflow.rules.assessment.language.outcome import (
    OUTCOME_NAMES,
    check_grades,
    check_vetoes,
    formulas,
)
from workflow.rules.assessment.language.reading import (
    Reader,
)
from workflow.rules.assessment.language.world import OWN, TOTAL
from workflow.rules.faults import Path, not_among

if TYPE_CHECKING:
    from workflow.rules.assessment.language.scheme import Language


def check_scheme(reader: Reader, scheme: Language) -> None:
    """Every fault that is found goes to the reader."""
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
        place = ((None, "inputs"), name)
        _known(reader, source.names(), scheme.names, place)
        if isinstance(source, FactsInput):
            fields = scheme.names | names_of(source.over) | frozenset(scheme.values)
            for condition in (source.when, source.counts_when):
                _known(reader, condition.names if condition else (), fields, place)
    for node, path in every_node(scheme.score, (None, "score")):
        inner = scheme.names | frozenset(VALUE_NAMES)
        for one in node.formulas():
            _known(reader, one.names, inner, path)
        if isinstance(node, ValueNode | incidents.Incidents) and node.over is not None:
            fields = inner | names_of(node.over) | frozenset(scheme.values)
            for one in node.fact_formulas():
                _known(reader, one.names, fields, path)
            if isinstance(node, incidents.Incidents) and node.of:
                numbers = NUMBERS[node.over] | frozenset(scheme.values)
                _known(reader, (CHINESE.get(node.of, node.of),), numbers, (path, "of"))
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


def every_node(node: Node, path: Path) -> Iterator[tuple[Node, Path]]:
    """The node and all below it, each with its place."""
    yield node, path
    for no, child in enumerate(node.nested()):
        yield from every_node(child, ((path, "children"), no))
