"""The lines around a page: plan and person above, banners, and the foot of the side bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st
from markupsafe import Markup

from db.queries.access.sessions import Visitor
from i18n import _, current
from ui.components.rendering import render
from ui.shell.application import Application
from ui.shell.pages import PageEntry

if TYPE_CHECKING:
    from ui.shell.page import Page


LONGEST_SEARCH = 80


def top_line(page: Page, leaf: PageEntry) -> Markup:
    """The search, the plans that the page goes over and the person whose page this is. A search
    stays within the plan that the page is about."""
    application, visitor = page.application, page.visitor()
    return render(
        "top.html",
        sought=st.query_params.get("q", "") if leaf.key == "search" else "",
        within=st.query_params.get("plan", "") if leaf.over_plans else "",
        longest=LONGEST_SEARCH,
        plan=_over(page, leaf),
        news=_news(visitor.news),
        who=_said(visitor),
        printed=_printed(application),
    )


def _news(n: int) -> tuple[int, str]:
    """How much came since the last look, as a number and in words."""
    return n, _("{n} new since your last visit", n=n) if n else _("Nothing new.")


def _printed(application: Application) -> str:
    """When the page was printed, for its print alone."""
    if application.installation is None:
        return ""
    return _("printed on {day}", day=application.installation.today())


def _over(page: Page, leaf: PageEntry) -> str:
    """The one plan, or of several the one that the address names, or that it is all of them; a page
    about one thing says itself of which plan that is."""
    plans = page.application.plans(page)
    place = st.query_params.get("place", "")
    if leaf.over_plans and place:
        plans = [plan for plan in plans if str(plan.place_id) == place]
    if len(plans) < 2:
        return plans[0].name if plans else ""
    if not leaf.over_plans:
        return ""
    wanted = st.query_params.get("plan", "")
    named = (plan.name for plan in plans if str(plan.id) == wanted)
    return next(named, _("All plans ({n})", n=len(plans)))


def _said(visitor: Visitor) -> Markup:
    unit = Markup('<span class="ls-unit">{}</span>').format(visitor.unit) if visitor.unit else ""
    return Markup("{}<span>{}</span>").format(unit, visitor.name)


def banners(application: Application, visitor: Visitor, page: Page) -> None:
    """What everybody must know now, each with its buttons."""
    for number, banner in enumerate(application.banners(visitor)):
        with st.container(
            horizontal=True, vertical_alignment="center", key=f"banner_{banner.kind}_{number}"
        ):
            role = "alert" if banner.kind == "warning" else "status"
            page.html(Markup('<p role="{}">{}</p>').format(role, banner.text))
            for place, action in enumerate(banner.actions):
                if st.button(action.label, key=f"act_{banner.kind}_{number}_{place}"):
                    with page.trying():
                        action.do()
                        st.rerun()


def foot(visitor: Visitor) -> Markup:
    """The person's own things at the foot of the side bar."""
    other, name, tag = ("en", "English", "en") if current() == "zh" else ("zh", "中文", "zh-CN")
    return Markup(
        '<div class="ls-foot"><p>{who}</p><ul>'
        '<li><a href="/account" class="ls-out">{account}</a></li>'
        '<li><a href="/language" class="ls-post" data-language="{other}" lang="{tag}">{name}</a>'
        "</li>"
        '<li><a href="/logout" class="ls-post">{leave}</a></li></ul></div>'
    ).format(
        who=_said(visitor),
        account=_("Account and security"),
        other=other,
        tag=tag,
        name=name,
        leave=_("Log out"),
    )
