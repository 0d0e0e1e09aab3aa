"""查找: where was that?"""

from __future__ import annotations

from markupsafe import Markup

from db.queries.search.search import search
from db.queries.search.sought import MOST, HitKind, Hits, Sought
from i18n import _, mark
from ui.components.rendering import macro
from ui.components.states import empty
from ui.components.text import anchor, back, paragraph, soft
from ui.shell.frame import LONGEST_SEARCH
from ui.shell.page import Page
from ui.views.search.rows import row_of
from ui.views.shared.office import link, number_of
from ui.views.shared.plans import PlansShown, draw_choice, plans_shown
from workflow.rules.search import words_of

KINDS = {
    HitKind.TASK: mark("Tasks of plans"),
    HitKind.REPORT: mark("Words and numbers reported"),
    HitKind.REQUEST: mark("Requests and decisions"),
    HitKind.PLAN: mark("Plans and document numbers"),
    HitKind.UNIT: mark("Units"),
    HitKind.PERSON: mark("People"),
}


def draw(page: Page) -> None:
    """What holds all the words of the address, by kind."""
    plans = plans_shown(page)
    typed = page.param("q").strip()[:LONGEST_SEARCH]
    sought = _sought(page, plans, typed)
    over = [plans.name] if plans.several else []
    page.title(under=" · ".join(([_("“{words}”", words=typed)] if typed else []) + over))
    draw_choice(page, plans)
    if not sought.words:
        page.html(empty(_("What are you looking for?"), _what_is_found()))
        return
    found = page.keep(
        "search", lambda c: search(c.session, c.actor, sought, c.now, c.today), sought
    )
    if sought.kind:
        page.html(back(_address(plans, typed), _("All that was found for “{words}”", words=typed)))
    if not found:
        page.html(_nothing(plans, typed))
    page.html(*(_section(page, plans, typed, sought, hits) for hits in found))


def _sought(page: Page, plans: PlansShown, typed: str) -> Sought:
    """What the address asks for; a kind that there is not is none."""
    asked = page.param("kind")
    kind = HitKind(asked) if asked in set(HitKind) else None
    plan = plans.chosen.id if plans.chosen and plans.several else None
    return Sought(words_of(typed), plan, kind, number_of(page, "before") if kind else None)


def _address(plans: PlansShown, typed: str, **more: object) -> str:
    return plans.link("search", q=typed, **more)


def _section(page: Page, plans: PlansShown, typed: str, sought: Sought, hits: Hits) -> Markup:
    shown = [row_of(page, plans, hits.kind, hit, sought.words) for hit in hits.shown]
    count = f"{MOST}+" if hits.more else str(len(shown))
    title = _(KINDS[hits.kind])
    if not sought.before:
        title = _("{title} ({n})", title=title, n=count)
    more = ""
    if hits.more:
        more = _address(plans, typed, kind=hits.kind, before=hits.shown[-1].key)
    return macro(
        "search/hits.html", "section", f"found-{hits.kind}", title, shown, more,
        _("Show earlier ones"),
    )  # fmt: skip


def _what_is_found() -> Markup:
    """What there is to find, and how."""
    return Markup("").join(
        (
            soft(
                _(
                    "Words of tasks and reports, document numbers, figures such as 2.67万, "
                    "units; several words, with spaces between them, must all be found."
                )
            ),
            soft(_("Only what you may see is looked through; drafts are not.")),
        )
    )


def _nothing(plans: PlansShown, typed: str) -> Markup:
    """What to try where nothing was found."""
    tips = [soft(_("Try fewer or shorter words, or only the number of a document."))]
    if plans.address:
        every = _("Look for it in all plans ({n})", n=len(plans.in_force))
        tips.append(paragraph(anchor(link("search", q=typed), every)))
    tips.append(_what_is_found())
    return empty(_("Nothing was found for “{words}”", words=typed), Markup("").join(tips))
