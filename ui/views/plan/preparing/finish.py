"""What still stands in the way, the head of the plan, and laying it down as a draft."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from db.queries.preparing.working_copies import LAID_DOWN, SET_ASIDE
from i18n import _
from ui.components.lights import tag
from ui.components.lists import attention
from ui.components.plain_label import plain
from ui.components.rendering import macro
from ui.components.states import note
from ui.components.text import anchor, heading, joined, soft
from ui.shell.page import Page
from ui.views.plan.preparing.assigning.units import listed
from ui.views.plan.preparing.correcting.fields import CopyFields
from ui.views.plan.preparing.desk import CopyDesk, change
from ui.views.plan.preparing.words import PIECES
from ui.views.shared.office import link
from workflow.rules.access.permissions import RoleName
from workflow.rules.preparing.obstacles import Obstacle
from workflow.verbs.preparing.advise import find_obstacles
from workflow.verbs.preparing.lay_down import lay_down
from workflow.verbs.preparing.set_aside import set_aside, take_up

MOST_NEW = 5
"""How many unknown names are asked about at once."""


def draw_finish(page: Page, desk: CopyDesk) -> None:
    """Obstacles first, then the head, then the step itself."""
    way = page.keep(
        "plan_obstacles", lambda c: find_obstacles(c, copy_id=desk.sheet.id), desk.sheet.id
    )
    left, right = st.columns([1.2, 1], gap="large")
    with left:
        page.html(_obstacles(desk, way))
        _draw_new_units(page, desk, way)
        _draw_step(page, desk, way)
    with right:
        page.html(heading(2, _("Head of the plan")))
        _draw_head(page, desk)
        _draw_aside(page, desk)


def _obstacles(desk: CopyDesk, found: Sequence[Obstacle]) -> Markup:
    stops = [one for one in found if one.stops]
    hints = [one for one in found if not one.stops]
    head = heading(
        2,
        _("{n} things stand in the way of issuing", n=len(stops))
        if stops
        else _("Nothing stands in the way of issuing"),
    )
    told = [(tag(_("to be done"), "warning"), stops), (tag(_("note")), hints)]
    return head + attention(
        [
            joined([kind, said, _places(desk, codes)])
            for kind, some in told
            for said, codes in _alike(some).items()
        ]
    )


def _draw_new_units(page: Page, desk: CopyDesk, found: Sequence[Obstacle]) -> None:
    """Names that nobody knows: a slip to be corrected at the task, or a unit that is new."""
    names = [one.fields["unit"] for one in found if one.stops and "unit" in one.fields]
    for name in dict.fromkeys(map(str, names[:MOST_NEW] if desk.open else ())):
        st.button(
            _("“{unit}” is written rightly: it is a new unit", unit=plain(name)),
            key=f"plan_new_{name}",
            on_click=page.callback(_new_unit), args=(page, desk, name),
        )  # fmt: skip


def _new_unit(page: Page, desk: CopyDesk, name: str) -> None:
    change(page, desk.sheet.id, _("{unit} is on the list of units", unit=name), *listed(desk, name))


def _alike(found: Sequence[Obstacle]) -> dict[str, list[str]]:
    """What is said of one thing or of many, with the codes of which it is said."""
    told: dict[str, list[str]] = {}
    for one in found:
        told.setdefault(str(one), []).append(one.code)
    return told


def _places(desk: CopyDesk, codes: Sequence[str]) -> Markup:
    """Links to where the obstacles are put right."""
    links = []
    for code in codes:
        if code.startswith("finding:"):
            way = desk.way(part="findings", finding=code.partition(":")[2])
            links.append(anchor(way, _("To the place")))
        elif desk.task(code) is not None:
            way = desk.way(part="assign", task=code)
            links.append(anchor(way, code))
    return macro(PIECES, "places", links)


def _draw_head(page: Page, desk: CopyDesk) -> None:
    fields = CopyFields(page, desk.sheet.id, "", desk.sheet.catalogue["plan"], not desk.open)
    fields.text("title", _("Title"))
    fields.text("issuer", _("Issuing body"))
    with st.container(horizontal=True):
        fields.text("document_number", _("Document number"))
        fields.day("published", _("Date of issue"))
    with st.container(horizontal=True):
        fields.number("first_year", _("First year"))
        fields.number("last_year", _("Last year"))
        fields.text("code", _("Short code for addresses"))


def _draw_step(page: Page, desk: CopyDesk, way: Sequence[Obstacle]) -> None:
    sheet = desk.sheet
    if sheet.plan_id is not None:
        page.html(note(_("This is a newer edition of a running plan: compare and apply it there.")))
        return
    if sheet.stage.name == LAID_DOWN:
        same = sheet.stage.revision == sheet.revision
        said = (
            _("The draft plan stands as this copy says.")
            if same
            else _("The draft plan stands; this copy was changed since.")
        )
        to_plan = anchor(link("plan", plan=sheet.stage.plan_id), _("To the plan"))
        page.html(note(joined([said, to_plan]), "done" if same else "note"))
        if same:
            return
    if not desk.open:
        return
    if RoleName.ADMINISTRATOR not in page.visitor().roles:
        page.html(note(_("When all is right, an administrator lays it down as the draft plan.")))
        return
    stops = sum(one.stops for one in way)
    st.button(
        _("Lay down as the draft plan"), key="plan_lay_down", type="primary",
        on_click=page.callback(_lay_down), args=(page, desk),
    )  # fmt: skip
    said = _("The draft can be sent round for comment; units see nothing before that.")
    if stops:
        said = _("A draft may be laid down with gaps; it can be issued when they are closed.")
    page.html(soft(said))


def _lay_down(page: Page, desk: CopyDesk) -> None:
    with page.acting() as c:
        laid = lay_down(c, copy_id=desk.sheet.id, revision=desk.sheet.revision)
    words = {
        "created": _("The draft plan was made with {n} tasks.", n=laid.tasks),
        "replaced": _("The draft plan was replaced; it has {n} tasks.", n=laid.tasks),
        "unchanged": _("The draft plan says all this already."),
    }
    page.say(words[laid.outcome])
    st.query_params.clear()
    st.query_params["plan"] = str(laid.plan_id)


def _draw_aside(page: Page, desk: CopyDesk) -> None:
    if desk.sheet.stage.name == SET_ASIDE:
        st.button(_("Take this copy up again"), key="plan_take_up",
                  on_click=page.callback(_take_up), args=(page, desk))  # fmt: skip
    else:
        st.button(_("Set this copy aside"), key="plan_aside", type="tertiary",
                  on_click=page.callback(_set_aside), args=(page, desk))  # fmt: skip


def _set_aside(page: Page, desk: CopyDesk) -> None:
    with page.acting() as c:
        set_aside(c, copy_id=desk.sheet.id, revision=desk.sheet.revision)
    page.say(_("The copy is set aside; it can be taken up again."))


def _take_up(page: Page, desk: CopyDesk) -> None:
    with page.acting() as c:
        take_up(c, copy_id=desk.sheet.id)
