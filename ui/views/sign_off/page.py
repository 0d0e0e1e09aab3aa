"""待审签: what leaves a unit under its deputy head's name."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from db.queries.reports.sign_off import AwaitingSignOff, to_sign_off
from i18n import _
from ui.components.dates import due, full_date
from ui.components.states import empty
from ui.components.stories import ActionCard, cards, changed_text
from ui.components.text import aside, joined, section
from ui.shell.page import Page
from ui.views.shared.office import moment, number_of, period_name, zone_of
from ui.views.shared.on_paper import draw_paper
from ui.views.shared.plans import PlansShown, draw_choice, plans_shown
from ui.views.shared.submission import sent_words
from workflow.verbs.reports.send_back import send_back
from workflow.verbs.reports.sign_off import sign_off


def draw(page: Page) -> None:
    """One report at a time, the most urgent or the one that the address names; the rest below."""
    plans = plans_shown(page)
    found = page.keep(
        "sign_off", lambda c: to_sign_off(c.session, c.actor, c.today, c.now), own=True
    )
    waiting = [one for one in found if plans.cover(one.card.paper.plan_id)]
    if not waiting:
        over = [plans.name] if plans.several else []
        page.title(under=" · ".join((*over, full_date(page.installation.today()))))
        draw_choice(page, plans)
        nothing = _("Reports that your unit's liaison submits stand here until you sign them off.")
        page.html(empty(_("Nothing awaits your sign-off"), nothing, "/ledger", _("To the ledger")))
        return
    wanted = number_of(page, "report")
    chosen = next((one for one in waiting if one.card.paper.id == wanted), waiting[0])
    said = _("{n} reports await your sign-off", n=len(waiting))
    page.title(under=" · ".join((plans.name, said)) if plans.several else said)
    draw_choice(page, plans)
    _one(page, plans, chosen)
    _rest(page, plans, [one for one in waiting if one is not chosen])


def _one(page: Page, plans: PlansShown, one: AwaitingSignOff) -> None:
    paper = one.card.paper
    with st.container(key=f"paper_sign_{paper.id}"):
        page.html(_head(page, plans, one), sent_words(one.new, one.measures, {}, text=_text(one)))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                _("Sign off"),
                type="primary",
                key=f"sign_{paper.id}",
                on_click=page.callback(_sign),
                args=(page, one),
            )
            back = st.toggle(_("Send back"), key=f"back_{paper.id}")
        if back:
            _send_back(page, one)
    with st.expander(_("It was signed on paper")):
        draw_paper(page, paper.id, paper.version)


def _head(page: Page, plans: PlansShown, one: AwaitingSignOff) -> Markup:
    card = one.card
    when = moment(one.new.at, zone_of(page))
    return Markup(
        '<h2 class="ls-section"><a href="/task?task={}">{} {}</a></h2>'
        '<p class="ls-soft">{} · {} · {} {}</p>'
    ).format(
        card.paper.task_id,
        card.code,
        card.title,
        period_name(card.paper.period),
        _("submitted by {name}, {when}", name=one.new.person, when=when),
        due(card.act_by, card.workdays),
        plans.tag(card.paper.plan_id),
    )


def _text(one: AwaitingSignOff) -> Markup | None:
    """The words with what changed since the version last accepted."""
    if one.last is None or one.new.nil_reason or not one.new.text:
        return None
    since = _("compared with {period}", period=period_name(one.last.period))
    return joined([changed_text(one.last.text, one.new.text), aside(since)], "")


def _send_back(page: Page, one: AwaitingSignOff) -> None:
    reason = st.text_area(
        _("What should be changed"), key=f"back_reason_{one.card.paper.id}", height=80
    )
    if st.button(_("Send back to the liaison"), key=f"send_back_{one.card.paper.id}"):
        with page.trying():
            paper = one.card.paper
            with page.acting() as c:
                send_back(c, report_id=paper.id, version=paper.version, reason=reason)
            page.say(_("Sent back: {code}. The liaison is told by mail.", code=one.card.code))
            st.query_params.pop("report", None)
            st.rerun(scope="app")


def _sign(page: Page, one: AwaitingSignOff) -> None:
    paper = one.card.paper
    with page.acting() as c:
        sign_off(c, report_id=paper.id, version=paper.version)
    page.say(_("Signed off: {code}. It awaits review.", code=one.card.code))
    st.query_params.pop("report", None)


def _rest(page: Page, plans: PlansShown, rest: Sequence[AwaitingSignOff]) -> None:
    if not rest:
        return
    page.html(
        section(_("Also waiting ({n})", n=len(rest))),
        cards(
            [
                ActionCard(
                    f"{one.card.code} {one.card.title}",
                    plans.link("sign_off", report=one.card.paper.id),
                    due(one.card.act_by, one.card.workdays),
                    below=joined(
                        [period_name(one.card.paper.period), plans.tag(one.card.paper.plan_id)]
                    ),
                )
                for one in rest
            ],
            level=3,
        ),
    )
