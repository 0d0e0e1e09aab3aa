"""What a digest says to each person: matters as the letters take them, the pressing ones first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cache

from sqlalchemy.orm import Session

from db.queries.reminders.due import DueEntry, return_reasons
from notifications.waiting import SECTIONS, DigestEntry
from workflow.rules.access.permissions import RoleName
from workflow.rules.mail.letters import LetterKind
from workflow.rules.reporting.ladder import ClockKind
from workflow.rules.reporting.policy import MailDetail, PlanPolicy
from workflow.rules.states import ReportStateName
from workflow.rules.time.calendar import Calendar

KIND = LetterKind.DIGEST


def by_person(
    session: Session, matters: Iterable[DueEntry], calendar: Calendar, today: date
) -> dict[int, list[DigestEntry]]:
    """Each person's matters in the order of the mail; whoever holds two roles sees one once."""
    detail = cache(lambda policy: PlanPolicy.from_json(policy).mail_detail)
    left = cache(lambda due: workdays_left(due, today, calendar))
    matters = list(matters)
    returned = {m.subject_id for m in matters if m.state == ReportStateName.RETURNED}
    reasons = return_reasons(session, returned)
    found: dict[int, dict[tuple[str, int], DigestEntry]] = defaultdict(dict)
    for matter in matters:
        section = section_of(matter, left(matter.due_on))
        entry = DigestEntry(
            section=section,
            plan_id=matter.plan_id,
            subject_id=_key(matter, section),
            detail=detail(matter.policy),
            code=matter.code,
            title=matter.title,
            unit=matter.unit,
            period=matter.period,
            due_on=matter.due_on,
            workdays=left(matter.due_on),
            reason=reasons.get(matter.subject_id, "")
            if section == "returned" and detail(matter.policy) == MailDetail.FULL
            else "",
            phone=matter.phone,
            provisional=not calendar.is_known(matter.due_on),
        )
        what = (matter.subject, matter.subject_id)
        known = found[matter.person_id].get(what)
        if known is None or entry.order < known.order:
            found[matter.person_id][what] = entry
    return {
        person: sorted(entries.values(), key=lambda entry: (entry.order, entry.subject_id))
        for person, entries in sorted(found.items())
    }


def section_of(matter: DueEntry, workdays: int) -> str:
    """In which section of the mail a matter stands for the person's role."""
    if matter.role == RoleName.REVIEWER:
        return "review" if matter.kind == ClockKind.REVIEW else "silent"
    if matter.role == RoleName.ADMINISTRATOR:
        return "review_late" if matter.kind == ClockKind.REVIEW else "silent"
    if matter.kind == ClockKind.ACKNOWLEDGE:
        return "acknowledge" if matter.role == RoleName.LIAISON else "unit_acknowledge"
    if matter.role == RoleName.DEPUTY_HEAD:
        return "sign_off" if matter.state == ReportStateName.SUBMITTED else "unit_overdue"
    if matter.state == ReportStateName.RETURNED:
        return "returned"
    return "overdue" if workdays < 0 else "today" if workdays == 0 else "ahead"


def workdays_left(due: date, today: date, calendar: Calendar) -> int:
    """Workdays until a local date; 0 only on the day itself or when no workday is left before it,
    at least one below 0 when it is over."""
    if due < today:
        return -max(1, calendar.workdays_between(due, today))
    return calendar.workdays_between(today, due)


def _key(matter: DueEntry, section: str) -> int:
    return {"report": matter.subject_id, "task": matter.task_id, "unit": matter.unit_id}[
        SECTIONS[section].key
    ]
