"""规划与任务分解: is the plan in the system right, and who leads what?"""

from __future__ import annotations

from db.queries.plans.plans import list_plans
from db.queries.preparing.working_copies import working_copies
from ui.shell.page import Page
from ui.views.plan.above import draw_above
from ui.views.plan.plans import copies_html, plans_html
from ui.views.plan.preparing.copy import draw_copy
from ui.views.plan.preparing.start import draw_start
from ui.views.plan.record import draw_record
from ui.views.shared.office import number_of


def draw(page: Page) -> None:
    """One working copy or one plan where the address names it; else both lists and the way to
    begin."""
    copy_id = number_of(page, "copy")
    if copy_id is not None:
        draw_copy(page, copy_id)
        return
    plan_id = number_of(page, "plan")
    if plan_id is not None:
        draw_record(page, plan_id)
        return
    with page.reading() as c:
        copies = working_copies(c.session, c.actor)
        plans = list_plans(c.session, c.actor, c.now)
    page.title()
    page.html(copies_html(copies, page))
    draw_start(page, plans, first=not copies)
    page.html(plans_html(plans, page))
    draw_above(page, plans)
