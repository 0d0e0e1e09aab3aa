"""One unit's score as a tree in which every point names its rule, its inputs and its evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from workflow.rules.assessment.sentences import Sentence


@dataclass(slots=True)  # frozen takes twice as long, tens of thousands of times
class ScoreNode:
    """One line of a score: `points` of `points_max` (None where it only takes or gives).

    `rule` is the kind of rule that made it, `clause` the scheme's words, `inputs` the words of the
    fact that was looked at. `exact` are the points in full where they are not shown so, `own` of
    `own_max` those on the node's own scale, of which `weight` enters the total; `why` is the
    arithmetic, `needed` what full marks would take, `question` what a person must decide; what is
    `outside` is no part of the total.
    """

    code: str
    title: str
    rule: str
    points: Decimal
    points_max: Decimal | None
    clause: str = ""
    inputs: dict[str, str] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    children: tuple[ScoreNode, ...] = ()
    exact: str = ""
    weight: str = ""
    own: str = ""
    own_max: str = ""
    why: tuple[Sentence, ...] = ()
    needed: Sentence | None = None
    question: Sentence | None = None
    outside: bool = False


def lines(node: ScoreNode, path: str = "") -> Iterator[tuple[str, ScoreNode]]:
    """Every node from this one down with its path, codes joined by "/"; the first path is ""."""
    yield path, node
    for child in node.children:
        yield from lines(child, f"{path}/{child.code}".lstrip("/"))


def leaves(node: ScoreNode) -> Iterator[ScoreNode]:
    """The lines without lines below them, in order; their points add up to the node's."""
    return (one for _, one in lines(node) if not one.children)
