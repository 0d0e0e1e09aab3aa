"""What a page has read it keeps, for its reader alone or for all who see the same."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TypeVar

import streamlit as st
from markupsafe import Markup

from db.queries.access.sessions import Moment, Visitor
from db.queries.record.changes import Mark, Marks
from db.queries.tasks.seen import tasks_seen
from i18n import current
from luoshi.wiring import Installation
from ui.shell.shelf import Read, Shelf, scope_of
from workflow.verbs.context import Context

R = TypeVar("R")


class Keeping:
    """One reader during one run of a page."""

    def __init__(self, installation: Installation, shelf: Shelf, visitor: Visitor) -> None:
        self._installation, self._shelf = installation, shelf
        self._visitor, self._moment = visitor, visitor.moment

    @property
    def installation(self) -> Installation:
        """What the pages run on: settings, clock, evidence."""
        return self._installation

    def reading(self) -> AbstractContextManager[Context]:
        """What the visitor may read, at one moment; nothing is written."""
        return self.installation.reading(self._now().actor)

    def _now(self) -> Moment:
        """As whom the visitor reads in this run, and how far the record has come: looked up with
        the session at its beginning, and anew after the visitor has acted."""
        if self._moment is None:
            with self.installation.reading(self._visitor.person_id) as c:
                self._moment = self.installation.moment(c)
        return self._moment

    def keep(
        self,
        name: str,
        read: Callable[[Context], R],
        *depends: object,
        plans: Collection[int] | None = None,
        own: bool = False,
        also: Callable[[Context], object] | None = None,
    ) -> R:
        """What `read` gives of a reading Context, kept in the person's own session and read anew
        when anything has been done since in the plans that it is about (None: in any), on another
        day, in another role or language, or when what it `depends` on is another. `own`: for a
        unit, what is reported on tasks in which it has no part changes nothing of it. Drafts and
        mails leave no event: `also` reads what tells of those each time."""
        slot, now = f"_kept_{name}", self._now()
        mark_of = self._mark(plans, own)

        def stamp(at: Moment, told: object) -> tuple[object, ...]:
            return mark_of(at.marks), at.today, at.actor, current(), depends, told

        told = None
        if also is not None:
            with self.installation.reading(now.actor) as c:
                told = also(c)
        if st.session_state.get(slot, (None,))[0] != stamp(now, told):
            with self.installation.reading(self._visitor.person_id) as c:
                told = also(c) if also is not None else None
                st.session_state[slot] = (stamp(self.installation.moment(c), told), read(c))
        kept: R = st.session_state[slot][1]
        return kept

    def share(
        self,
        name: str,
        read: Callable[[Context], R],
        *depends: Hashable,
        plans: Collection[int] | None = None,
        patch: Callable[[Context, R, frozenset[int]], R] | None = None,
        whole: bool = False,
    ) -> R:
        """The same, kept for all who hold the same posts: the actor of the Context is nobody in
        particular. `patch` mends what was read of one plan where something was only reported on
        these tasks; `whole`: nothing that is reported changes it. Nobody may change what it gives.
        """
        now = self._now()
        scope = scope_of(now.actor)

        def mark_of(marks: Marks) -> Mark:
            return marks.of_tasks((), plans) if whole else marks.of(plans)

        def anew(before: Read[R] | None) -> Read[R]:
            with self.installation.reading(now.actor) as c:
                marks, nobody = self.installation.moment(c).marks, replace(c, actor=scope)
                if before is not None and patch is not None and plans is not None:
                    (plan_id,) = plans
                    tasks = marks.tasks_since(before.marks, plan_id)
                    if tasks is not None:
                        return Read(patch(nobody, before.value, tasks), marks)
                return Read(read(nobody), marks)

        key = self._key(name, plans, depends)
        return self._shelf.get(key, now.marks, mark_of, anew)

    def derive(
        self,
        name: str,
        make: Callable[[], R],
        *depends: Hashable,
        plans: Collection[int] | None = None,
    ) -> R:
        """What `make` puts together of nothing but shared things that are about these plans, and of
        what it `depends` on; shared by the same readers."""
        now = self._now()
        key = self._key(name, plans, depends)
        # What it is made of is of now or later; later things will make it anew once more.
        return self._shelf.get(
            key, now.marks, lambda marks: marks.of(plans), lambda _before: Read(make(), now.marks)
        )

    def text(self, name: str, make: Callable[[], Markup], *of: object) -> Markup:
        """HTML made of these things, which are kept or small; made anew when one is another."""
        slot, stamp = f"_text_{name}", (current(), *of)
        if st.session_state.get(slot, (None,))[0] != stamp:
            st.session_state[slot] = (stamp, make())
        kept: Markup = st.session_state[slot][1]
        return kept

    def _mark(self, plans: Collection[int] | None, own: bool) -> Callable[[Marks], Mark]:
        """What of the record counts for something that is kept."""
        if not own or self._now().actor.place_ids:
            return lambda marks: marks.of(plans)
        tasks = self.share("own_tasks", lambda c: tasks_seen(c.session, c.actor), whole=True)
        return lambda marks: marks.of_tasks(tasks, plans)

    def _key(self, name: str, plans: Collection[int] | None, depends: Hashable) -> Hashable:
        """Everything but the record that something shared depends on."""
        now, about = self._now(), None if plans is None else tuple(plans)
        return name, scope_of(now.actor), now.today, current(), about, depends
