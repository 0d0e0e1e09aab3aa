"""Stop reminding for a while, with a reason, and begin again."""

from __future__ import annotations

from datetime import date, timedelta

from db.models import Plan, ReminderPause, Unit
from db.queries.places.places import about_plan
from i18n import mark
from workflow.rules.access.permissions import Permission
from workflow.rules.refusals import Invalid, NotFound
from workflow.verbs.context import Context
from workflow.verbs.finding import find_visible

LONGEST = 500
LONGEST_DAYS = 366


def pause_reminders(
    c: Context, *, plan_id: int, first: date, last: date, reason: str, unit_id: int | None = None
) -> int:
    """Let nobody be reminded of what a unit owes in a plan, or of anything in it (`unit_id` None),
    from `first` to `last`, both local dates and included; the id of the pause.

    Who may: reviewers, administrators. No due date moves and nothing counts as filed: only mails
    and calls rest. After it, the latest step is told. Leaves an event. Raises NotAllowed, NotFound,
    Invalid for dates that are over or the wrong way round, and without a reason.
    """
    c.require(Permission.PAUSE_REMINDERS, about_plan(c.session, plan_id))
    reason = reason.strip()
    if not reason:
        raise Invalid(mark("Say why reminders pause."))
    if len(reason) > LONGEST:
        raise Invalid(mark("No more than {n} characters here."), n=LONGEST)
    if first < c.today or last < first or last - first > timedelta(days=LONGEST_DAYS):
        raise Invalid(
            mark("A pause begins today or later, ends after it has begun and lasts a year at most.")
        )
    find_visible(c, Plan, plan_id)
    if unit_id is not None:
        find_visible(c, Unit, unit_id)
    made = ReminderPause(
        plan_id=plan_id, unit_id=unit_id, valid_from=first, valid_to=last + timedelta(days=1),
        reason=reason, person_id=c.actor.person_id,
    )  # fmt: skip
    c.session.add(made)
    c.session.flush()
    c.record_event(
        plan_id, "pause_reminders", "plan", plan_id, unit=unit_id, first=first, last=last,
        pause=made.id,
    )  # fmt: skip
    return made.id


def end_pause(c: Context, *, pause_id: int) -> None:
    """Remind again from today on. Who may: reviewers, administrators. Leaves an event. Raises
    NotAllowed and, for a pause that is over, NotFound."""
    found = c.session.get(ReminderPause, pause_id)
    c.require(Permission.PAUSE_REMINDERS, about_plan(c.session, found.plan_id if found else None))
    if found is None or found.valid_to <= c.today:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    found.valid_to = max(c.today, found.valid_from)
    c.record_event(found.plan_id, "end_pause", "plan", found.plan_id, pause=pause_id)
