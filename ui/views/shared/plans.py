"""The plans that a page goes over: all in force that its reader sees, or the one of its address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from db.queries.plans.choices import Choice
from i18n import _, mark
from ui.components.lights import plan_tag
from ui.components.states import empty
from ui.shell.page import Page
from ui.views.shared.office import follow, link, number_in, to_address
from workflow.rules.refusals import NotFound


@dataclass(frozen=True)
class PlansShown:
    """The plans in force and, where the address names one or there is no other, the chosen one."""

    in_force: tuple[Choice, ...]
    chosen: Choice | None

    @property
    def several(self) -> bool:
        """Whether there is anything to choose between."""
        return len(self.in_force) > 1

    @property
    def ids(self) -> tuple[int, ...]:
        """What the page goes over, the newest first."""
        return tuple(plan.id for plan in ([self.chosen] if self.chosen else self.in_force))

    @property
    def name(self) -> str:
        """The chosen plan's title, or that it is all of them."""
        return self.chosen.name if self.chosen else _("All plans ({n})", n=len(self.in_force))

    @property
    def address(self) -> dict[str, object]:
        """What every link that stays with these plans has in its address."""
        return {"plan": self.chosen.id} if self.chosen and self.several else {}

    def cover(self, plan_id: int) -> bool:
        """Whether the page is about this plan; about all, also about drafts that are out for
        comment."""
        return not self.address or plan_id in self.ids

    def link(self, key: str, **params: object) -> str:
        """The address of a page about the same plans."""
        return link(key, **{**self.address, **params})

    def tag(self, plan_id: int) -> Markup:
        """Which plan something is of, where the page goes over several; empty where it says so
        anyway."""
        if self.chosen:
            return Markup("")
        return plan_tag(next((plan.name for plan in self.in_force if plan.id == plan_id), ""))


def of_address(plans: Sequence[Choice], values: Mapping[str, str]) -> PlansShown:
    """What an address asks for. Raises NotFound for a plan that is none of these."""
    wanted = number_in(values, "plan")
    named = next((plan for plan in plans if plan.id == wanted), None)
    if wanted is not None and named is None:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    return PlansShown(tuple(plans), plans[0] if len(plans) == 1 else named)


def plans_shown(page: Page) -> PlansShown:
    """The plans of this run of the page."""
    return of_address(page.application.plans(page), st.query_params)


def draw_choice(page: Page, shown: PlansShown) -> None:
    """The field to choose one plan or all; nothing where there is one alone."""
    if not shown.several:
        return
    names = {plan.id: plan.name for plan in shown.in_force}
    follow("plan", shown.chosen.id if shown.chosen else None)
    st.selectbox(
        _("Plan"),
        list(names),
        index=None,
        format_func=names.__getitem__,
        placeholder=_("All plans"),
        key="plan",
        label_visibility="collapsed",
        width=360,
        on_change=page.callback(to_address),
        args=("plan",),
    )


def none_in_force(page: Page) -> None:
    """What a page says that has nothing to go over yet."""
    page.title()
    page.html(
        empty(
            _("No plan is in force yet"),
            _("As soon as a work list has been issued, this page shows where it stands."),
        )
    )
