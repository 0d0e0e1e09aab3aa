"""Tell the operators of troubles by their own command or webhook: claim, network, settle."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from db.models import Alarm
from db.queries.record.heartbeats import Silence, last_runs, record_run
from i18n import _
from notifications.alarm import Channel
from workflow.rules.access.permissions import INSTALLATION, Permission
from workflow.rules.record.remedies import remedy
from workflow.rules.time.timetable import ALARM
from workflow.verbs.context import Context

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Message:
    """What the operators are told of one trouble. `document` holds nothing personal."""

    name: str
    since: datetime
    over: bool
    document: dict[str, object]


def claim_alarms(c: Context, found: Sequence[Silence]) -> list[Message]:
    """Claim what the operators are to be told: each trouble once a local day, and once that it is
    over. Two that watch at once tell it once.

    Who may: administrators, the system. A channel that fails cannot tell of itself. Raises
    NotAllowed.
    """
    c.require(Permission.OPERATE, INSTALLATION)
    troubles = [one for one in found if one.name != ALARM]
    told = [_message(c, one) for one in troubles if _claim(c, one)]
    ended = (
        delete(Alarm)
        .where(Alarm.name.not_in([one.name for one in troubles]))
        .returning(Alarm.name, Alarm.since)
    )
    over = [
        Message(row.name, row.since, True, _document(c, row.name, "over", row.since))
        for row in sorted(c.session.execute(ended).all())
    ]
    return told + over


def send_alarms(channel: Channel, messages: Sequence[Message]) -> dict[str, str]:
    """Hand messages to the channel: the name of each that was not taken, and why."""
    answers = {one.name: channel.tell(one.document) for one in messages}
    return {name: why for name, why in answers.items() if why}


def settle_alarm(c: Context, messages: Sequence[Message], failed: dict[str, str]) -> None:
    """Write down whether the channel works; what it did not take is told again by the next watch.
    Raises NotAllowed."""
    c.require(Permission.OPERATE, INSTALLATION)
    for one in messages:
        if one.name not in failed:
            continue
        # Somebody else may have seen the trouble anew meanwhile.
        c.session.execute(_insert(c)(Alarm).values(
            name=one.name, since=one.since, over=one.over, told_on=None
        ).on_conflict_do_nothing())  # fmt: skip
        c.session.execute(update(Alarm).where(Alarm.name == one.name).values(told_on=None))
    why = next(iter(failed.values()), "")
    if failed:
        log.error("the operators' channel fails: %s", why)
    record_run(c.session, ALARM, c.now, ok=not failed, summary=why)


def forget_channel(c: Context) -> None:
    """Where no channel is set any more, one that failed is no trouble either."""
    last = last_runs(c.session).get(ALARM)
    if last is not None and not last.ok:
        record_run(c.session, ALARM, c.now)


def _claim(c: Context, one: Silence) -> bool:
    new = _insert(c)(Alarm).values(
        name=one.name, since=one.expected_at, told_on=c.today, over=False
    )
    if c.session.scalar(new.on_conflict_do_nothing().returning(Alarm.name)):
        return True
    untold = or_(Alarm.told_on.is_(None), Alarm.told_on < c.today)
    again = update(Alarm).where(Alarm.name == one.name, untold)
    return c.session.scalar(again.values(told_on=c.today).returning(Alarm.name)) is not None


def _insert(c: Context) -> Any:
    return postgresql.insert if c.session.get_bind().dialect.name == "postgresql" else sqlite.insert


def _message(c: Context, one: Silence) -> Message:
    since = c.session.scalar(select(Alarm.since).where(Alarm.name == one.name)) or one.expected_at
    document = _document(c, one.name, "trouble", since)
    document |= {
        "what": _(one.does),
        "why": one.why,
        "remedy": _(remedy(one.name, one.failing, one.why)),
    }
    return Message(one.name, since, False, document)


def _document(c: Context, name: str, state: str, since: datetime) -> dict[str, object]:
    return {
        "name": name,
        "state": state,
        "since": since.isoformat(),
        "at": c.now.isoformat(),
        "address": c.letterhead.base_url,
    }
