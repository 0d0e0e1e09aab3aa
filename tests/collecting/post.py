"""The little city with its first round open, and mails that arrive in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from collecting.mails import OWN
from db.engine import Database
from db.models import IncomingReturn, MailReply, Outbox, Report
from db.queries.people.people import actor_of
from little_city import CLOCK, LETTERHEAD, City, found, noon
from workflow.rules.access.permissions import Actor
from workflow.rules.mail.returns import ReturnOutcome
from workflow.rules.time.dates import local_date
from workflow.verbs.collecting.take_in_mail import ActingAs, take_in_mail
from workflow.verbs.context import Context
from workflow.verbs.reminders.remind import remind
from workflow.verbs.rounds.open_rounds import open_rounds

LIAISON = "labour.liaison"


def opened_city(database: Database) -> City:
    """The first round is open and reminded of; it is 23 March 2021."""
    made = found(database)
    with made.acting(CLOCK) as c:
        open_rounds(c)
    made.now = noon(3, 23)
    with made.acting(CLOCK) as c:
        remind(c)
    return made


def acting_in(city: City) -> ActingAs:
    @contextmanager
    def opened(who: int | Actor) -> Iterator[Context]:
        with city.database.write() as session:
            day = local_date(city.now, LETTERHEAD.zone)
            actor = who if isinstance(who, Actor) else actor_of(session, who, day)
            yield Context(session, actor, city.now, LETTERHEAD)

    return opened


def arrives(city: City, content: bytes, *, whole: bool = True) -> ReturnOutcome:
    """A mail is taken in."""
    return take_in_mail(acting_in(city), content, own=OWN, whole=whole)


def reminder_of(city: City, who: str = LIAISON) -> str:
    """The Message-ID of the reminder that a person got."""
    with city.database.read() as session:
        return session.scalars(
            select(Outbox.message_id).where(
                Outbox.person_id == city.people[who], Outbox.kind == "digest"
            )
        ).one()


def report_of(city: City, task: str, unit: str = "labour") -> int:
    with city.database.read() as session:
        return session.scalars(
            select(Report.id).where(
                Report.task_id == city.tasks[task], Report.unit_id == city.units[unit]
            )
        ).one()


def returns(city: City) -> list[IncomingReturn]:
    with city.database.read() as session:
        return list(session.scalars(select(IncomingReturn).order_by(IncomingReturn.id)))


def replies(city: City) -> list[MailReply]:
    with city.database.read() as session:
        return list(session.scalars(select(MailReply).order_by(MailReply.id)))


def letters(city: City, kind: str = "collected") -> list[Outbox]:
    with city.database.read() as session:
        return list(session.scalars(select(Outbox).where(Outbox.kind == kind).order_by(Outbox.id)))
