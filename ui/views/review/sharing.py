"""Who looks at which unit's reports: taken, and given back, beside the report that is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from db.queries.reports.review import ReviewEntry, ReviewSheet
from db.queries.reports.review_shares import ShareHeld
from i18n import _
from ui.components.plain_label import plain
from ui.components.text import soft
from ui.shell.page import Page
from workflow.verbs.reports.share_reviews import give_back_reviews, take_reviews

Shares = Mapping[tuple[int, int], ShareHeld]


def share_of(shares: Shares, entry: ReviewEntry) -> ShareHeld | None:
    """Who has taken the reports of an entry's unit, if anybody."""
    return shares.get((entry.paper.plan_id, entry.paper.unit_id))


def is_others(shares: Shares, entry: ReviewEntry) -> bool:
    """Whether a colleague has taken it."""
    held = share_of(shares, entry)
    return held is not None and not held.mine


def in_turn(shares: Shares, entries: Sequence[ReviewEntry]) -> list[ReviewEntry]:
    """The queue as it stands, what colleagues have taken last."""
    return sorted(entries, key=lambda entry: is_others(shares, entry))


def draw_sharing(
    page: Page, sheet: ReviewSheet, shares: Shares, entries: Sequence[ReviewEntry]
) -> None:
    """Take the unit's reports, or all of the plan that are free; give them back."""
    entry = sheet.entry
    if not entry.mine:
        return
    plan_id, unit_id = entry.paper.plan_id, entry.paper.unit_id
    held = share_of(shares, entry)
    free = sorted(
        {
            one.paper.unit_id
            for one in entries
            if one.mine and one.paper.plan_id == plan_id and share_of(shares, one) is None
        }
    )
    with st.container(horizontal=True, vertical_alignment="center", key="review_sharing"):
        if held is not None:
            said = _("Taken by you") if held.mine else _("Taken by {person}", person=held.person)
            page.html(soft(said))
            st.button(
                _("Give back"), key="share_back", type="tertiary",
                on_click=page.callback(_give_back), args=(page, plan_id, [unit_id]),
            )  # fmt: skip
            return
        st.button(
            _("I review {unit}", unit=plain(entry.unit)), key="share_take", type="tertiary",
            on_click=page.callback(_take), args=(page, plan_id, [unit_id]),
        )  # fmt: skip
        if len(free) > 1:
            st.button(
                _("I review all of this plan that is free"), key="share_take_all",
                type="tertiary", on_click=page.callback(_take), args=(page, plan_id, free),
            )  # fmt: skip


def _take(page: Page, plan_id: int, unit_ids: Sequence[int]) -> None:
    with page.acting() as c:
        take_reviews(c, plan_id=plan_id, unit_ids=unit_ids)
    page.say(_("Taken: these reports are yours to review."))


def _give_back(page: Page, plan_id: int, unit_ids: Sequence[int]) -> None:
    with page.acting() as c:
        give_back_reviews(c, plan_id=plan_id, unit_ids=unit_ids)
    page.say(_("Given back: anybody may take them."))
