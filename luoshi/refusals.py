"""What is refused is put on record at the edge, in a small transaction of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

from documents.harm import harm_of
from workflow.rules.access.permissions import Actor, system
from workflow.rules.access.throttle import AttemptKind
from workflow.rules.record.flood import Flood
from workflow.rules.refusals import Refused, Trace
from workflow.verbs.access.attempts import AttemptKeys, AttemptSource
from workflow.verbs.context import Context
from workflow.verbs.record.record_refusal import record_left_out, record_refusal

if TYPE_CHECKING:
    from luoshi.wiring import Installation

log = logging.getLogger(__name__)
KEEPER = system("refusals")
DOOR = system("door")


class RefusalRecord:
    """An installation's refusals, of this process. A flood of them is counted, not written."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._flood = Flood()
        self._lock = Lock()

    @contextmanager
    def watching(self, who: int | Actor, at: datetime) -> Iterator[None]:
        """Put on record what is refused inside, once its transaction is rolled back. `at` dates
        the event."""
        self.settle()
        try:
            yield
        except Refused as refusal:
            if refusal.trace is not None:
                self.keep(who, refusal.trace, at)
            raise

    def keep(self, who: int | Actor, trace: Trace, at: datetime) -> None:
        """Put one refusal on record, unless its source has had its share of this minute."""
        self.settle()
        name = who.system or f"p{who.person_id}" if isinstance(who, Actor) else f"p{who}"
        with self._lock:
            admitted = self._flood.admits(trace.source or name, self._installation.wall())
        if admitted:
            self._write(
                who, max(at, self._installation.clock()), lambda c: record_refusal(c, trace)
            )

    def page(self, person_id: int, key: str) -> None:
        """Put on record that a page was not opened for a person."""
        self.keep(person_id, Trace("page_refused", what=key), self._installation.clock())

    @contextmanager
    def taking_in(self, person_id: int) -> Iterator[None]:
        """Put on record that a file from a person was refused inside for the harm in it; which
        file it was stays out of the record."""
        try:
            yield
        except Refused as refusal:
            if harm := harm_of(refusal):
                self.keep(person_id, Trace("file_refused", what=harm), self._installation.clock())
            raise

    def foreign(self, address: str) -> None:
        """Put on record that a page of another site sent something, or asked for a connection,
        from a network address. Its hash is that of failed logins, so that the two can be seen to
        come from one place."""
        secret = self._installation.settings.secret_key.get_secret_value()
        source = AttemptKeys.of(AttemptKind.LOGIN, "", AttemptSource(address), secret).address[:16]
        self.keep(DOOR, Trace("origin_refused", source=source), self._installation.clock())

    def settle(self, *, end: bool = False) -> None:
        """Tell of what was only counted in a minute that is over; `end`: of this one too."""
        with self._lock:
            found = self._flood.over(self._installation.wall(), end=end)
        for one in found:
            self._write(KEEPER, self._installation.clock(), partial(record_left_out, left_out=one))

    def _write(self, who: int | Actor, at: datetime, act: Callable[[Context], None]) -> None:
        try:
            with self._installation.transaction(who, at) as c:
                act(c)
        except Refused as refusal:
            # The person is told of the first refusal; that the database fails is seen elsewhere.
            log.error("a refusal could not be put on record: %s", refusal.code)
