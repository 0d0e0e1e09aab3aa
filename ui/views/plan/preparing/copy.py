"""One working copy: its head, its parts in the order of the work, and the part that is open."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from markupsafe import Markup

from i18n import _
from ui.components.states import note
from ui.components.text import anchor, joined
from ui.shell.page import Page
from ui.views.plan.preparing.assigning.assign import draw_assign
from ui.views.plan.preparing.desk import CopyDesk, draw_last, read_desk
from ui.views.plan.preparing.edition import draw_edition
from ui.views.plan.preparing.exchange import draw_exchange, draw_history
from ui.views.plan.preparing.findings import draw_findings
from ui.views.plan.preparing.finish import draw_finish
from ui.views.plan.preparing.indicators import draw_indicators
from ui.views.plan.preparing.losses import losses_html, split_html
from ui.views.plan.preparing.reading import draw_reading
from ui.views.plan.preparing.words import coverage_html
from ui.views.shared.office import chips, moment, zone_of

Part = tuple[str, str, Callable[[Page, CopyDesk], None]]


def draw_copy(page: Page, copy_id: int) -> None:
    """A copy with the part that the address names. Raises NotFound."""
    desk = read_desk(page, copy_id)
    parts = _parts(desk)
    shown = next((part for part in parts if part[0] == page.param("part")), parts[0])
    page.title(desk.catalogue.plan.title or desk.sheet.title, under=_under(page, desk))
    with st.container(key="plan_copy"):
        page.html(
            coverage_html(desk.sheet.coverage), losses_html(desk), split_html(desk),
            _tabs(desk, parts, shown[0]),
        )  # fmt: skip
        if not desk.open:
            page.html(note(_("This working copy was set aside; nothing in it can be changed.")))
        draw_last(page, desk)
        shown[2](page, desk)


def _parts(desk: CopyDesk) -> list[Part]:
    """The parts in the order of the work, with what is left to do in each."""
    covered = desk.sheet.coverage
    names = (
        _("Tasks beside the text ({n})", n=covered.tasks),
        _("Contradictions ({n})", n=covered.open_findings),
        _("Who leads ({led}/{n})", led=covered.led, n=covered.tasks),
        _("Draft plan"),
    )
    numbers = len(desk.catalogue.indicators)
    indicators: list[Part] = (
        [("indicators", _("Indicators ({n})", n=numbers), draw_indicators)] if numbers else []
    )
    return [
        ("", names[0], draw_reading),
        ("findings", names[1], draw_findings),
        *indicators,
        ("assign", names[2], draw_assign),
        ("finish", names[3], draw_finish)
        if desk.sheet.plan_id is None
        else ("edition", _("New edition"), draw_edition),
        ("exchange", _("As Excel"), draw_exchange),
        ("history", _("Changes ({n})", n=desk.sheet.revision), draw_history),
    ]


def _under(page: Page, desk: CopyDesk) -> Markup:
    sheet = desk.sheet
    said: list[str | Markup] = [anchor("/plan", _("All plans"))]
    said += [sheet.file_name] if sheet.file_name else []
    when = moment(sheet.made_at, zone_of(page))
    said.append(_("read {when} by {who}", when=when, who=sheet.made_by))
    if sheet.edits:
        last = sheet.edits[-1]
        when = moment(last.at, zone_of(page))
        said.append(_("last changed {when} by {who}", when=when, who=last.person))
    return joined(said, " · ")


def _tabs(desk: CopyDesk, parts: list[Part], shown: str) -> Markup:
    links = [(desk.way(part=key), name, key == shown) for key, name, _draw in parts]
    return chips(links, "ls-tabs", _("Steps of preparing"))
