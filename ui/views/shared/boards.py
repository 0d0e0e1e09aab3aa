"""The boards of plans, shared by all pages and readers who see the same of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from db.queries.progress.plan_board import PlanBoard, mended, plan_board
from ui.shell.page import Page
from ui.views.shared.office import instant_of, zone_of
from workflow.verbs.context import Context


def boards(page: Page, plan_ids: Iterable[int], day: date | None = None) -> list[PlanBoard]:
    """The boards of these plans as they stand, or as they stood at the end of a past local day.
    Raises NotFound for a plan that the reader does not see."""
    return [_board(page, plan_id, day) for plan_id in plan_ids]


def _board(page: Page, plan_id: int, day: date | None) -> PlanBoard:
    zone = zone_of(page)

    def read(c: Context) -> PlanBoard:
        at = instant_of(page.installation, day) if day else c.now
        return plan_board(c.session, c.actor, plan_id, at, zone)

    def mend(c: Context, before: PlanBoard, tasks: frozenset[int]) -> PlanBoard:
        at = before.at if day else c.now
        return mended(c.session, c.actor, before, tasks, at, zone)

    return page.share("board", read, day, plans=[plan_id], patch=mend)
