"""主要指标: will the plan's promises be kept, and what is to be verified now?"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

import streamlit as st
from markupsafe import Markup

from db.queries.indicators.indicators import IndicatorRow, indicators, plans_with_indicators
from i18n import _, mark
from ui.components.dates import full_date
from ui.components.figures import KeyFigure, key_figures
from ui.components.states import empty
from ui.components.text import anchor, heading
from ui.shell.page import Page
from ui.views.indicators.forms import draw_reporting, draw_verifying
from ui.views.indicators.rows import card, legend, opened, table, waiting
from ui.views.indicators.setting import draw_setting
from ui.views.indicators.words import group_of, misses, title_of
from ui.views.shared.office import chips, number_of, zone_of
from ui.views.shared.plans import PlansShown, draw_choice, of_address
from workflow.rules.access.permissions import OFFICE
from workflow.rules.progress.lights import Light
from workflow.rules.refusals import NotFound


def draw(page: Page) -> None:
    """What is to be verified first, then every indicator; or the one that the address names."""
    found = page.keep("indicator_plans", lambda c: plans_with_indicators(c.session, c.actor, c.now))
    plans = of_address(found, st.query_params)
    if not found:
        page.title()
        page.html(empty(_("No indicators are here"), _(
            "As soon as a plan with indicators is issued, they appear here; to a unit those that "
            "it answers for or is the data source of.")))  # fmt: skip
        return
    zone = zone_of(page)
    rows = page.keep(
        "indicators", lambda c: indicators(c.session, c.actor, plans.ids, c.now, zone), plans
    )
    wanted = number_of(page, "indicator")
    if wanted is not None:
        _one(page, plans, next((row for row in rows if row.id == wanted), None))
        return
    day = full_date(page.installation.today())
    page.title(under=_("{plan} · {n} indicators · as of {day}", plan=plans.name, n=len(rows),
                       day=day))  # fmt: skip
    draw_choice(page, plans)
    page.html(_figures(plans, rows))
    _to_verify(page, plans, rows)
    show = page.param("show")
    page.html(_chips(plans, rows, show), legend())
    page.html(table(plans, _chosen(rows, show)))
    if page.visitor().roles & OFFICE:
        page.html(_papers(plans))


def _one(page: Page, plans: PlansShown, row: IndicatorRow | None) -> None:
    if row is None:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    unit = _(" ({unit})", unit=row.version.unit) if row.version.unit else ""
    page.title(title_of(row) + unit, plans.name)
    page.html(anchor(plans.link("indicators"), _("Back to all indicators")))
    page.html(opened(plans, row))
    for value in row.pending:
        draw_verifying(page, row, value)
    draw_reporting(page, row)
    draw_setting(page, row)


def _to_verify(page: Page, plans: PlansShown, rows: Sequence[IndicatorRow]) -> None:
    """What waits for the reader's own word, and below it what waits for others'."""
    mine = [row for row in rows if row.may_confirm and row.pending]
    if mine:
        page.html(heading(2, _("For you to verify ({n})", n=len(mine))))
    for row in mine:
        with st.container(key=f"indicator_{row.id}"):
            page.html(card(plans, row))
            for value in row.pending:
                draw_verifying(page, row, value)
    others = [row for row in rows if row not in mine and _waits(row)]
    if others:
        page.html(heading(2, _("What waits now ({n})", n=len(others))), waiting(plans, others))


def _waits(row: IndicatorRow) -> bool:
    objected = any(one.objection for one in row.values)
    return bool(row.pending or objected or row.awaited is not None)


def _figures(plans: PlansShown, rows: Sequence[IndicatorRow]) -> Markup:
    groups = [group_of(row) for row in rows]
    reached = sum(row.state.reached for row in rows)
    missing = sum(misses(row) for row in rows)
    pending = sum(len(row.pending) for row in rows)
    late = sum(row.awaited is not None for row in rows)
    return key_figures(
        [
            KeyFigure(_("On their path"), str(groups.count("fine")),
                      _("target reached: {n}", n=reached), "green"),
            KeyFigure(_("Behind their path"), str(groups.count("behind")),
                      _("will miss the target as things go: {n}", n=missing), "red",
                      plans.link("indicators", show="behind")),
            KeyFigure(_("Not judged"), str(groups.count("grey")),
                      _("too little is known, or the definition changed"), Light.GREY,
                      plans.link("indicators", show="grey")),
            KeyFigure(_("To be verified"), str(pending), _("due to be reported: {n}", n=late),
                      "accent", plans.link("indicators", show="now")),
        ]
    )  # fmt: skip


def _chosen(rows: Sequence[IndicatorRow], show: str) -> list[IndicatorRow]:
    if show == "now":
        return [row for row in rows if _waits(row)]
    return [row for row in rows if show not in ("behind", "grey") or group_of(row) == show]


def _chips(plans: PlansShown, rows: Sequence[IndicatorRow], show: str) -> Markup:
    parts = {
        "": _("All ({n})", n=len(rows)),
        "now": _("Waits ({n})", n=len(_chosen(rows, "now"))),
        "behind": _("Behind their path ({n})", n=len(_chosen(rows, "behind"))),
        "grey": _("Not judged ({n})", n=len(_chosen(rows, "grey"))),
    }
    here = show if show in parts else ""
    return chips(
        [(plans.link("indicators", show=key), name, key == here) for key, name in parts.items()],
        "ls-chips",
        _("Which indicators"),
    )


def _papers(plans: PlansShown) -> Markup:
    """The tables to take along."""
    names = {
        "monitoring": _("Yearly monitoring (xlsx)"),
        "evaluation": _("Mid-term evaluation (xlsx)"),
    }
    links = [
        Markup('<a href="/files/export/indicators?{}" download>{}</a>').format(
            urlencode({**plans.address, "paper": paper}), name
        )
        for paper, name in names.items()
    ]
    return Markup('<p class="ls-more-ways">{}</p>').format(Markup(" ").join(links))
