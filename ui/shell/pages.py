"""The pages, whom each is for, and where a person lands after login."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from i18n import _, mark
from workflow.rules.access.permissions import ROLES, RoleName

UNIT = (RoleName.LIAISON, RoleName.DEPUTY_HEAD, RoleName.HEAD)
OFFICE = (RoleName.REVIEWER, RoleName.ADMINISTRATOR)


@dataclass(frozen=True)
class PageEntry:
    """A page: its address, its title, who may open it, its sign, whether the menu names it, and
    whether it goes over all plans.

    `of_post`: where the three posts are separate it is no administrator's.
    """

    key: str
    title: str
    roles: tuple[str, ...]
    icon: str
    listed: bool = True
    of_post: bool = False
    over_plans: bool = True

    def open_to(self, separate: bool = False) -> tuple[str, ...]:
        """Whom the page is for; `separate`: as where the three posts are."""
        if separate and self.of_post:
            return tuple(role for role in self.roles if role != RoleName.ADMINISTRATOR)
        return self.roles


PAGES = (
    PageEntry("my_tasks", mark("My tasks"), (RoleName.LIAISON,), "assignment"),
    PageEntry(
        "report",
        mark("Progress report"),
        (RoleName.LIAISON,),
        "edit_note",
        listed=False,
        over_plans=False,
    ),
    PageEntry("sign_off", mark("To sign off"), (RoleName.DEPUTY_HEAD,), "draw"),
    PageEntry("ledger", mark("Our unit's ledger"), UNIT, "menu_book"),
    PageEntry("review", mark("Review"), (RoleName.REVIEWER,), "fact_check"),
    PageEntry(
        "overview", mark("Overview"), (*OFFICE, RoleName.LEADER, RoleName.COORDINATOR), "grid_view"
    ),
    PageEntry(
        "indicators",
        mark("Main indicators"),
        (*UNIT, *OFFICE, RoleName.LEADER),
        "show_chart",
    ),
    PageEntry(
        "task",
        mark("Task"),
        (*UNIT, *OFFICE, RoleName.LEADER),
        "task",
        listed=False,
        over_plans=False,
    ),
    PageEntry("search", mark("Search"), tuple(ROLES), "search", listed=False),
    PageEntry(
        "notices", mark("News"), tuple(ROLES), "notifications", listed=False, over_plans=False
    ),
    PageEntry("chasing", mark("Chasing"), (RoleName.REVIEWER,), "campaign"),
    PageEntry("leader", mark("For leaders"), (RoleName.LEADER, RoleName.REVIEWER), "monitoring"),
    PageEntry(
        "assessment",
        mark("Annual assessment"),
        (*UNIT, *OFFICE, RoleName.LEADER, RoleName.COORDINATOR),
        "leaderboard",
    ),
    PageEntry(
        "schemes",
        mark("Assessment schemes"),
        (RoleName.ADMINISTRATOR, RoleName.REVIEWER, RoleName.LEADER, RoleName.COORDINATOR),
        "rule",
        listed=False,
    ),
    PageEntry("plan", mark("Plan and tasks"), OFFICE, "account_tree"),
    PageEntry(
        "units",
        mark("Units and liaisons"),
        (RoleName.ADMINISTRATOR, RoleName.SECURITY_ADMINISTRATOR),
        "groups",
        over_plans=False,
    ),
    PageEntry(
        "operations",
        mark("Operations"),
        (RoleName.ADMINISTRATOR, RoleName.SYSTEM_ADMINISTRATOR),
        "monitor_heart",
        of_post=True,
        over_plans=False,
    ),
    PageEntry(
        "audit",
        mark("Audit record"),
        (RoleName.ADMINISTRATOR, RoleName.AUDITOR),
        "policy",
        of_post=True,
        over_plans=False,
    ),
)
BY_KEY = {leaf.key: leaf for leaf in PAGES}

LANDING = {
    RoleName.LIAISON: "my_tasks",
    RoleName.DEPUTY_HEAD: "sign_off",
    RoleName.HEAD: "ledger",
    RoleName.REVIEWER: "review",
    RoleName.LEADER: "leader",
    RoleName.COORDINATOR: "assessment",
    RoleName.SYSTEM_ADMINISTRATOR: "operations",
    RoleName.SECURITY_ADMINISTRATOR: "units",
    RoleName.AUDITOR: "audit",
    RoleName.ADMINISTRATOR: "operations",
}


def may_open(leaf: PageEntry, roles: Collection[str], separate: bool = False) -> bool:
    """Whether one of the roles opens the page. Courtesy: the verbs decide what is shown."""
    return any(role in roles for role in leaf.open_to(separate))


def landing(roles: Collection[str], separate: bool = False) -> str:
    """Where a person with these roles begins; the first role in working order counts."""
    keys = (key for role, key in LANDING.items() if role in roles)
    openable = (leaf.key for leaf in PAGES if leaf.listed and may_open(leaf, roles, separate))
    wanted = next((key for key in keys if may_open(BY_KEY[key], roles, separate)), None)
    return wanted or next(openable, "task")


def who_may(leaf: PageEntry, separate: bool = False) -> str:
    """The roles that open a page, in words of the current language."""
    return _(", ").join(_(ROLES[role]) for role in leaf.open_to(separate))
