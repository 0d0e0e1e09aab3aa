"""The plans and the working copies of documents, as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from db.queries.plans.plans import PlanRow
from db.queries.preparing.working_copies import LAID_DOWN, SET_ASIDE, CopyRow
from i18n import _, mark
from ui.components.dates import full_date
from ui.components.lights import tag
from ui.components.stories import ActionCard, cards
from ui.components.tables import ListColumn, data_table
from ui.components.text import anchor, folded, heading
from ui.shell.page import Page
from ui.views.plan.preparing.words import coverage_html
from ui.views.shared.office import link, local_day, moment, zone_of
from workflow.rules.states import PlanStateName

STAGES = {
    "open": (mark("being prepared"), "accent"),
    LAID_DOWN: (mark("laid down as a draft plan"), ""),
    SET_ASIDE: (mark("set aside"), ""),
}
PLAN_STATES: Mapping[str, str] = {
    PlanStateName.DRAFTED: mark("draft"),
    PlanStateName.CONSULTED: mark("sent round for comment"),
    PlanStateName.ISSUED: mark("issued"),
}


def copies_html(copies: Sequence[CopyRow], page: Page) -> Markup:
    """The working copies as cards, the last changed first."""
    at_work = [_card(copy, page) for copy in copies if copy.stage.name != SET_ASIDE]
    aside = [_card(copy, page) for copy in copies if copy.stage.name == SET_ASIDE]
    out = Markup("")
    if at_work:
        out += heading(2, _("Working copies")) + cards(at_work, level=3)
    if aside:
        out += folded(_("{n} copies set aside", n=len(aside)), cards(aside, level=3))
    return out


def _card(copy: CopyRow, page: Page) -> ActionCard:
    word, tone = STAGES[copy.stage.name]
    tags = [tag(_(word), tone)]
    if copy.plan_id:
        tags.append(tag(_("newer edition of a running plan")))
    when = moment(copy.changed_at, zone_of(page))
    said = (
        _("last changed {when} by {who}", when=when, who=copy.changed_by)
        if copy.revision
        else _("read {when} by {who}", when=when, who=copy.made_by)
    )
    return ActionCard(
        copy.title,
        link("plan", copy=copy.id),
        Markup(" ").join(tags),
        coverage_html(copy.coverage) if copy.coverage else "",
        f"{copy.file_name} · {said}" if copy.file_name else said,
        "accent" if copy.stage.name == "open" else "",
    )


def plans_html(plans: Sequence[PlanRow], page: Page) -> Markup:
    """The plans that stand in the record, with their state."""
    if not plans:
        return Markup("")
    rows = [
        [
            anchor(link("plan", plan=plan.plan_id), plan.title),
            tag(_(PLAN_STATES[plan.state]), "accent" if plan.state == PlanStateName.ISSUED else ""),
            f"{plan.first_year}–{plan.last_year}",
            str(plan.tasks),
            str(plan.units),
            _document(plan, page),
        ]
        for plan in plans
    ]
    columns = [
        ListColumn(_("Plan"), "lead"),
        ListColumn(_("State")),
        ListColumn(_("Years")),
        ListColumn(_("Tasks"), "number"),
        ListColumn(_("Units"), "number"),
        ListColumn(_("Document")),
    ]
    return heading(2, _("Plans in the record")) + data_table(
        _("Plans in the record"), columns, rows
    )


def _document(plan: PlanRow, page: Page) -> str:
    if plan.issued_at is not None:
        day = plan.issue_date or local_day(plan.issued_at, page)
        return _("{document}, issued {day}", document=plan.issue_document, day=full_date(day))
    if plan.comments_due_on is not None:
        return _("comments until {day}", day=full_date(plan.comments_due_on))
    return plan.document_number
