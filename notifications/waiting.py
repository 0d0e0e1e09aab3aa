"""One matter in a digest: in which section it stands, what is said of it, where its link leads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from i18n import _, mark


@dataclass(frozen=True)
class Section:
    """Matters of one sort. `page` shows all of them, `one` a single one, found by its `key`."""

    heading: str
    page: str
    one: str
    key: str = "report"
    pressing: bool = False


SECTIONS: dict[str, Section] = {
    "returned": Section(mark("Returned, to be revised"), "my_tasks", "report", pressing=True),
    "overdue": Section(mark("Overdue"), "my_tasks", "report", pressing=True),
    "today": Section(mark("Due today"), "my_tasks", "report", pressing=True),
    "ahead": Section(mark("To be reported"), "my_tasks", "report"),
    "acknowledge": Section(mark("To be acknowledged"), "my_tasks", "my_tasks", "task"),
    "sign_off": Section(mark("Awaiting your sign-off"), "sign_off", "sign_off"),
    "unit_overdue": Section(mark("Overdue in your unit"), "ledger", "ledger", pressing=True),
    "unit_acknowledge": Section(
        mark("Not yet acknowledged by your unit"), "ledger", "ledger", "task"
    ),
    "review": Section(mark("Awaiting your review"), "review", "review"),
    "review_late": Section(
        mark("Reviews that are overdue"), "overview", "task", "task", pressing=True
    ),
    "silent": Section(mark("Silent units, please telephone"), "chasing", "chasing", "unit"),
}
"""The sections in the order in which a digest shows them."""
_ORDER = {name: place for place, name in enumerate(SECTIONS)}
_NAMES_UNIT = frozenset({"review", "review_late", "silent"})


@dataclass(frozen=True)
class DigestEntry:
    """What waits for one person. `workdays` are left until `due_on`, below 0 when it is over.

    `detail` is the plan's mail_detail, `subject_id` belongs to the section's key, `phone` is the
    unit's office, `provisional` whether the workdays of the date's year are not known yet,
    `reason` the words of a return, `plan` the plan's title where the mail is about
    several.
    """

    section: str
    plan_id: int
    subject_id: int
    detail: str
    code: str
    title: str
    unit: str
    period: str
    due_on: date
    workdays: int
    reason: str = ""
    phone: str = ""
    plan: str = ""
    provisional: bool = False

    def __getitem__(self, name: str) -> object:
        return getattr(self, name)

    @property
    def order(self) -> tuple[int, date, str]:
        """Where the matter stands in the mail."""
        return _ORDER[self.section], self.due_on, self.code

    def left(self) -> str:
        """How long there is, in words."""
        if self.workdays > 1:
            return _("{n} workdays left", n=self.workdays)
        if self.workdays == 1:
            return _("1 workday left")
        if self.workdays == 0:
            return _("due today")
        if self.workdays == -1:
            return _("1 workday overdue")
        return _("{n} workdays overdue", n=-self.workdays)

    def about(self, day: Callable[[date], str], period: Callable[[str], str]) -> list[str]:
        """Date, period, unit, telephone and plan, as far as the section says them."""
        when = day(self.due_on)
        said = [_("{day} (provisional)", day=when) if self.provisional else when]
        if self.period:
            said.append(period(self.period))
        if self.section in _NAMES_UNIT:
            said.append(self.unit)
        if self.phone and self.section == "silent":
            said.append(_("telephone {number}", number=self.phone))
        if self.plan:
            said.append(self.plan)
        return said

    def link(self, address: Callable[..., str]) -> str:
        """The address of this very matter."""
        section = SECTIONS[self.section]
        return address(section.one, **{section.key: self.subject_id, "plan": self.plan_id})


def page_link(entries: list[DigestEntry], address: Callable[..., str]) -> str:
    """Where the one button of a digest leads: to the only matter, or to the page of the first."""
    if len(entries) == 1:
        return entries[0].link(address)
    return address(SECTIONS[entries[0].section].page)
