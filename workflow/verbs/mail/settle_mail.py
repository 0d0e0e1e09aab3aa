"""Write down what became of the letters of a lease, and whose fault it was that some did not go."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from db.models import Heartbeat, Outbox, Person
from db.queries.record.heartbeats import record_run
from notifications.smtp import SendOutcome
from workflow.rules.access.permissions import INSTALLATION, Permission
from workflow.rules.mail.delivery import (
    DAY,
    LASTING,
    SHORTEST_PAUSE,
    EarlierRuns,
    LetterStep,
    LetterVerdict,
    OutboxState,
    RunJudgement,
    SendResult,
    Try,
    judge,
    pause,
)
from workflow.rules.time.timetable import DELIVER, RELAY
from workflow.verbs.context import Context
from workflow.verbs.mail.notify_unreached import notify_unreached

log = logging.getLogger(__name__)
WAITING = (OutboxState.QUEUED, OutboxState.SENDING)
ENOUGH = 50
"""People refused alike beyond which their number makes no difference."""


@dataclass(frozen=True)
class DeliveryResult:
    """What came of a run. `relay` says why the relay took nothing at all, or is empty."""

    sent: int = 0
    failed: int = 0
    postponed: int = 0
    relay: str = ""

    def plus(self, other: DeliveryResult) -> DeliveryResult:
        """Both runs together."""
        return DeliveryResult(
            self.sent + other.sent,
            self.failed + other.failed,
            self.postponed + other.postponed,
            other.relay,
        )


def settle_mail(
    c: Context, owner: str, outcomes: Sequence[SendOutcome], down: str = "", error: str = ""
) -> DeliveryResult:
    """Settle the letters of a lease; one that was lost meanwhile is let be.

    Who may: administrators, the system. rules/mail/delivery judges them together. What is
    held for the relay's sake stays queued and uses up no attempt; who was marked for a refusal that
    turns out to be the relay's is let go again, with the letter. The heartbeat says what is wrong;
    `error` is the class of an error of the program on the way. Raises NotAllowed.
    """
    c.require(Permission.DELIVER, INSTALLATION)
    run = _run(c.session, owner, outcomes)
    before = _before(c.session, run, c.now)
    judged = judge(run, before, c.now, down)
    if any(one.fate == SendResult.SENT for one in run):
        _hurry(c, before.last_taken)
        record_run(c.session, RELAY, c.now)
    counted = {OutboxState.SENT: 0, OutboxState.FAILED: 0, "postponed": 0}
    settle_taken(c, owner, [one.id for one in run if one.fate == SendResult.SENT])
    end_lease(c, [one.id for one in run if one.fate == SendResult.SENT])
    for verdict in judged.verdicts:
        taken = verdict.step == LetterStep.SENT
        state = OutboxState.SENT if taken else _write(c, verdict, judged.trouble)
        counted["postponed" if state == OutboxState.QUEUED else state] += 1
    for fate in judged.several:
        _acquit(c, fate, before.last_taken)
    done = DeliveryResult(**counted, relay=judged.trouble if judged.stops else "")
    _tell(c, done, judged, error)
    return done


def settle_taken(c: Context, owner: str, outbox_ids: Sequence[int]) -> None:
    """Write down at once that the relay took these letters of a lease; `settle_mail` judges all of
    them together when the lease ends.

    Who may: administrators, the system. Raises NotAllowed.
    """
    c.require(Permission.DELIVER, INSTALLATION)
    people = c.session.scalars(
        update(Outbox)
        .where(
            Outbox.id.in_(outbox_ids),
            Outbox.state == OutboxState.SENDING,
            Outbox.lease_owner == owner,
        )
        .values(state=OutboxState.SENT, sent_at=c.now, lease_until=None, fault=None, last_error="")
        .returning(Outbox.person_id)
        .execution_options(synchronize_session=False)
    ).all()
    c.session.execute(
        update(Person)
        .where(Person.id.in_(people), Person.bounced_at.is_not(None))
        .values(bounced_at=None)
    )


def end_lease(c: Context, outbox_ids: Sequence[int]) -> None:
    """Let go of letters that were settled as they went."""
    c.session.execute(
        update(Outbox)
        .where(Outbox.id.in_(outbox_ids), Outbox.state == OutboxState.SENT)
        .values(lease_owner="")
        .execution_options(synchronize_session=False)
    )


def _run(session: Session, owner: str, outcomes: Sequence[SendOutcome]) -> list[Try]:
    told = {outcome.id: outcome for outcome in outcomes}
    rows = session.execute(
        select(Outbox.id, Outbox.person_id, Outbox.attempts, Outbox.tried_since)
        .where(
            Outbox.id.in_(told),
            Outbox.state.in_((OutboxState.SENDING, OutboxState.SENT)),
            Outbox.lease_owner == owner,
        )
        .order_by(Outbox.id)
        .with_for_update()
    ).all()
    return [
        Try(row.id, row.person_id, told[row.id].fate, told[row.id].reason, row.attempts,
                row.tried_since)
        for row in rows
    ]  # fmt: skip


def _before(session: Session, run: Sequence[Try], now: datetime) -> EarlierRuns:
    # Held until the end: two that settle at once would wait for each other's letters and people.
    last_taken = session.scalar(
        select(Heartbeat.at).where(Heartbeat.name == RELAY).with_for_update()
    )
    ours = [one.id for one in run]
    others_in_vain = False
    if not any(one.fate == SendResult.SENT for one in run):
        since_then = () if last_taken is None else (Outbox.tried_since > last_taken,)
        others = select(Outbox.id).where(
            Outbox.state.in_(WAITING),
            Outbox.tried_since.is_not(None),
            Outbox.person_id.not_in([one.person_id for one in run]),
            *since_then,
        )
        others_in_vain = session.scalar(others.limit(1)) is not None
    refused = {}
    for fate in {one.fate for one in run}.intersection(LASTING):
        waits = Outbox.state.in_(WAITING)
        failed = and_(
            Outbox.state == OutboxState.FAILED, Outbox.failed_at >= _since(fate, last_taken, now)
        )
        people = (
            select(Outbox.person_id)
            .where(Outbox.fault == fate.value, or_(waits, failed), Outbox.id.not_in(ours))
            .distinct()
            .limit(ENOUGH)
        )
        refused[fate] = frozenset(session.scalars(people))
    return EarlierRuns(last_taken, others_in_vain, refused)


def _since(fate: SendResult, last_taken: datetime | None, now: datetime) -> datetime:
    """From when on failed letters speak of the relay: since it last took one, and where nobody
    said that the mailbox is gone, for a day at least."""
    day = now - DAY
    if last_taken is None:
        return day
    return last_taken if fate == SendResult.NO_SUCH_ADDRESS else min(last_taken, day)


def _hurry(c: Context, last_taken: datetime | None) -> None:
    """The relay takes letters: those that it never took since they were first tried go at once.
    Each is refused once more at most before it waits again."""
    held = (Outbox.state == OutboxState.QUEUED, Outbox.fault.is_not(None))
    never = () if last_taken is None else (Outbox.tried_since > last_taken,)
    c.session.execute(update(Outbox).where(*held, *never).values(not_before=c.now))


def _write(c: Context, verdict: LetterVerdict, trouble: str) -> str:
    """Write one letter's step down; the state in which it stands now."""
    one = verdict.attempt
    values: dict[str, object]
    match verdict.step:
        case LetterStep.RETURNED:
            values = {
                "state": OutboxState.QUEUED,
                "not_before": c.now,
                "attempts": one.attempts - 1,
            }
        case LetterStep.RETRY:
            values = _later(c, verdict) | {"fault": None, "last_error": one.reason}
        case LetterStep.HELD:
            values = _later(c, verdict) | {
                "fault": one.fate.value,
                "last_error": one.reason or trouble,
                "attempts": one.attempts - 1,
            }
        case LetterStep.FAILED:
            values = {"state": OutboxState.FAILED, "failed_at": c.now, "fault": one.fate.value,
                      "last_error": one.reason}  # fmt: skip
    c.session.execute(
        update(Outbox)
        .where(Outbox.id == one.id)
        .values(lease_until=None, lease_owner="", **values)
        .execution_options(synchronize_session=False)
    )
    person = update(Person).where(Person.id == one.person_id)
    if verdict.marks:
        new = person.where(Person.bounced_at.is_(None)).values(bounced_at=c.now)
        if c.session.execute(new.returning(Person.id)).all():
            notify_unreached(c, one.person_id)
    if verdict.step == LetterStep.FAILED:
        c.record_event(0, "mail_failed", "outbox", one.id, person=one.person_id)
        log.warning("mail %s failed: %s", one.id, one.fate.value)
    return str(values["state"])


def _later(c: Context, verdict: LetterVerdict) -> dict[str, object]:
    return {
        "state": OutboxState.QUEUED,
        "not_before": c.now + pause(verdict, c.now),
        "tried_since": verdict.attempt.since or c.now,
    }


def _acquit(c: Context, fate: SendResult, last_taken: datetime | None) -> None:
    """It was the relay: letters that failed so go again, and their people are marked no longer."""
    since = _since(fate, last_taken, c.now)
    freed = c.session.execute(
        update(Outbox)
        .where(
            Outbox.state == OutboxState.FAILED,
            Outbox.fault == fate.value,
            Outbox.failed_at >= since,
        )
        .values(
            state=OutboxState.QUEUED,
            failed_at=None,
            attempts=0,
            tried_since=c.now,
            not_before=c.now + SHORTEST_PAUSE,
        )
        .returning(Outbox.id, Outbox.person_id)
        .execution_options(synchronize_session=False)
    ).all()
    for row in sorted(freed):
        c.session.execute(
            update(Person)
            .where(Person.id == row.person_id, Person.bounced_at >= since)
            .values(bounced_at=None)
        )
        c.record_event(0, "mail_waits_again", "outbox", row.id, person=row.person_id)


def holds_back(session: Session) -> str:
    """The relay's words about a letter that it holds back, or empty if there is none."""
    held = select(Outbox.last_error).where(
        Outbox.state == OutboxState.QUEUED, Outbox.fault.is_not(None)
    )
    return session.scalars(held.order_by(Outbox.id).limit(1)).first() or ""


def _tell(c: Context, done: DeliveryResult, judged: RunJudgement, error: str) -> None:
    trouble = judged.trouble or holds_back(c.session)
    counts = f"sent={done.sent} failed={done.failed} postponed={done.postponed}"
    summary = f"{counts} error={error}" if error else counts
    if trouble and not error:
        summary = f"{counts} relay={trouble}"
        log.error("the mail relay holds letters back: %s", trouble)
    record_run(c.session, DELIVER, c.now, ok=not (trouble or error), summary=summary)
