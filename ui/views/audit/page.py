"""操作留痕: what happened, who did it, and what was refused?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st
from markupsafe import Markup

from db.queries.people.directory import unfilled_posts
from db.queries.record.events import EventChoices, NamedEvent, choices, list_events, logged_in
from i18n import _
from ui.components.lights import tag
from ui.components.states import empty, note
from ui.components.tables import ListColumn, data_table
from ui.components.text import anchor, joined
from ui.shell.page import Page
from ui.views.audit.filters import OUTCOMES, address_of, asked_of, place_of
from ui.views.audit.words import about, deed, details, who
from ui.views.operations.page import check
from ui.views.shared.office import chips, follow, link, moment, to_address, zone_of
from workflow.rules.access.permissions import ROLES
from workflow.rules.record.deeds import DEEDS

AT_ONCE = 50
FIELDS = ("from", "to", "person", "deed", "plan", "outcome")


def draw(page: Page) -> None:
    """The events that the address asks for, or who is logged in."""
    shown = page.param("show")
    with page.reading() as c:
        known = choices(c.session, c.actor)
        unfilled = unfilled_posts(c.session, c.actor, c.today)
        now = c.now
    page.title(under=_("As of {time}", time=moment(now, zone_of(page))))
    if unfilled:
        words = _(", ").join(_(ROLES[post]) for post in unfilled)
        page.html(note(_("Nobody holds this post yet: {posts}.", posts=words), "warning"))
    page.html(_tabs(shown))
    if shown == "sessions":
        _sessions(page)
    else:
        _fields(page, known)
        _events(page)
    check(page)


def _tabs(shown: str) -> Markup:
    parts = {
        "": _("All events"),
        "logins": _("Logins"),
        "exports": _("Files taken out"),
        "sessions": _("Logged in now"),
    }
    here = shown if shown in parts else ""
    links = [(link("audit", show=key), name, key == here) for key, name in parts.items()]
    return chips(links, "ls-tabs", _("What to look at"))


def _fields(page: Page, known: EventChoices) -> None:
    people, plans = dict(known.people), {0: _("System"), **dict(known.plans)}
    deeds = {f"{subject}.{action}": _(words) for (subject, action), words in DEEDS.items()}
    asked = asked_of(st.query_params)
    follow("from", asked.first)
    follow("to", asked.last)
    follow("person", asked.person_id if asked.person_id in people else None)
    follow("deed", ".".join(asked.deed) if asked.deed else None)
    follow("plan", asked.chain if asked.chain in plans else None)
    follow("outcome", asked.outcome or None)

    def put(name: str) -> dict[str, Any]:
        return {"key": name, "on_change": page.callback(_ask), "args": (name,)}

    def choose(label: str, names: Mapping[Any, str], name: str, every: str) -> None:
        st.selectbox(
            label, list(names), index=None, format_func=names.__getitem__, placeholder=every,
            **put(name),
        )  # fmt: skip

    with st.container(horizontal=True, vertical_alignment="bottom", key="office_filters"):
        st.date_input(_("From day"), value=None, format="YYYY-MM-DD", **put("from"))
        st.date_input(_("To day"), value=None, format="YYYY-MM-DD", **put("to"))
        choose(_("Person"), people, "person", _("Everybody"))
        choose(_("What happened"), deeds, "deed", _("Everything"))
        choose(_("Plan"), plans, "plan", _("All plans"))
        choose(_("Outcome"), {key: _(word) for key, word in OUTCOMES.items()}, "outcome", _("All"))


def _ask(name: str) -> None:
    to_address(name)
    st.query_params.pop("before", None)


def _events(page: Page) -> None:
    asked, before = asked_of(st.query_params), place_of(page.param("before"))
    with page.reading() as c:
        found = list_events(
            c.session, c.actor, asked, zone_of(page), older_than=before, limit=AT_ONCE + 1
        )
    if not found:
        page.html(empty(_("Nothing of this kind is on record"), _("Ask for more days or others.")))
        return
    shown, address = found[:AT_ONCE], address_of(asked)
    older = f"{shown[-1].chain}:{shown[-1].no}" if len(found) > AT_ONCE else ""
    page.html(_table(shown, zone_of(page)), _ways(address, older, bool(before)))


def _table(found: list[NamedEvent], zone: str) -> Markup:
    rows = [
        [
            moment(one.at, zone),
            joined([(tag(_("turned away"), "warning") if one.refused else ""), deed(one)]),
            who(one),
            about(one),
            details(one),
            one.plan,
            f"{one.chain}:{one.no}",
        ]
        for one in found
    ]
    columns = [
        ListColumn(_("Time"), "short"),
        ListColumn(_("What happened"), "lead"),
        ListColumn(_("Who")),
        ListColumn(_("Concerning")),
        ListColumn(_("Details"), "wide"),
        ListColumn(_("Plan")),
        ListColumn(_("Entry"), "short"),
    ]
    return data_table(_("Audit record"), columns, rows)


def _ways(address: dict[str, object], older: str, is_older: bool) -> Markup:
    ways = []
    if is_older:
        ways.append((link("audit", **address), _("Newest")))
    if older:
        ways.append((link("audit", **address, before=older), _("Older")))
    ways.append((link("files/export/audit", **address), _("Take these along as csv")))
    return Markup('<p class="ls-ways">{}</p>').format(
        Markup(" · ").join(anchor(href, name) for href, name in ways)
    )


def _sessions(page: Page) -> None:
    with page.reading() as c:
        found = logged_in(c.session, c.actor, page.installation.wall())
    zone = zone_of(page)
    rows = [[one.person, one.unit, moment(one.since, zone), moment(one.seen_at, zone)]
            for one in found]  # fmt: skip
    columns = [
        ListColumn(_("Name"), "lead"), ListColumn(_("Unit")), ListColumn(_("Logged in since")),
        ListColumn(_("Last seen")),
    ]  # fmt: skip
    page.html(data_table(_("Logged in now"), columns, rows))
