"""How each kind of thing that was found is shown, and where it leads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from db.queries.search.sought import Hit, HitKind
from i18n import _
from ui.shell.page import Page
from ui.shell.pages import BY_KEY, may_open
from ui.views.shared.asking import request_kind
from ui.views.shared.office import link, local_day, period_name, short_date
from ui.views.shared.plans import PlansShown
from workflow.rules.access.permissions import ROLES
from workflow.rules.search import Piece, excerpt, marked
from workflow.verbs.units.save_unit import KINDS


@dataclass(frozen=True)
class FoundRow:
    """A line of what was found: its name, the words around, where it belongs; `href` may be
    empty."""

    href: str
    title: Sequence[Piece]
    plan: Markup
    words: Sequence[Piece]
    about: str


def row_of(
    page: Page, plans: PlansShown, kind: HitKind, hit: Hit, words: Sequence[str]
) -> FoundRow:
    """One thing found, for the reader of the page."""
    named = f"{hit.code} {hit.title}".strip()
    lines = [line for line in hit.text.split("\n") if line not in (named, hit.title)]
    text = " ".join(lines)
    href, about = _SAID[kind](page, hit)
    several = hit.plan_id is not None and kind != HitKind.PLAN
    return FoundRow(
        href,
        marked(named, words),
        plans.tag(hit.plan_id) if several and hit.plan_id else Markup(""),
        excerpt(text, words) if text else (),
        " · ".join(filter(None, about)),
    )


Said = tuple[str, Sequence[str]]
"""Where something found leads, and what is said under it."""


def _plan(page: Page, hit: Hit) -> Said:
    return _opened(page, "plan", "overview", "ledger", plan=hit.plan_id), ()


def _task(_page: Page, hit: Hit) -> Said:
    return link("task", task=hit.task_id), ()


def _report(page: Page, hit: Hit) -> Said:
    version = _("submission no. {no}", no=hit.no)
    about = [hit.unit, period_name(hit.detail), version, _day(page, hit)]
    return link("task", task=hit.task_id), about


def _request(page: Page, hit: Hit) -> Said:
    return link("task", task=hit.task_id), [hit.unit, request_kind(hit.detail), _day(page, hit)]


def _unit(page: Page, hit: Hit) -> Said:
    own = page.visitor().unit == hit.title
    href = _opened(page, "overview", unit=hit.id) or _opened(page, "units")
    return href or (link("ledger") if own else ""), [_(KINDS[hit.detail]), hit.phone]


def _person(page: Page, hit: Hit) -> Said:
    roles = _(", ").join(_(ROLES[role]) for role in hit.roles)
    return _opened(page, "units", list="people"), [hit.unit, roles, hit.email, hit.phone]


_SAID: dict[HitKind, Callable[[Page, Hit], Said]] = {
    HitKind.PLAN: _plan,
    HitKind.TASK: _task,
    HitKind.REPORT: _report,
    HitKind.REQUEST: _request,
    HitKind.UNIT: _unit,
    HitKind.PERSON: _person,
}


def _opened(page: Page, *keys: str, **params: object) -> str:
    """The address of the first of these pages that the reader may open; empty if it is none."""
    visitor = page.visitor()
    may = (key for key in keys if may_open(BY_KEY[key], visitor.roles, visitor.separate))
    key = next(may, "")
    return link(key, **params) if key else ""


def _day(page: Page, hit: Hit) -> str:
    return short_date(local_day(hit.at, page)) if hit.at else ""
