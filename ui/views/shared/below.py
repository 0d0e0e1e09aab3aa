"""What hangs together by the cascade, for pages that keep what they read."""

from __future__ import annotations

from db.queries.places.cascade import plans_below
from ui.shell.page import Page


def with_plans_below(page: Page, plan_id: int) -> tuple[int, ...]:
    """A plan and those into which its tasks were taken down: what was accepted there stands in its
    reports."""
    below = page.share(
        "plans_below", lambda c: plans_below(c.session, c.actor, plan_id), plan_id, whole=True
    )
    return plan_id, *below
