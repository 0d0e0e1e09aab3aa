"""Send what is in the outbox: claim, network, settle; three steps, two transactions."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Sequence, Set
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from threading import Event
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, or_, select, update

from db.models import Outbox, Person
from db.queries.mail.outbox import mail_waits
from db.queries.record.heartbeats import CLOCK_BEHIND, last_runs, record_run
from notifications.smtp import Letter, Relay, SendOutcome, SmtpPool
from workflow.rules.access.permissions import INSTALLATION, Permission
from workflow.rules.mail.delivery import SHORTEST_PAUSE, OutboxState, SendResult
from workflow.rules.refusals import Refused
from workflow.rules.time.timetable import DELIVER
from workflow.verbs.context import Context
from workflow.verbs.mail.links import with_links
from workflow.verbs.mail.settle_mail import (
    DeliveryResult,
    end_lease,
    settle_mail,
    settle_taken,
)
from workflow.verbs.mail.write_digests import (
    UnwrittenDigest,
    freeze,
    look_again,
    write_down,
)

log = logging.getLogger(__name__)
Acting = Callable[[], AbstractContextManager[Context]]
"""Opens one transaction of whoever delivers; the edge gives it."""

BATCH = 250
"""Letters claimed and judged together. Those that are taken are settled as they go, so that only a
few are in doubt after a crash; the rest waits for its lease to end."""
NETWORK_TIME = timedelta(minutes=1)
LEASE = timedelta(minutes=15)
"""Longer than the last letter begun within NETWORK_TIME may take."""
BEAT_EVERY = timedelta(minutes=1)
NOTHING = "sent=0 failed=0 postponed=0"
IDLE_SECONDS = 2.0
TROUBLE_SECONDS = 30.0


def deliver(acting: Acting, relay: Relay) -> DeliveryResult:
    """Send everything that is due, batch by batch, until nothing is left or the relay is down.

    Who may: administrators, the system. No transaction is open while the network is used. A letter
    is sent once; only where a process died between network and settling, its frozen bytes go again
    with the same Message-ID when the lease is over. What is refused for now waits longer each time;
    a mailbox that is gone fails and marks the person; what the relay refuses to several people
    waits until it is mended (workflow/rules/mail/delivery.py). Raises NotAllowed.
    """
    done = DeliveryResult()
    with SmtpPool(relay) as office:
        while (more := deliver_once(acting, office)) is not None:
            done = done.plus(more)
            if more.relay:
                break
    return done


def deliver_once(acting: Acting, office: SmtpPool) -> DeliveryResult | None:
    """Claim one batch, send it over kept connections, settle it; None where nothing is due.

    An error of the program on the way ends the lease, is told by the heartbeat, and is raised.
    """
    owner = uuid4().hex
    office.forget()

    def settle(taken: list[int]) -> None:
        with acting() as c:
            settle_taken(c, owner, taken)

    try:
        with acting() as c:
            claimed = claim(c, owner)
            if not (claimed.letters or claimed.digests):
                _beat_if_late(c)
                return None
        letters = claimed.letters + _written_down(acting, owner, c, claimed.digests)
        outcomes = office.send(letters, NETWORK_TIME.total_seconds(), settle)
        with acting() as c:
            return settle_mail(c, owner, outcomes, office.down, office.error)
    except Refused:
        raise
    except Exception as error:
        with acting() as c:
            give_back(c, owner, office.outcomes, office.begun)
            record_run(c.session, DELIVER, c.now, ok=False, summary=f"error={type(error).__name__}")
        raise


def _written_down(
    acting: Acting, owner: str, claiming: Context, digests: list[UnwrittenDigest]
) -> list[Letter]:
    """Digests of a claim, written between two transactions and frozen before they leave."""
    if not digests:
        return []
    written = write_down(digests, claiming.letterhead, claiming.now)
    with acting() as c:
        return freeze(c, owner, written)


def deliver_for_ever(
    acting: Acting, relay: Relay, stop: Event, idle_seconds: float = IDLE_SECONDS
) -> None:
    """Deliver until `stop` is set, with a heartbeat; what does not answer is waited for, and an
    error of the program, too."""
    with SmtpPool(relay) as office:
        while not stop.is_set():
            try:
                done = deliver_once(acting, office)
            except Refused as refusal:
                log.error("delivery waits: %s", refusal.code)
                stop.wait(TROUBLE_SECONDS)
            except Exception as error:  # noqa: BLE001 - the heartbeat tells; mail must go on
                # The error's own words may hold an address.
                log.error("delivery failed: %s in %s", type(error).__name__, _place(error))
                stop.wait(TROUBLE_SECONDS)
            else:
                if done is None or done.relay:
                    stop.wait(idle_seconds if done is None else TROUBLE_SECONDS)


def _place(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{last.filename.rpartition('/')[2]}:{last.lineno}"


@dataclass(frozen=True)
class Claim:
    """What was taken under a lease: letters as they are, and digests that are to be written."""

    letters: list[Letter]
    digests: list[UnwrittenDigest]


def claim(c: Context, owner: str, batch: int = BATCH) -> Claim:
    """Take the most urgent letters that are due, and those in doubt, under a lease of our own."""
    c.require(Permission.DELIVER, INSTALLATION)
    while True:
        taken = _take(c, owner, batch)
        digests = look_again(c, taken)
        # The envelope bears the address of today, should it have been corrected since.
        rows = c.session.execute(
            select(Outbox.id, Person.email, Outbox.content, Outbox.kind)
            .join(Person, Person.id == Outbox.person_id)
            .where(Outbox.id.in_(taken), Outbox.content != b"")
            .order_by(Outbox.priority, Outbox.id)
        ).all()
        # Where none of them is needed any more, the next ones are.
        if rows or digests or not taken:
            return Claim(with_links(c, rows), digests)


def _take(c: Context, owner: str, batch: int) -> list[int]:
    in_doubt = and_(Outbox.state == OutboxState.SENDING, Outbox.lease_until <= c.now)
    due = and_(Outbox.state == OutboxState.QUEUED, Outbox.not_before <= c.now)
    chosen = _chosen(c, in_doubt, batch)
    chosen += _chosen(c, due, batch - len(chosen))
    if not chosen:
        return []
    return list(
        c.session.scalars(
            update(Outbox)
            .where(Outbox.id.in_(chosen), or_(due, in_doubt))
            .values(
                state=OutboxState.SENDING,
                lease_until=c.now + LEASE,
                lease_owner=owner,
                attempts=Outbox.attempts + 1,
            )
            .returning(Outbox.id)
            .execution_options(synchronize_session=False)
        )
    )


def _chosen(c: Context, which: ColumnElement[bool], most: int) -> list[int]:
    """Asked for one state at a time, so that an index gives them in their order."""
    return list(
        c.session.scalars(
            select(Outbox.id)
            .where(which)
            .order_by(Outbox.priority, Outbox.id)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
    )


def give_back(c: Context, owner: str, outcomes: Sequence[SendOutcome], begun: Set[int]) -> None:
    """End a lease after an error of the program: what was sent counts as sent, what the relay was
    never given waits a little. What it may have taken stays in doubt until the lease is over."""
    c.require(Permission.DELIVER, INSTALLATION)
    ours = update(Outbox).where(Outbox.state == OutboxState.SENDING, Outbox.lease_owner == owner)
    ended = {"lease_until": None, "lease_owner": ""}
    sent = [outcome.id for outcome in outcomes if outcome.fate == SendResult.SENT]
    settle_taken(c, owner, sent)
    end_lease(c, sent)
    c.session.execute(
        ours.where(Outbox.id.not_in(begun)).values(
            state=OutboxState.QUEUED,
            attempts=Outbox.attempts - 1,
            not_before=c.now + SHORTEST_PAUSE,
            **ended,
        )
    )


def _beat_if_late(c: Context) -> None:
    last = last_runs(c.session).get(DELIVER)
    waited = last is not None and last.summary == CLOCK_BEHIND
    if last is None or waited or c.now - last.at >= BEAT_EVERY:
        ok, said = (last.ok, last.summary) if last and not waited else (True, NOTHING)
        # What was wrong stays to be read until a letter tells otherwise; none may be left to do so
        # after an error of the program.
        if said.startswith("error=") and not mail_waits(c.session):
            ok, said = True, NOTHING
        record_run(c.session, DELIVER, c.now, ok=ok, summary=said)
