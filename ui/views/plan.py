"""规划与任务分解: is the plan in the system right, and who leads what?"""

from __future__ import annotations

from db.queries.plans import list_plans
from db.queries.preparing import working_copies
from ui.shell.page import Page

from .office import number_of
from .plan_copy import draw_copy
from .plan_list import copies_html, plans_html
from .plan_record import draw_record
from .plan_start import draw_start


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
    with page.wiring.reading(page.visitor().person_id) as c:
        copies = working_copies(c.session, c.actor)
        plans = list_plans(c.session, c.actor, c.now)
    page.title()
    page.html(copies_html(copies, page))
    draw_start(page, plans, first=not copies)
    page.html(plans_html(plans, page))
