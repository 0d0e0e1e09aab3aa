"""Telling people by mail from inside a verb: frozen letters in the outbox of the transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from db.models import ChainHead, Outbox, Person, Plan
from db.queries.people.people import people_in_role, people_of_place
from notifications.rendering import is_address, render
from workflow.rules.access.permissions import TOP_PLACE, RoleName
from workflow.rules.mail.letters import LetterKind
from workflow.rules.reporting.policy import MailDetail, PlanPolicy
from workflow.verbs.context import Context

USUAL_PRIORITY = 5


def notify(
    c: Context,
    kind: LetterKind,
    person_ids: Iterable[int],
    *,
    plan_id: int | None,
    facts: Mapping[str, object],
    priority: int = USUAL_PRIORITY,
) -> None:
    """Write a letter of a kind to each active person, in their language, into the outbox.

    `facts` are those that notifications/templates/README.md asks for; the plan's title, how much
    its mails say, and on receipts the head of its event chain are added here. A lower `priority`
    leaves earlier. Nobody is told twice by one call; nothing is sent before the verb commits.
    Whose address cannot be written to is marked as unreachable (`bounced_at`), the others are told.
    Raises KeyError for an unknown kind and jinja2.UndefinedError for a missing fact.
    """
    people = c.session.scalars(
        select(Person).where(Person.id.in_(set(person_ids)), Person.active).order_by(Person.id)
    ).all()
    if not people:
        return
    known = {**facts, **plan_facts(c.session, kind, plan_id)}
    for person in people:
        if is_address(person.email):
            queue_letter(c, kind, person, plan_id=plan_id, facts=known, priority=priority)
        else:
            person.bounced_at = c.now


def queue_letter(
    c: Context,
    kind: LetterKind,
    person: Person,
    *,
    plan_id: int | None,
    facts: Mapping[str, object],
    priority: int = USUAL_PRIORITY,
    answers: str = "",
) -> int:
    """Freeze one letter in the outbox; its id there. `facts` are complete; `answers`: the
    Message-ID of the mail that it is the answer to."""
    domain = c.letterhead.mail_from.rpartition("@")[2]
    message_id = f"<{kind}.{uuid4().hex}@{domain}>"
    mail = render(
        kind, facts, c.letterhead, person.email, person.name, person.language, message_id, c.now,
        answers,
    )  # fmt: skip
    done = c.session.execute(
        insert(Outbox)
        .values(
            message_id=message_id,
            person_id=person.id,
            plan_id=plan_id,
            kind=kind,
            subject=mail.subject,
            content=mail.content,
            priority=priority,
            created_at=c.now,
            not_before=c.now,
        )
        .returning(Outbox.id)
    )
    return done.scalar_one()


def people_in_posts(c: Context, unit_id: int, role: str) -> list[int]:
    """The active people who hold a role for a unit today, substitutes of those on leave included.
    Ids in order."""
    return people_in_role(c.session, unit_id, role, c.today)


def people_in_place(c: Context, place_id: int, role: str) -> list[int]:
    """The active people who hold a role in a place today, for whichever unit, substitutes of those
    on leave included. Ids in order."""
    return people_of_place(c.session, place_id, role, c.today)


def installation_keepers(c: Context, queue_letter: str) -> list[int]:
    """Who is told of what belongs to one of the three posts: its holders, and the administrators
    where the posts are not separate, or nobody holds this one."""
    found = people_in_place(c, TOP_PLACE, queue_letter)
    if c.actor.separate and found:
        return found
    return sorted({*found, *people_in_place(c, TOP_PLACE, RoleName.ADMINISTRATOR)})


def plan_facts(session: Session, kind: LetterKind, plan_id: int | None) -> dict[str, object]:
    """What every letter about a plan (None: about several or none) says of it."""
    if plan_id is None:
        return {"plan": "", "detail": MailDetail.FULL, "chain_no": 0, "chain_hash": ""}
    plan = session.get_one(Plan, plan_id)
    known: dict[str, object] = {
        "plan": plan.title,
        "detail": PlanPolicy.from_json(plan.policy).mail_detail,
        "chain_no": 0,
        "chain_hash": "",
    }
    if kind in ("receipt", "collected"):
        # A head that has left the installation shows later whether the chain lost its tail.
        head = session.get(ChainHead, plan_id)
        if head is not None:
            known |= {"chain_no": head.no, "chain_hash": head.hash}
    return known
