"""What pages share: read once when it changes, for all readers who see the same."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from threading import Lock, RLock
from typing import Any, Generic, TypeVar

from db.queries.record.changes import Mark, Marks
from workflow.rules.access.permissions import Actor

V = TypeVar("V")
MOST = 300
"""Things on the shelf; what nobody has asked for longest goes first."""


def scope_of(actor: Actor) -> Actor:
    """Nobody in particular who holds the actor's posts: what is read as this one is the same for
    all who hold them, and nothing of a person can be found in it."""
    return replace(actor, person_id=None)


@dataclass
class _Place:
    """Where one thing lies; whoever wants it while it is read waits here, and nowhere else."""

    turn: RLock = field(default_factory=RLock)
    mark: Mark | None = None
    marks: Marks = field(default_factory=Marks)
    value: Any = None


@dataclass(frozen=True)
class Read(Generic[V]):
    """What was read, and how far the record had come then."""

    value: V
    marks: Marks


class Shelf:
    """Things by a key that holds the scope of their readers and everything that they depend on but
    the record; they are good for as long as their mark of it is the same."""

    def __init__(self) -> None:
        self._places: OrderedDict[Hashable, _Place] = OrderedDict()
        self._lock = Lock()

    def get(
        self,
        key: Hashable,
        marks: Marks,
        mark_of: Callable[[Marks], Mark],
        read: Callable[[Read[V] | None], Read[V]],
    ) -> V:
        """The thing as of these marks or later; `read` gets what lay there before, if anything."""
        with self._lock:
            place = self._places.setdefault(key, _Place())
            self._places.move_to_end(key)
            while len(self._places) > MOST:
                self._places.popitem(last=False)
        wanted = mark_of(marks)
        if not _reaches(place.mark, wanted):
            with place.turn:
                if not _reaches(place.mark, wanted):
                    before = None if place.mark is None else Read(place.value, place.marks)
                    found = read(before)
                    place.value, place.marks = found.value, found.marks
                    place.mark = mark_of(found.marks)
        kept: V = place.value
        return kept


def _reaches(known: Mark | None, wanted: Mark) -> bool:
    """Whether what was read with one mark has everything that another one stands for."""
    return known is not None and all(a >= b for a, b in zip(known, wanted, strict=True))
