"""What a plan's policy promises, read plainly: offsets in workdays, whom they tell, of what.

Written from the words of the handbook, without the rules that it is held against.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import chinese_calendar

LIAISON, DEPUTY, REVIEWER, ADMINISTRATOR = "liaison", "deputy_head", "reviewer", "administrator"
BOTH = (LIAISON, DEPUTY)

REPORT = {-5: BOTH, -2: BOTH, 0: BOTH, 1: BOTH, 3: (DEPUTY, REVIEWER), 5: BOTH, 10: BOTH, 15: BOTH,
          20: BOTH, 25: BOTH}  # fmt: skip
REVIEW = {-1: (REVIEWER,), 0: (REVIEWER,), 2: (REVIEWER, ADMINISTRATOR)}
ACKNOWLEDGE = {-2: (LIAISON,), 0: (LIAISON,), 1: BOTH, 3: (DEPUTY, REVIEWER)}


def worked(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day))


def workdays_later(day: date, n: int) -> date:
    step = timedelta(days=1 if n > 0 else -1)
    while n:
        day += step
        if worked(day):
            n -= 1 if n > 0 else -1
    return day


@dataclass
class Matter:
    """Something that a unit owes: an acknowledgement, or a report and, once signed, its review."""

    key: tuple[str, int]
    unit: str
    due: date
    state: str
    closes: date = date(9999, 12, 31)
    review_due: date | None = None
    answer_due: date | None = None
    told: set[tuple[str, date, int, str, int]] = field(default_factory=set)
    """(clock, its date, step, role, person): nobody is told the same twice."""

    def clock(self) -> tuple[str, date, dict[int, tuple[str, ...]]] | None:
        """Which clock runs now, where one does."""
        if self.key[0] == "part":
            return ("part", self.due, ACKNOWLEDGE) if self.state == "issued" else None
        if self.state == "signed_off":
            assert self.review_due is not None
            return "review", self.review_due, REVIEW
        return None if self.state == "accepted" else ("report", self.due, REPORT)

    def asked(self, today: date) -> bool:
        """A round that closed asks only for what came back or was on its way."""
        return today <= self.closes or self.state in ("returned", "submitted", "signed_off")

    def counts(self) -> date:
        """The date by which it is late: of the answer, where it was returned."""
        if self.state == "returned" and self.answer_due:
            return max(self.due, self.answer_due)
        return self.due

    def tells(self, role: str, late: bool) -> bool:
        """Whether a role is told of the matter as it stands."""
        if self.state in ("issued", "signed_off"):
            return True
        if role == LIAISON:
            return self.state in ("due", "draft", "returned")
        return late or (role == DEPUTY and self.state == "submitted")


@dataclass
class Reader:
    """The plain reading, day by day. `holders`: (unit, role) → who holds it and for whom they
    stand in; the office's own matters are reviewed by the other unit's reviewer."""

    office: str
    other: str
    matters: list[Matter] = field(default_factory=list)

    def morning(self, today: date, holders: dict[tuple[str, str], set[int]]) -> set[int]:
        """Who is told something new on a morning; it is remembered as told."""
        people = set()
        for matter in self.matters:
            clock = matter.clock()
            if clock is None or not matter.asked(today):
                continue
            name, due, steps = clock
            reached = [n for n in steps if self.day_of(due, n) <= today]
            if not reached:
                continue
            step = max(reached)
            late = (matter.counts() if name == "report" else due) < today
            if step > 0 and not late:
                continue
            for role in steps[step]:
                if not matter.tells(role, step > 0):
                    continue
                for person in holders[self.unit_of(matter, role), role]:
                    line = (name, due, step, role, person)
                    if line not in matter.told:
                        matter.told.add(line)
                        people.add(person)
        return people

    def waits(self, today: date, holders: dict[tuple[str, str], set[int]]) -> set[int]:
        """For whom anything waits at all: their own work at any time, other people's once a step
        has told of it."""
        people = set()
        for matter in self.matters:
            clock = matter.clock()
            if clock is None or not matter.asked(today):
                continue
            name, due, steps = clock
            late = (matter.counts() if name == "report" else due) < today
            for role in (LIAISON, DEPUTY, REVIEWER, ADMINISTRATOR):
                mine = {"part": (LIAISON,), "report": BOTH, "review": (REVIEWER,)}[name]
                stepped = any(
                    role in roles and self.day_of(due, n) <= today and (n <= 0 or late)
                    for n, roles in steps.items()
                )
                ours = role in mine or stepped
                fits = role in BOTH if name != "review" else role in (REVIEWER, ADMINISTRATOR)
                fits = fits or (role == REVIEWER and late)
                if ours and fits and matter.tells(role, late) and (role != ADMINISTRATOR or late):
                    people |= holders[self.unit_of(matter, role), role]
        return people

    def unit_of(self, matter: Matter, role: str) -> str:
        if role in BOTH:
            return matter.unit
        if role == ADMINISTRATOR:
            return self.office
        return self.other if matter.unit == self.office else self.office

    @staticmethod
    def day_of(due: date, n: int) -> date:
        """A step's day: counted from the last workday up to the date."""
        while not worked(due):
            due -= timedelta(days=1)
        return workdays_later(due, n)
