"""What hangs together by the cascade, for pages that keep what they read."""

from __future__ import annotations

from db.queries.places.cascade import plans_below
from db.queries.reports.form import plan_of_report
from ui.shell.page import Page


def with_plans_below(page: Page, plan_id: int) -> tuple[int, ...]:
    """A plan and those into which its tasks were taken down: what was accepted there stands in its
    reports."""
    below = page.share(
        "plans_below", lambda c: plans_below(c.session, c.actor, plan_id), plan_id, whole=True
    )
    return plan_id, *below


def plans_of_report(page: Page, report_id: int) -> tuple[int, ...] | None:
    """The plan of a report with those below it; None for a report that the reader does not see."""
    plan_id = page.share(
        "plan_of_report", lambda c: plan_of_report(c.session, c.actor, report_id), report_id,
        whole=True,
    )  # fmt: skip
    return None if plan_id is None else with_plans_below(page, plan_id)
