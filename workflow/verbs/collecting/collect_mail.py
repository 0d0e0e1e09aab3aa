"""Read a mailbox from where it was last left, and take in each mail in it."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from db.models import MailboxPlace
from db.queries.record.heartbeats import record_run
from documents.mail.mail_file import LARGEST
from notifications.mailbox import Mailbox, MailboxDown, OpenMailbox, Waiting, opened
from workflow.rules.access.permissions import INSTALLATION, Permission
from workflow.rules.mail.returns import ReturnOutcome
from workflow.rules.time.timetable import COLLECT
from workflow.verbs.collecting.take_in_mail import COLLECTOR, ActingAs, take_in_mail
from workflow.verbs.context import Context

log = logging.getLogger(__name__)
MOST = 200
"""Mails of one run: the next run goes on."""
Each = Callable[[int, Callable[[], ReturnOutcome]], ReturnOutcome]
"""How each mail is taken in, by its UID: a flow makes a run of it."""


@dataclass(frozen=True)
class Collected:
    """How many mails came to which outcome, and why the mailbox could not be read, or ""."""

    outcomes: Mapping[str, int]
    trouble: str = ""


def collect_mail(
    acting: ActingAs,
    mailbox: Mailbox,
    own: tuple[str, ...],
    each: Each = lambda _uid, take: take(),
) -> Collected:
    """Take in what has come since the last run, mail by mail, each in a transaction of its own.

    Who may: administrators, the system. No transaction is open while the network is used. How far
    the mailbox was read is remembered after each mail, so that after a crash one is read twice,
    which changes nothing. The heartbeat says how it went.
    """
    counted: Counter[str] = Counter()
    trouble = ""
    try:
        with opened(mailbox) as box:
            with acting(COLLECTOR) as c:
                last = last_read(c, mailbox, box.validity)
            for waiting in box.after(last, MOST):
                outcome = each(waiting.uid, _taking(acting, box, waiting, own))
                counted[outcome] += 1
                _leave(acting, mailbox, box.validity, waiting.uid)
    except MailboxDown as down:
        trouble = str(down)
        log.error("the mailbox cannot be read: %s", trouble)
    with acting(COLLECTOR) as c:
        said = f"mails={counted.total()}"
        summary = f"{said} relay={trouble}" if trouble else said
        record_run(c.session, COLLECT, c.now, ok=not trouble, summary=summary)
    return Collected(dict(sorted(counted.items())), trouble)


def _taking(
    acting: ActingAs, box: OpenMailbox, waiting: Waiting, own: tuple[str, ...]
) -> Callable[[], ReturnOutcome]:
    def take() -> ReturnOutcome:
        whole = waiting.size <= LARGEST
        content = box.content(waiting.uid) if whole else box.head(waiting.uid)
        if not content:
            return ReturnOutcome.EMPTY  # somebody has taken it out meanwhile
        return take_in_mail(acting, content, own=own, whole=whole)

    return take


def last_read(c: Context, mailbox: Mailbox, validity: int) -> int:
    """The UID of the last mail that was read, 0 where none was. Who may: administrators, the
    system."""
    c.require(Permission.COLLECT, INSTALLATION)
    found = c.session.execute(
        select(MailboxPlace.validity, MailboxPlace.uid).where(MailboxPlace.name == mailbox.name)
    ).one_or_none()
    # A folder that was made anew numbers its mails anew.
    return found.uid if found is not None and found.validity == validity else 0


def _leave(acting: ActingAs, mailbox: Mailbox, validity: int, uid: int) -> None:
    with acting(COLLECTOR) as c:
        postgres = c.session.get_bind().dialect.name == "postgresql"
        new = (postgresql.insert if postgres else sqlite.insert)(MailboxPlace).values(
            name=mailbox.name, validity=validity, uid=uid
        )
        kept = {"validity": validity, "uid": uid}
        c.session.execute(new.on_conflict_do_update(index_elements=["name"], set_=kept))
