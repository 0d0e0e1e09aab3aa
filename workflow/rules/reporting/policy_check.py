"""What is wrong with a policy that somebody wrote, in words, each with the field it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from i18n import mark
from workflow.rules.refusals import Invalid, Problem
from workflow.rules.reporting.ladder import ClockKind, read_ladder
from workflow.rules.reporting.policy import (
    EACH,
    EVERY_DAY,
    HALF_YEARLY,
    YEARLY,
    PlanPolicy,
    RoundRule,
    day_of,
)

DETAILS = ("count", "titles", "full")
DAYS = (
    "support_days", "acknowledge_workdays", "review_workdays", "return_workdays", "close_workdays",
)  # fmt: skip
"""The fields of a policy that say how many days a step is allowed."""
PERCENTS = ("green_percent", "yellow_percent")
"""The fields that are shares of a path, the higher first."""
TIMES = ("send_from", "send_until")
"""Between which local times reminders go out."""
_COMMON_YEAR = 2021
"""With its next one: 02-29 is refused, whichever year it is said of."""
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")


def policy_problems(policy: PlanPolicy) -> Iterator[Problem]:
    """Everything wrong with a policy; `where` is the field, the round's code or the clock."""
    yield from _rounds(policy)
    for name in (*DAYS, "chase_workdays"):
        if not 0 <= getattr(policy, name) <= 90:
            yield Problem(name, mark("numbers of days lie between 0 and 90"))
    green, yellow = (getattr(policy, name) for name in PERCENTS)
    if not 50 <= green <= 100:
        yield Problem(PERCENTS[0], mark("on track is from 50 to 100 percent of the path"))
    if not 0 <= yellow <= green:
        yield Problem(PERCENTS[1], mark("at risk begins no higher than on track"))
    yield from _mails(policy)
    for kind, rows in policy.ladders.items():
        if kind not in list(ClockKind):
            yield Problem(kind, mark("there is no such clock"))
            continue
        try:
            read_ladder(rows)
        except Invalid as error:
            yield Problem(kind, error.message, **error.fields)


def _rounds(policy: PlanPolicy) -> Iterator[Problem]:
    codes = [rule.code for rule in policy.rounds]
    if not codes or len(set(codes)) < len(codes):
        yield Problem("rounds", mark("each round needs a code of its own"))
    for rule in policy.rounds:
        yield from _round(rule)


def _round(rule: RoundRule) -> Iterator[Problem]:
    try:
        opens, due = (day_of(_COMMON_YEAR, day) for day in (rule.opens, rule.due))
    except ValueError:
        yield Problem(rule.code, mark("a day is written like 03-25"))
        return
    if opens >= due:
        yield Problem(rule.code, mark("the round must open before it is due"))
    if not set(rule.asks) <= {EACH, HALF_YEARLY, YEARLY}:
        yield Problem(rule.code, mark("the round asks for something unknown"))


def _mails(policy: PlanPolicy) -> Iterator[Problem]:
    if policy.mail_detail not in DETAILS:
        yield Problem("mail_detail", mark("a mail says count, titles or full"))
    wrong = [name for name in TIMES if not _TIME.fullmatch(getattr(policy, name))]
    for name in wrong:
        yield Problem(name, mark("a time is written like 08:30"))
    if not wrong and policy.send_from >= policy.send_until:
        yield Problem("send_until", mark("mails must begin to go out before they end"))
    if not 1 <= policy.mails_a_week <= EVERY_DAY:
        yield Problem("mails_a_week", mark("a week has from 1 to 7 mails"))
