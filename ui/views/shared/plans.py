"""The plans that a page goes over: all in force that its reader sees, or the one of its address."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st
from markupsafe import Markup

from db.queries.plans.choices import Choice, PlanChoice
from i18n import _, mark
from ui.components.lights import plan_tag
from ui.components.states import empty
from ui.shell.page import Page
from ui.views.shared.office import follow, link, number_in, to_address
from workflow.rules.refusals import NotFound


@dataclass(frozen=True)
class PlansShown:
    """The plans in force and, where the address names one or there is no other, the chosen one.

    `places` are those of all of them, for whoever has posts in several; `place` is the one to whose
    plans `in_force` was narrowed.
    """

    in_force: tuple[PlanChoice, ...]
    chosen: PlanChoice | None
    places: tuple[Choice, ...] = ()
    place: Choice | None = None

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
        """The chosen plan's title, or that it is all of them, or all of a place."""
        if self.chosen:
            return self.chosen.name
        every = _("All plans ({n})", n=len(self.in_force))
        return f"{self.place.name} · {every}" if self.place else every

    @property
    def address(self) -> dict[str, object]:
        """What every link that stays with these plans has in its address."""
        place: dict[str, object] = {"place": self.place.id} if self.place else {}
        return place | ({"plan": self.chosen.id} if self.chosen and self.several else {})

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


def of_address(plans: Sequence[PlanChoice], values: Mapping[str, str]) -> PlansShown:
    """What an address asks for. Raises NotFound for a place that none of these is of, and for a
    plan that is none of these."""
    named = {plan.place_id: plan.place for plan in sorted(plans, key=lambda plan: plan.place_id)}
    places = tuple(Choice(*one) for one in named.items()) if len(named) > 1 else ()
    here = number_in(values, "place")
    place = next((one for one in places if one.id == here), None)
    if here is not None and here not in named:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    found = tuple(plan for plan in plans if place is None or plan.place_id == place.id)
    wanted = number_in(values, "plan")
    chosen = next((plan for plan in found if plan.id == wanted), None)
    if wanted is not None and chosen is None:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    return PlansShown(found, found[0] if len(found) == 1 else chosen, places, place)


def plans_shown(page: Page) -> PlansShown:
    """The plans of this run of the page."""
    return of_address(page.application.plans(page), st.query_params)


def draw_choice(page: Page, shown: PlansShown) -> None:
    """The fields to choose a place and a plan, or all; nothing where there is one alone."""
    if shown.places:
        _draw_one_of(
            "place", _("Which place"), _("All places"), shown.places, shown.place,
            page.callback(_to_place),
        )  # fmt: skip
    if shown.several:
        _draw_one_of(
            "plan", _("Plan"), _("All plans"), shown.in_force, shown.chosen,
            page.callback(partial(to_address, "plan")),
        )  # fmt: skip


def _draw_one_of(
    key: str,
    label: str,
    placeholder: str,
    choices: Sequence[Choice],
    chosen: Choice | None,
    on_change: Callable[[], None],
) -> None:
    names = {one.id: one.name for one in choices}
    follow(key, chosen.id if chosen else None)
    st.selectbox(
        label,
        list(names),
        index=None,
        format_func=names.__getitem__,
        placeholder=placeholder,
        key=key,
        label_visibility="collapsed",
        width=360,
        on_change=on_change,
    )


def _to_place() -> None:
    """Another place has other plans: none of them is chosen then."""
    st.query_params.pop("plan", None)
    to_address("place")


def none_in_force(page: Page) -> None:
    """What a page says that has nothing to go over yet."""
    page.title()
    page.html(
        empty(
            _("No plan is in force yet"),
            _("As soon as a work list has been issued, this page shows where it stands."),
        )
    )
