"""The pages, whom each is for, and where a person lands after login."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from luoshi.language import _, mark

LIAISON, DEPUTY_HEAD, HEAD = "liaison", "deputy_head", "head"
REVIEWER, LEADER, ADMINISTRATOR = "reviewer", "leader", "administrator"

ROLES = {
    LIAISON: mark("liaison"),
    DEPUTY_HEAD: mark("deputy head"),
    HEAD: mark("head of unit"),
    REVIEWER: mark("reviewer"),
    LEADER: mark("city leader"),
    ADMINISTRATOR: mark("administrator"),
}
UNIT = (LIAISON, DEPUTY_HEAD, HEAD)
OFFICE = (REVIEWER, ADMINISTRATOR)


@dataclass(frozen=True)
class Leaf:
    """A page: its address, its title, who may open it, its sign, and whether the menu names it."""

    key: str
    title: str
    roles: tuple[str, ...]
    icon: str
    listed: bool = True


PAGES = (
    Leaf("my_tasks", mark("My tasks"), (LIAISON,), "assignment"),
    Leaf("report", mark("Progress report"), (LIAISON,), "edit_note", listed=False),
    Leaf("sign_off", mark("To sign off"), (DEPUTY_HEAD,), "draw"),
    Leaf("ledger", mark("Our unit's ledger"), UNIT, "menu_book"),
    Leaf("review", mark("Review"), (REVIEWER,), "fact_check"),
    Leaf("overview", mark("Overview"), (*OFFICE, LEADER), "grid_view"),
    Leaf("task", mark("Task"), (*UNIT, *OFFICE, LEADER), "task", listed=False),
    Leaf("chasing", mark("Chasing"), (REVIEWER,), "campaign"),
    Leaf("leader", mark("For leaders"), (LEADER, REVIEWER), "monitoring"),
    Leaf("assessment", mark("Annual assessment"), (*UNIT, *OFFICE, LEADER), "leaderboard"),
    Leaf("plan", mark("Plan and tasks"), OFFICE, "account_tree"),
    Leaf("units", mark("Units and liaisons"), (ADMINISTRATOR,), "groups"),
    Leaf("operations", mark("Operations"), (ADMINISTRATOR,), "monitor_heart"),
)
BY_KEY = {leaf.key: leaf for leaf in PAGES}

LANDING = {
    LIAISON: "my_tasks",
    DEPUTY_HEAD: "sign_off",
    HEAD: "ledger",
    REVIEWER: "review",
    LEADER: "leader",
    ADMINISTRATOR: "operations",
}


def may_open(leaf: Leaf, roles: Collection[str]) -> bool:
    """Whether one of the roles opens the page. Courtesy: the verbs decide what is shown."""
    return any(role in roles for role in leaf.roles)


def landing(roles: Collection[str]) -> str:
    """Where a person with these roles begins; the first role in working order counts."""
    return next((key for role, key in LANDING.items() if role in roles), "task")


def who_may(leaf: Leaf) -> str:
    """The roles that open a page, in words of the current language."""
    return _(", ").join(_(ROLES[role]) for role in leaf.roles)
