"""What the form of a rule asks: by kind, each key with its label and how it is typed."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from documents.scheme_editing import Shape
from i18n import mark
from workflow.rules.assessment.language.kinds.nodes import KINDS

KIND_NAMES: Mapping[str, str] = {
    "ratio": mark("by ratio"),
    "line": mark("along a line"),
    "bands": mark("by bands"),
    "steps": mark("by steps"),
    "rank": mark("by rank"),
    "relative": mark("against the best, the mean …"),
    "table": mark("by word"),
    "given": mark("given by people"),
    "formula": mark("by formula"),
    "fixed": mark("fixed points"),
    "bonus": mark("points added for events"),
    "deduct": mark("points taken for events"),
    "sum": mark("sum of its parts"),
    "weigh": mark("share of its parts' sum"),
    "mean": mark("mean of its parts"),
    "best": mark("best of its parts"),
}
"""What the kinds of rules are called."""

COMBINING = frozenset({"sum", "weigh", "mean", "best"})


@dataclass(frozen=True)
class Field:
    """A key of a rule: its label, how it is typed, and its words, where it has only these."""

    name: str
    label: str
    shape: Shape = Shape.LINE
    choices: tuple[str, ...] = ()


WORDS: Mapping[str, str] = {
    "": mark("as the scheme says"),
    "zero": mark("no points"),
    "full": mark("all points"),
    "mean": mark("mean of the others"),
    "redistribute": mark("its points go to the other parts"),
    "exclude": mark("it does not count"),
    "ask": mark("a person decides"),
    "hold": mark("as at the end"),
    "extend": mark("the line goes on"),
    "higher": mark("more is better"),
    "lower": mark("less is better"),
    "between": mark("neither way"),
    "begun": mark("counts as one"),
    "part": mark("counts by its part"),
    "same": mark("the same points"),
    "dense": mark("the same points, no place left out"),
    "highest": mark("the highest"),
    "lowest": mark("the lowest"),
    "each": mark("each counts"),
    "only_highest": mark("the highest of all alone"),
    "equal": mark("in equal parts"),
    "by_weight": mark("by weight of task and role"),
    "by_task": mark("by task first"),
}
"""What the words of a scheme mean to a person."""
OF_FIELD: Mapping[tuple[str, str], str] = {
    ("counted", "full"): mark("not counted"),
    ("ties", "mean"): mark("the mean of their places"),
    ("same_matter", "highest"): mark("the highest alone"),
    ("shared", "each"): mark("all points to each"),
    ("absent", "mean"): mark("mean of the others"),
}
"""Words that mean something else for one key."""

_POINTS = Field("points", mark("Full marks"))
_VALUE = Field("value", mark("What it looks at"))
_BETTER = Field("better", mark("Which way is better"), choices=("higher", "lower", "between"))
_COUNTED = Field("counted", mark("A step that is not whole"), choices=("full", "begun", "part"))
_SHARED = Field(
    "shared", mark("How facts share the points"), choices=("equal", "by_weight", "by_task", "each")
)
_EVENTS = (
    Field("events", mark("Which events"), Shape.LIST),
    Field("each", mark("Points for each, or by level"), Shape.LINE_OR_PAIRS),
    Field("per", mark("For every so much of the amount")),
    _COUNTED,
    Field("same_matter", mark("Several about one matter"),
          choices=("each", "highest", "only_highest")),
    Field("take", mark("How many count at most")),
    Field("turns", mark("What the first, the second … count"), Shape.LIST),
)  # fmt: skip

OF_KIND: Mapping[str, tuple[Field, ...]] = {
    "ratio": (
        _POINTS, _VALUE, Field("nothing_below", mark("No points below")),
        Field("full_from", mark("Full marks from")), Field("cap", mark("Counts at most")), _SHARED,
    ),
    "line": (
        _POINTS, _VALUE,
        Field("beyond", mark("Beyond its ends"), choices=("hold", "extend", "ask")),
        _BETTER, Field("through", mark("Points of the line: number, points"), Shape.ROWS),
    ),
    "bands": (
        _POINTS, _VALUE, _BETTER, _SHARED,
        Field("bands", mark("Bands, one a line"), Shape.ROWS),
    ),
    "steps": (
        _VALUE, Field("base", mark("Counted from")), Field("start", mark("Points there")),
        Field("step", mark("One step")), Field("above", mark("For each step above")),
        Field("below", mark("For each step below")), _COUNTED, _POINTS,
    ),
    "rank": (
        _VALUE, Field("place", mark("Or the rank itself")),
        Field("order", mark("Who is first"), choices=("highest", "lowest")),
        Field("top", mark("Points from the first on"), Shape.LIST),
        Field("bottom", mark("Points from the last on"), Shape.LIST),
        Field("others", mark("Points of the others")), Field("first", mark("Points of the first")),
        Field("step", mark("Less for each place")), Field("last", mark("Points of the last")),
        Field("ties", mark("Equals"), choices=("same", "dense", "mean", "ask")),
    ),
    "relative": (
        _POINTS, _VALUE, Field("to", mark("Against")), Field("start", mark("Counted from")),
        Field("least", mark("Points there")), Field("cap", mark("Counts at most")), _BETTER,
    ),
    "table": (
        _POINTS, _VALUE, _SHARED, Field("shares", mark("Share of each word"), Shape.PAIRS),
        Field("others", mark("Share of other words")),
    ),
    "given": (_POINTS, Field("least", mark("No less than")), Field("step", mark("One step"))),
    "formula": (_POINTS, _VALUE),
    "fixed": (_POINTS,),
    "bonus": _EVENTS,
    "deduct": _EVENTS,
    "sum": (),
    "weigh": (Field("share", mark("Share")), _POINTS, Field("out_of", mark("Out of"))),
    "mean": (),
    "best": (
        Field("take", mark("How many count")),
        Field("which", mark("Which"), choices=("highest", "lowest")),
    ),
}  # fmt: skip

EVERYWHERE = (
    Field("absent", mark("Where nothing is known"), Shape.LINE_OR_PAIRS),
    Field("weight", mark("Weight among its neighbours")),
    Field("at_most", mark("At most")),
    Field("at_least", mark("At least")),
    Field("when", mark("Only when")),
    Field("clause", mark("Words of the paper")),
)
WHOLE = (
    Field("title", mark("Title of the scheme")),
    Field("document", mark("Document")),
    Field("year", mark("Year")),
    Field("places", mark("Decimals shown")),
    Field("absent", mark("Where nothing is known"), Shape.LINE_OR_PAIRS),
)


def fields_of(kind: str, whole: bool) -> tuple[Field, ...]:
    """What the form asks of a rule of that kind, or of the scheme itself."""
    if whole:
        return WHOLE
    own = (*OF_KIND.get(kind, ()), *EVERYWHERE)
    return tuple(one for one in own if kind not in KINDS or one.name in keys_of(kind))


def keys_of(kind: str) -> frozenset[str]:
    """The keys that a rule of that kind may have."""
    return frozenset(
        {one.name for one in dataclasses.fields(KINDS[kind]) if "read" in one.metadata}
    )


def word_of(field: str, value: str) -> str:
    """What a word of the scheme is called (a message)."""
    return OF_FIELD.get((field, value), WORDS.get(value, value))
