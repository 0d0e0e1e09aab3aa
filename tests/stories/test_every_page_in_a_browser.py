"""Every page as it stands in a browser: for assistive technology, on a phone, in one language, and
on paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from browser import SIZES, foreign, overlaps, settled, violations
from db.models import Assignment, Report, ReportState, ScoreLine, Unit
from stories.printing import wrong_in_print
from ui.shell.application import find_view
from ui.shell.pages import PAGES

OURS = (
    r"English|[\w.+-]+@[\w.-]+|\d*[KM]B\b"
    r"|\.?\b(?i:xlsx?|docx?|pptx?|pdf|csv|json|png|jpe?g|zip|txt|ofd|wps)\b"
    r"|\b[0-9a-f]{16}\b|\b\d{4}[QH]\d[\w-]*"
)
OVER_PLANS = {leaf.key for leaf in PAGES if leaf.over_plans}
ALL = "全部规划（2）"
WINDOWS = [(390, 844), (1280, 860), (1440, 900), (1920, 1080)]
TOO_WIDE = """[document.documentElement, document.querySelector("[data-testid=stMain]")]
    .some(at => at.scrollWidth > at.clientWidth + 1)"""


@pytest.fixture(scope="module")
def ways(town):
    """The address of each page with what its question needs."""
    desk = town.players["liaison"].unit
    with town.installation.database.read() as session:
        unit = session.scalars(select(Unit.id).where(Unit.name == desk)).one()
        due = session.scalars(
            select(Report.id)
            .join(ReportState, ReportState.report_id == Report.id)
            .where(ReportState.open(), ReportState.state == "due", Report.unit_id == unit)
        ).first()
        waiting = session.scalars(
            select(Report.id)
            .join(ReportState, ReportState.report_id == Report.id)
            .where(ReportState.open(), ReportState.state == "signed_off")
        ).first()
        task = session.scalars(select(Assignment.task_id).where(Assignment.unit_id == unit)).first()
        scored = session.scalars(select(ScoreLine.unit_id)).first()
    more = {
        "report": f"report={due}",
        "task": f"task={task}",
        "review": f"report={waiting}",
        "assessment": f"unit={scored}",
        "units": "list=people",
    }
    found = {
        leaf.key: (leaf.roles[0], f"{leaf.key}?{more.get(leaf.key, '')}")
        for leaf in PAGES
        if find_view(leaf.key)
    }
    return {**found, "at once": ("reviewer", "review?view=plain")}


@pytest.mark.parametrize("role", ["liaison", "deputy_head", "reviewer", "leader", "administrator"])
def test_every_page_of_a_role_is_clean_at_every_size_and_on_paper(chromium, town, ways, role):
    found = {}
    with town.window(chromium, role) as page:
        for key, (whose, way) in ways.items():
            if whose != role:
                continue
            page.set_viewport_size({"width": SIZES["desk"][0], "height": SIZES["desk"][1]})
            town.visit(page, way)
            expect(page.get_by_text("您无权查看")).to_have_count(0)
            found[key, "words"] = foreign(page, OURS)
            found[key, "desk"] = violations(page)
            for where, what in wrong_in_print(page, ALL if key in OVER_PLANS else None):
                found[key, where] = what
            page.set_viewport_size({"width": SIZES["phone"][0], "height": SIZES["phone"][1]})
            settled(page)
            found[key, "phone"] = violations(page)
            for wide, high in WINDOWS:
                page.set_viewport_size({"width": wide, "height": high})
                settled(page)
                found[key, "too wide", wide] = page.evaluate(TOO_WIDE)
                found[key, "overlap", wide] = overlaps(page)
    assert not {where: what for where, what in found.items() if what}
