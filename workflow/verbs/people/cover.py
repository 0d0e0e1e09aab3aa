"""Name somebody who acts for a person on leave."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from db.models import Cover, Person
from db.queries.places.places import about_person
from db.record import SYSTEM_CHAIN
from i18n import mark
from workflow.rules.access.permissions import Permission, may
from workflow.rules.refusals import Invalid, NotAllowed, NotFound, Trace
from workflow.verbs.context import Context
from workflow.verbs.people.separate_posts import require_separate_posts


def cover(c: Context, *, person_id: int, substitute_id: int, first: date, last: date) -> int:
    """Let the substitute act in every role of the person from `first` to `last`, both included.

    Who may: the person for themselves, naming somebody of their own unit; who keeps people, for
    everybody. From then on the substitute gets the mails too. Dates are local. Leaves an event;
    the id of the cover. Raises NotAllowed, NotFound, Invalid (dates in the past or the wrong way
    round, the same person, days already covered), Together where the substitute would act in what
    is kept apart.
    """
    people = {
        person.id: person
        for person in c.session.scalars(
            select(Person).where(Person.id.in_((person_id, substitute_id)), Person.active)
        )
    }
    administrator = all(
        may(c.actor, Permission.KEEP_PEOPLE, about_person(c.session, one))
        for one in (person_id, substitute_id)
    )
    trace = Trace("refused", what="keep_people", about={"person_id": person_id})
    if not administrator and c.actor.person_id != person_id:
        raise NotAllowed(
            mark("You name a substitute for yourself; the administrator for others."), trace=trace
        )
    if person_id == substitute_id:
        raise Invalid(mark("Nobody can be their own substitute."))
    if len(people) != 2:
        raise NotFound(mark("There is no such person."))
    if not administrator and people[person_id].unit_id != people[substitute_id].unit_id:
        raise NotAllowed(
            mark("The substitute must be of your own unit. Ask the administrator for another one."),
            trace=trace,
        )
    if first < c.today or last < first:
        raise Invalid(mark("The leave begins today or later and ends after it has begun."))
    end = date.fromordinal(last.toordinal() + 1)
    overlap = select(Cover.id).where(
        Cover.person_id == person_id, Cover.valid_from < end, first < Cover.valid_to
    )
    if c.session.scalar(overlap.limit(1)) is not None:
        raise Invalid(mark("A substitute is already named for some of these days."))
    made = Cover(person_id=person_id, substitute_id=substitute_id, valid_from=first, valid_to=end)
    c.session.add(made)
    require_separate_posts(c, [substitute_id])
    c.session.flush()
    c.record_event(
        SYSTEM_CHAIN, "cover", "person", person_id, substitute=substitute_id, first=first, last=last
    )
    return made.id


def end_cover(c: Context, *, cover_id: int) -> None:
    """End a cover today. Who may: the person on leave, who keeps people. Raises NotFound."""
    found = c.session.get(Cover, cover_id)
    allowed = found is not None and (
        may(c.actor, Permission.KEEP_PEOPLE, about_person(c.session, found.person_id))
        or c.actor.person_id == found.person_id
    )
    if found is None or not allowed or found.valid_to <= c.today:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    if found.valid_from < c.today:
        found.valid_to = c.today
    else:
        # No day of it is over: an empty span would stand in the way of another cover.
        c.session.delete(found)
    c.record_event(SYSTEM_CHAIN, "end_cover", "person", found.person_id)
