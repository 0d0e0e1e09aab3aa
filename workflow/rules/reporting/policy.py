"""How one plan is run: when rounds open and end, who reports, how much a mail says.

A policy is data of the plan: JSON in the database, docs/policy.schema.json. The dates are written
as offices write them, a month and a day for each round; a date that is no working day moves to the
next one (顺延).
"""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter

from i18n import mark
from workflow.rules.progress.lights import USUAL, Thresholds
from workflow.rules.refusals import Invalid, Problem
from workflow.rules.reporting.ladder import ClockKind, LadderRow, read_ladder
from workflow.rules.time.calendar import Calendar
from workflow.rules.typed_data import read_json

NEXT_YEAR = "+"
EVERY_DAY = 7
"""So many mails a week are no limit: there is one a day."""


class ReportingFrequency(StrEnum):
    """In which rounds a measure is asked for."""

    EACH_ROUND = "each_round"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"


class MailDetail(StrEnum):
    """How much a mail says about tasks: how many, their titles, or their words too."""

    COUNT = "count"
    TITLES = "titles"
    FULL = "full"


MonthDay = Annotated[str, Field(json_schema_extra={"pattern": "^[+]?[0-9]{2}-[0-9]{2}$"})]
TimeOfDay = Annotated[str, Field(json_schema_extra={"pattern": "^[0-9]{2}:[0-9]{2}$"})]
Days = Annotated[int, Field(ge=0, le=90)]
_CONFIG = ConfigDict(extra="forbid", use_attribute_docstrings=True)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")
_COMMON_YEAR = 2021


@dataclass(frozen=True)
class RoundRule:
    """One round of every year: its code, the days it opens and is due, which measures it asks.

    A day is written 03-25; `+01-05` is that day of the year after.
    """

    __pydantic_config__ = _CONFIG

    code: str
    opens: MonthDay
    due: MonthDay
    asks: tuple[ReportingFrequency, ...] = (ReportingFrequency.EACH_ROUND,)


EACH, HALF_YEARLY, YEARLY = ReportingFrequency
QUARTERLY = (
    RoundRule("Q1", "03-10", "03-25"),
    RoundRule("Q2", "06-10", "06-25", (EACH, HALF_YEARLY)),
    RoundRule("Q3", "09-10", "09-25"),
    RoundRule("Q4", "11-15", "11-30", (EACH, HALF_YEARLY, YEARLY)),
)


@dataclass(frozen=True)
class PlanPolicy:
    """The reporting policy of one plan."""

    __pydantic_config__ = _CONFIG

    rounds: tuple[RoundRule, ...] = QUARTERLY
    support_days: Days = 10
    """Calendar days by which supporting units report before the lead does."""
    review_workdays: Days = 5
    """Working days that the office has for its verdict."""
    return_workdays: Days = 3
    """Working days that a unit has to answer a return."""
    close_workdays: Days = 15
    """Working days after the due date at which the round closes."""
    acknowledge_workdays: Days = 5
    """Working days that a unit has to acknowledge a task."""
    green_percent: Annotated[int, Field(ge=50, le=100)] = 100
    """The share of its path, in percent, from which a number is on track."""
    yellow_percent: Annotated[int, Field(ge=0, le=100)] = 80
    """The share from which it is at risk; below it is behind."""
    supports_report: bool = False
    """Whether every supporting unit owes the lead a report; else only where the lead asks."""
    quiet: bool = False
    """Whether a unit that is on its path and has nothing new is let off a round (沿用上期)."""
    mail_detail: MailDetail = MailDetail.TITLES
    """How much a mail says about tasks."""
    send_from: TimeOfDay = "00:00"
    """No reminder goes out before this local time (HH:MM); it waits for it."""
    send_until: TimeOfDay = "24:00"
    """Nor from this time on; what is due then is told the next workday."""
    mails_a_week: Annotated[int, Field(ge=1, le=EVERY_DAY)] = EVERY_DAY
    """To nobody do reminders of this plan go who had this many mails in seven days; they are told
    when a mail may go again."""
    chase_workdays: Days = 3
    """So many workdays after somebody chased a unit by hand it is not chased so again."""
    ladders: dict[ClockKind, list[LadderRow]] = field(default_factory=dict)
    """Reminder ladders that replace the usual ones, by kind of clock."""

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> PlanPolicy:
        return POLICY.validate_json(text or "{}", strict=True)

    @property
    def thresholds(self) -> Thresholds:
        """From where on numbers are on track and at risk."""
        green, yellow = (Decimal(n) / 100 for n in (self.green_percent, self.yellow_percent))
        return Thresholds(green, yellow, min(green, USUAL.about))

    def rule(self, period: str) -> RoundRule:
        """The rule of a period such as 2021Q3; KeyError if the policy has no such round."""
        return {rule.code: rule for rule in self.rounds}[period[4:]]


TIMES = ("send_from", "send_until")
"""Between which local times reminders go out."""
POLICY = TypeAdapter(PlanPolicy)
"""Reads a policy; its JSON Schema is published as docs/policy.schema.json."""


def policy_in(content: bytes) -> PlanPolicy:
    """The policy that a file holds, as `to_json` wrote it; to be run apart. Raises Invalid with
    every problem and its place."""
    message = mark("The file does not hold a plan's settings.")
    return read_json(POLICY, content.removeprefix(BOM_UTF8), message)


def check_policy(policy: PlanPolicy) -> None:
    """Raises Invalid with everything that keeps a plan from being run so."""
    message = mark("The policy cannot be taken.")
    read_json(POLICY, policy.to_json(), message)
    if problems := tuple(_problems(policy)):
        raise Invalid(message, problems)


def _problems(policy: PlanPolicy) -> Iterator[Problem]:
    codes = [rule.code for rule in policy.rounds]
    if not codes or len(set(codes)) < len(codes):
        yield Problem("rounds", mark("each round needs a code of its own"))
    for rule in policy.rounds:
        try:
            # A common year, and so is the next: 02-29 is refused.
            opens, due = (day_of(_COMMON_YEAR, day) for day in (rule.opens, rule.due))
        except ValueError:
            yield Problem(rule.code, mark("a day is written like 03-25"))
            continue
        if opens >= due:
            yield Problem(rule.code, mark("the round must open before it is due"))
    if policy.yellow_percent > policy.green_percent:
        yield Problem("yellow_percent", mark("at risk begins no higher than on track"))
    wrong = [name for name in TIMES if not _TIME.fullmatch(getattr(policy, name))]
    for name in wrong:
        yield Problem(name, mark("a time is written like 08:30"))
    if not wrong and policy.send_from >= policy.send_until:
        yield Problem("send_until", mark("mails must begin to go out before they end"))
    for kind, rows in policy.ladders.items():
        try:
            read_ladder(rows)
        except Invalid as error:
            yield Problem(kind, error.message, **error.fields)


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
