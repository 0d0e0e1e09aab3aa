"""The settings of a plan in words: fields, rounds, days, reminders."""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Collection

from i18n import _, current, mark
from workflow.rules.access.permissions import ROLES
from workflow.rules.reporting.ladder import ClockKind, Rung, Tone
from workflow.rules.reporting.periods import round_name
from workflow.rules.reporting.policy import (
    EACH,
    EVERY_DAY,
    HALF_YEARLY,
    NEXT_YEAR,
    YEARLY,
    MailDetail,
    PlanPolicy,
)

NAMES = {
    "office": mark("Office that looks after the plan"),
    "rounds": mark("Rounds of a year"),
    "days": mark("Days allowed"),
    "lights": mark("Progress lights of numbers"),
    "quiet": mark("Where nothing is new"),
    "supports_report": mark("Reports of supporting units"),
    "mail_detail": mark("What mails say of tasks"),
    "mails": mark("When mails go, and how many"),
    "preview": mark("Preview of a whole round"),
    "send_from": mark("No reminder before"),
    "send_until": mark("No reminder from"),
    "mails_a_week": mark("Most mails to one person in seven days"),
    "chase_workdays": mark("Workdays until a unit is chased by hand again"),
    ClockKind.ACKNOWLEDGE.value: mark("Reminders to acknowledge"),
    ClockKind.SUPPORT.value: mark("Reminders to supporting units"),
    ClockKind.REPORT.value: mark("Reminders to report"),
    ClockKind.REVIEW.value: mark("Reminders to review"),
    "support_days": mark("Days that supports report before the lead"),
    "acknowledge_workdays": mark("Workdays to acknowledge"),
    "review_workdays": mark("Workdays to review"),
    "return_workdays": mark("Workdays to answer a return"),
    "green_percent": mark("On track from this percentage of the path"),
    "yellow_percent": mark("At risk from this percentage of the path"),
    "close_workdays": mark("Workdays until a round closes"),
}
"""The names of what can be set, by the code that a refusal names."""
ASKS = {
    EACH: mark("measures of each round"),
    HALF_YEARLY: mark("half-yearly measures"),
    YEARLY: mark("yearly measures"),
}
DETAILS = {
    MailDetail.COUNT: mark("how many tasks, no more"),
    MailDetail.TITLES: mark("number and title of each task"),
    MailDetail.FULL: mark("title and words of each task"),
}
TONES = {
    Tone.AHEAD: mark("ahead of the date"),
    Tone.TODAY: mark("last-day reminder"),
    Tone.LATE: mark("once overdue"),
    Tone.PHONE: mark("overdue, to be telephoned"),
    Tone.ESCALATED: mark("escalated inside the office"),
}


def field_name(code: str) -> str:
    """What a refusal's code names, in words."""
    return _(NAMES[code]) if code in NAMES else round_name(code)


def asked_words(asks: Collection[str]) -> str:
    """Which measures a round asks for."""
    return _(", ").join(_(ASKS[code]) for code in ASKS if code in asks) or _("no measures")


def day_shown(text: str) -> str:
    """A day of any year as offices write it, from 03-10; of the year after from +01-05."""
    month, _dash, day = text.removeprefix(NEXT_YEAR).partition("-")
    shown = _("{month}/{day}", month=int(month), day=int(day))
    if current() == "en":
        shown = f"{int(day)} {month_name[int(month)]}"
    return _("{day} of the next year", day=shown) if text.startswith(NEXT_YEAR) else shown


def day_typed(text: str) -> str:
    """03-10 from what a person typed, such as 3-10, 3/10 or 3月10日, and +01-05 from 次年1月5日 or
    +1-5; else as it was typed."""
    found = re.fullmatch(r"\s*(\+|次年|翌年)?\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?\s*", text)
    if found is None:
        return text.strip()
    return f"{NEXT_YEAR if found[1] else ''}{int(found[2]):02}-{int(found[3]):02}"


def day_words(policy: PlanPolicy) -> list[str]:
    """The days that each step is allowed."""
    return [
        _("Units acknowledge within {n} workdays of the issue.", n=policy.acknowledge_workdays),
        _("Supporting units report {n} days before the lead.", n=policy.support_days),
        _("The office reviews within {n} workdays of the due date.", n=policy.review_workdays),
        _("A return is answered within {n} workdays.", n=policy.return_workdays),
        _("A round closes {n} workdays after its due date.", n=policy.close_workdays),
    ]


def mail_words(policy: PlanPolicy) -> list[str]:
    """Between which hours reminders go, how many to one person, and how often by hand."""
    until = policy.send_until
    if until == "24:00":
        hours = _("Reminders go from {start} on.", start=policy.send_from)
    else:
        hours = _(
            "Reminders go between {start} and {end}; what is due later waits for the next workday.",
            start=policy.send_from, end=until,
        )  # fmt: skip
    if policy.send_from == "00:00" and until == "24:00":
        hours = _("Reminders go at the hour of the timetable.")
    several = policy.mails_a_week < EVERY_DAY
    return [
        hours,
        _("One mail a person and day, at most {n} in seven days.", n=policy.mails_a_week)
        if several
        else _("One mail a person and day."),
        _("A unit chased by hand is not chased so again within {n} workdays.",
          n=policy.chase_workdays),
    ]  # fmt: skip


def quiet_words(quiet: bool) -> str:
    """What a unit does that is on its path and has nothing new."""
    if quiet:
        return _("It need not write; what was last accepted stands.")
    return _("It reports in each round.")


def light_words(policy: PlanPolicy) -> list[str]:
    """From where on the lights of numbers change."""
    return [
        _("On track from {n}% of the path.", n=policy.green_percent),
        _("At risk from {n}%, behind below it.", n=policy.yellow_percent),
    ]


def when_words(workdays: int) -> str:
    """When a reminder goes out."""
    message = {
        -1: mark("1 workday before the date"),
        0: mark("on the last day"),
        1: mark("1 workday after the date"),
    }.get(workdays)
    if message is None and workdays < 0:
        message = mark("{n} workdays before the date")
    return _(message or mark("{n} workdays after the date"), n=abs(workdays))


def rung_words(rung: Rung) -> str:
    """One step of a reminder ladder."""
    who = _(", ").join(_(ROLES[role]) for role in rung.audience)
    return _("{when}: {who} ({tone})", when=when_words(rung.workdays), who=who,
             tone=_(TONES[rung.tone]))  # fmt: skip
