"""How one plan is run: when rounds open and end, who reports, how much a mail says.

A policy is data of the plan (JSON in the database). The dates are written as offices write them,
a month and a day for each round; a date that is no working day moves to the next one (顺延).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from i18n import mark
from workflow.rules.progress.lights import USUAL, Thresholds
from workflow.rules.refusals import Invalid
from workflow.rules.time.calendar import Calendar

EACH, HALF_YEARLY, YEARLY = "each_round", "half_yearly", "yearly"
NEXT_YEAR = "+"
EVERY_DAY = 7
"""So many mails a week are no limit: there is one a day."""


@dataclass(frozen=True)
class RoundRule:
    """One round of every year: its code, the days it opens and is due, which measures it asks.

    A day is written 03-25; `+01-05` is that day of the year after.
    """

    code: str
    opens: str
    due: str
    asks: tuple[str, ...] = (EACH,)


QUARTERLY = (
    RoundRule("Q1", "03-10", "03-25"),
    RoundRule("Q2", "06-10", "06-25", (EACH, HALF_YEARLY)),
    RoundRule("Q3", "09-10", "09-25"),
    RoundRule("Q4", "11-15", "11-30", (EACH, HALF_YEARLY, YEARLY)),
)


@dataclass(frozen=True)
class PlanPolicy:
    """The reporting policy of one plan."""

    rounds: tuple[RoundRule, ...] = QUARTERLY
    support_days: int = 10
    """Calendar days by which supporting units report before the lead does."""
    review_workdays: int = 5
    """Working days that the office has for its verdict."""
    return_workdays: int = 3
    """Working days that a unit has to answer a return."""
    close_workdays: int = 15
    """Working days after the due date at which the round closes."""
    acknowledge_workdays: int = 5
    green_percent: int = 100
    """The share of its path, in percent, from which a number is on track."""
    yellow_percent: int = 80
    """The share from which it is at risk; below it is behind."""
    supports_report: bool = False
    """Whether every supporting unit owes the lead a report; else only where the lead asks."""
    quiet: bool = False
    """Whether a unit that is on its path and has nothing new is let off a round (沿用上期)."""
    mail_detail: str = "titles"
    """How much a mail says about tasks: count, titles or full."""
    send_from: str = "00:00"
    """No reminder goes out before this local time (HH:MM); it waits for it."""
    send_until: str = "24:00"
    """Nor from this time on; what is due then is told the next workday."""
    mails_a_week: int = EVERY_DAY
    """To nobody do reminders of this plan go who had this many mails in seven days; they are told
    when a mail may go again."""
    chase_workdays: int = 3
    """So many workdays after somebody chased a unit by hand it is not chased so again."""
    ladders: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Reminder ladders that replace the usual ones, by kind of clock."""

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> PlanPolicy:
        raw = json.loads(text or "{}")
        if "rounds" in raw:
            raw["rounds"] = tuple(
                RoundRule(r["code"], r["opens"], r["due"], tuple(r["asks"])) for r in raw["rounds"]
            )
        return replace(cls(), **raw)

    @property
    def thresholds(self) -> Thresholds:
        """From where on numbers are on track and at risk."""
        green, yellow = (Decimal(n) / 100 for n in (self.green_percent, self.yellow_percent))
        return Thresholds(green, yellow, min(green, USUAL.about))

    def rule(self, period: str) -> RoundRule:
        """The rule of a period such as 2021Q3; KeyError if the policy has no such round."""
        return {rule.code: rule for rule in self.rounds}[period[4:]]


def policy_in(content: bytes) -> PlanPolicy:
    """The policy that a file holds, as `to_json` wrote it; to be run apart. Raises Invalid."""
    try:
        return PlanPolicy.from_json(content.decode("utf-8-sig"))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Invalid(mark("The file does not hold a plan's settings.")) from None


@dataclass(frozen=True)
class RoundDates:
    """The local dates of one round; each is a working day but the day it opens."""

    period: str
    year: int
    opens_on: date
    supports_due_on: date
    due_on: date
    review_due_on: date
    closes_on: date


def day_of(year: int, text: str) -> date:
    """The day that a rule writes, in a round of this year. Raises ValueError for anything else."""
    return date.fromisoformat(f"{year + text.startswith(NEXT_YEAR)}-{text.removeprefix(NEXT_YEAR)}")


def round_dates(policy: PlanPolicy, year: int, rule: RoundRule, calendar: Calendar) -> RoundDates:
    """The dates of one round of a year."""
    due = calendar.next_workday(day_of(year, rule.due))
    return RoundDates(
        period=f"{year}{rule.code}",
        year=year,
        opens_on=day_of(year, rule.opens),
        supports_due_on=calendar.next_workday(due - timedelta(days=policy.support_days)),
        due_on=due,
        review_due_on=calendar.add_workdays(due, policy.review_workdays),
        closes_on=calendar.add_workdays(due, policy.close_workdays),
    )


def rounds_opened(
    policy: PlanPolicy, first: date, today: date, calendar: Calendar
) -> tuple[RoundDates, ...]:
    """Every round that has opened between the day a plan was issued and today, in order.

    A round that was already over on the day of issue is not asked for.
    """
    found = [
        round_dates(policy, year, rule, calendar)
        for year in range(first.year, today.year + 1)
        for rule in policy.rounds
    ]
    return tuple(r for r in found if r.opens_on <= today and r.due_on >= first)
