"""What is wrong with a scheme of the first language that its form alone does not show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from difflib import get_close_matches
from itertools import pairwise

from i18n import mark
from workflow.rules.assessment.facts import NUMBERS, WORDS
from workflow.rules.assessment.faults import Fault, Path, not_among
from workflow.rules.assessment.language.facts_fields import KNOWN_WORDS, UNIT_KINDS
from workflow.rules.assessment.scheme_types import BESIDE, Rule, Scheme, Where

_NEEDS: Mapping[str, tuple[str, ...]] = {
    "sum": ("children",),
    "ratio": ("points", "over", "of"),
    "table": ("points", "over", "of"),
    "count": ("points", "over", "counts"),
    "manual": ("points",),
    "deduct": ("over", "each"),
    "bonus": ("over", "each"),
}
_ALWAYS = frozenset({"code", "title", "clause", "rule", "units"})
_USES: Mapping[str, frozenset[str]] = {
    "sum": frozenset({"points", "children", "at_most", "at_least"}),
    "ratio": frozenset({"points", "over", "where", "of", "cap"}),
    "table": frozenset({"points", "over", "where", "of", "steps", "shares"}),
    "count": frozenset({"points", "over", "where", "counts"}),
    "manual": frozenset({"points"}),
    "deduct": frozenset({"over", "where", "each", "of", "at_most"}),
    "bonus": frozenset({"over", "where", "each", "of", "at_most"}),
}
"""The keys that a kind of rule looks at; any other would be passed over in silence."""


def faults_in(scheme: Scheme) -> Iterator[Fault]:
    """Everything that is wrong, each with its place."""
    root: Path = (None, "score")
    if scheme.score.kind != "sum":
        yield Fault((root, "rule"), mark("The whole score must be a sum."), place=scheme.score.code)
    if not any(scheme.roles.values()):
        yield Fault((None, "roles"), mark("No role weighs anything: nothing could be earned."))
    yield from _of_rule(scheme.score, "", root)
    yield from _of_groups(scheme)
    yield from _of_grades(scheme)
    for no, veto in enumerate(scheme.vetoes):
        place: Path = ((None, "vetoes"), no)
        if not veto.where:
            yield Fault((place, "where"), mark("Any event would set this off. Write which."))
        yield from _of_where(veto.where, "events", (place, "where"))


def _of_groups(scheme: Scheme) -> Iterator[Fault]:
    kinds = [kind for group in scheme.groups for kind in group.kinds]
    for no, group in enumerate(scheme.groups):
        for at, kind in enumerate(group.kinds):
            path: Path = ((((None, "groups"), no), "kinds"), at)
            if kinds.count(kind) > 1:
                yield Fault(path, mark("This kind of unit stands in two groups."), place=kind)
            yield from _misspelt(kind, path)
    for name in ("groups", "grades", "vetoes"):
        codes = [one.code for one in getattr(scheme, name)]
        for no, code in enumerate(codes):
            if code in codes[:no]:
                yield Fault(
                    (((None, name), no), "code"),
                    mark("The code “{code}” stands here twice."),
                    code=code,
                )


def _misspelt(kind: str, path: Path) -> Iterator[Fault]:
    """A kind of unit that is almost one of ours; facts may have others of their own."""
    if kind not in UNIT_KINDS and get_close_matches(kind, UNIT_KINDS, 1, 0.8):
        yield not_among(path, kind, UNIT_KINDS)


def _of_grades(scheme: Scheme) -> Iterator[Fault]:
    grades: Path = (None, "grades")
    floors = [grade.at_least for grade in scheme.grades]
    for no, (above, below) in enumerate(pairwise(floors), 1):
        if below >= above:
            yield Fault(
                ((grades, no), "at_least"), mark("Grades go from the best down."), place="grades"
            )
    lowest = max(Decimal(0), scheme.score.at_least or Decimal(0))
    if floors and floors[-1] > lowest:
        yield Fault(
            ((grades, len(floors) - 1), "at_least"),
            mark(
                "Who has fewer points than this last grade has none. Begin the last grade "
                "at 0 or below."
            ),
        )


def _of_rule(rule: Rule, above: str, path: Path) -> Iterator[Fault]:
    place = f"{above}/{rule.code}".lstrip("/")
    for name in _NEEDS[rule.kind]:
        if not getattr(rule, name):
            yield Fault(
                path,
                mark("A rule of the kind {kind} needs {name}."),
                place=place,
                kind=rule.kind,
                name=name,
            )
    if rule.children and rule.kind != "sum":
        yield Fault((path, "children"), mark("Only a sum has rules below it."), place=place)
    for name in sorted(rule.written - _ALWAYS - _USES[rule.kind] - {"children"}):
        yield Fault(
            (path, name),
            mark(
                "A rule of the kind {kind} does not look at {name}. Take it out, or use: {names}."
            ),
            at_key=True,
            place=place,
            kind=rule.kind,
            name=name,
            names=", ".join(sorted(_USES[rule.kind])),
        )
    for at, kind in enumerate(rule.units):
        yield from _misspelt(kind, ((path, "units"), at))
    yield from _of_fields(rule, place, path)
    yield from _of_numbers(rule, place, path)
    codes = [child.code for child in rule.children]
    for no, child in enumerate(rule.children):
        below: Path = ((path, "children"), no)
        if child.code in codes[:no]:
            yield Fault(
                (below, "code"), mark("This code stands here twice."), place=f"{place}/{child.code}"
            )
        yield from _of_rule(child, place, below)


def _of_fields(rule: Rule, place: str, path: Path) -> Iterator[Fault]:
    """The fields of facts that the rule looks at."""
    numbers, words = NUMBERS.get(rule.over, frozenset()), WORDS.get(rule.over, frozenset())
    by_word = rule.kind == "table" and bool(rule.shares)
    wanted = words if by_word else numbers
    if rule.of and rule.of not in wanted:
        yield _no_field(rule, rule.of, wanted, (path, "of"), place)
    for name, where in (("where", rule.where), ("counts", rule.counts)):
        for field in sorted(set(where) - words):
            yield _no_field(rule, field, words, ((path, name), field), place)
        yield from _of_where(where, rule.over, (path, name))
    for word in rule.shares:
        known = KNOWN_WORDS.get(rule.of)
        if known and word not in known:
            yield not_among(((path, "shares"), word), word, known)


def _no_field(rule: Rule, name: str, known: Iterable[str], path: Path, place: str) -> Fault:
    return Fault(
        path,
        mark("{over} have no field {name}. They have: {names}."),
        place=place,
        over=rule.over or "—",
        name=name,
        names=", ".join(sorted(known)) or "—",
    )


def _of_where(where: Where, over: str, path: Path) -> Iterator[Fault]:
    for name, values in where.items():
        known = KNOWN_WORDS.get(name)
        for at, value in enumerate(values):
            if known and name in WORDS.get(over, ()) and value not in known:
                yield not_among(((path, name), at), value, known)


def _of_numbers(rule: Rule, place: str, path: Path) -> Iterator[Fault]:
    if rule.points < 0 or rule.each < 0 or (rule.kind in BESIDE and rule.points):
        name = "each" if rule.each < 0 else "points"
        yield Fault(
            (path, name),
            mark("Points are given without a sign, to deduct and bonus as each."),
            place=place,
        )
    for name in ("at_most", "cap"):
        value = getattr(rule, name)
        if (
            value is not None
            and name in rule.written
            and (value < 0 or (value == 0 and name == "cap"))
        ):
            yield Fault(
                (path, name),
                mark(
                    "A cap is 0 or more, not {value}. A limit to what is "
                    "taken is written as at_least."
                ),
                place=place,
                value=value,
            )
    if rule.at_most is not None and rule.at_least is not None and rule.at_least > rule.at_most:
        yield Fault(
            (path, "at_least"),
            mark(
                "The floor {least} lies above the cap {most}. Write the smaller number as at_least."
            ),
            place=place,
            least=rule.at_least,
            most=rule.at_most,
        )
    if rule.kind == "sum":
        below = sum((child.points for child in rule.children), Decimal(0))
        if below != rule.points:
            yield Fault(
                (path, "points"),
                mark("The parts come to {below} points, the whole to {points}. Make them agree."),
                place=place,
                below=below,
                points=rule.points,
            )
    if rule.kind == "table" and (bool(rule.steps) == bool(rule.shares) or not _in_order(rule)):
        yield Fault(
            (path, "steps"),
            mark("A table has steps in falling order, or a share for each word."),
            place=place,
        )
    shares = (*(step.share for step in rule.steps), *rule.shares.values())
    if not all(0 <= share <= 1 for share in shares):
        yield Fault(
            (path, "steps" if rule.steps else "shares"),
            mark("A share lies between 0 and 1."),
            place=place,
        )


def _in_order(rule: Rule) -> bool:
    """Whether better values come first and never earn less."""
    lows = [step.at_least for step in rule.steps if step.at_least is not None]
    highs = [step.at_most for step in rule.steps if step.at_most is not None]
    shares = [step.share for step in rule.steps]
    return (
        not (lows and highs)
        and lows == sorted(set(lows), reverse=True)
        and highs == sorted(set(highs))
        and shares == sorted(shares, reverse=True)
    )
