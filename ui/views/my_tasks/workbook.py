"""The Excel return on a liaison's desk: out with what is still to be reported, and in again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st
from markupsafe import Markup

from db.queries.reports.my_tasks import ReportCard
from documents.returns.return_file import ReturnFile, read_return
from i18n import _
from ui.components.lists import bullets
from ui.components.states import note
from ui.components.tables import ListColumn, data_table
from ui.components.uploads import read_upload
from ui.shell.page import Page
from ui.views.shared.office import link, period_name
from workflow.rules.access.permissions import Permission
from workflow.rules.mail.returns import ReturnWay
from workflow.rules.progress.quantities import parse, shown
from workflow.rules.refusals import Invalid
from workflow.rules.reporting.content import STATUSES
from workflow.rules.reporting.report_content import TEXTS, is_nil
from workflow.verbs.collecting.record_return import record_return, result_of
from workflow.verbs.returns.import_return import (
    ReportReturned,
    ReturnImported,
    import_return,
)

TURN, WRONG = "return_turn", "return_wrong"


def draw_workbook(page: Page, reports: Sequence[ReportCard]) -> None:
    """Everything at once in Excel: a link for each unit and round, and a place for the file."""
    with st.expander(
        _("Report everything at once in Excel"), key="return_file", on_change="rerun"
    ) as opened:
        if not opened.open:
            return
        page.html(_ways_out(reports))
        turn = st.session_state.setdefault(TURN, 0)
        with st.container(key="return_back"):
            file = st.file_uploader(
                _("The filled-in workbook (xlsx)"), type=["xlsx"], key=f"return_back_{turn}"
            )
        if file is not None:
            with page.trying():
                _draw_read(page, file, {one.paper.id: one for one in reports})


def _ways_out(reports: Sequence[ReportCard]) -> Markup:
    rounds = sorted({(one.unit, one.paper.period, one.paper.unit_id) for one in reports})
    several = len({unit for unit, _period, _id in rounds}) > 1
    lines = []
    for unit, period, unit_id in rounds:
        name = _("Download the workbook for {period}", period=period_name(period))
        if several:
            name = _("{unit}: {text}", unit=unit, text=name)
        address = link("files/export/return", unit=unit_id, period=period)
        lines.append(Markup('<a href="{}" download>{}</a>').format(address, name))
    how = _("Fill in the yellow cells, save, and give the file back here. Rows left empty wait.")
    return bullets(how, lines)


def _draw_read(page: Page, file: Any, cards: Mapping[int, ReportCard]) -> None:
    read = read_upload(page, Permission.FILE, read_return, file)
    seen = _tried(page, read)
    fresh = len(seen.receipts) - seen.repeated
    if not seen.receipts:
        page.html(note(_("Nothing is filled in yet: all {n} rows are empty.", n=seen.empty)))
        return
    if not fresh:
        page.html(note(_("This very file was taken in before; nothing changes."), "done"))
        return
    page.html(_as_read(seen.reports, cards))
    if seen.empty:
        page.html(note(_("{n} rows are empty and wait for another time.", n=seen.empty)))
    st.button(
        _("Submit {n} reports", n=fresh), key="return_send", type="primary",
        on_click=page.callback(_send), args=(page, read),
    )  # fmt: skip


def _send(page: Page, read: ReturnFile) -> None:
    with page.acting() as c:
        done = import_return(c, file=read)
        record_return(c, ReturnWay.PAGE, result_of(c, done, read))
    page.say(_("{n} reports are submitted; the receipts come by mail.", n=len(done.receipts)))
    st.session_state[TURN] += 1


def _tried(page: Page, read: ReturnFile) -> ReturnImported:
    """What the file would bring; what is wrong with it is on record once."""
    try:
        with page.acting() as c:
            return import_return(c, file=read, dry_run=True)
    except Invalid as refused:
        if st.session_state.get(WRONG) != read.sha:
            st.session_state[WRONG] = read.sha
            with page.acting() as c:
                record_return(c, ReturnWay.PAGE, result_of(c, refused, read))
        raise


def _as_read(reports: Sequence[ReportReturned], cards: Mapping[int, ReportCard]) -> Markup:
    """What was understood, before it goes: numbers with their units, dates with their year."""
    columns = [
        ListColumn(_("Task"), "lead"), ListColumn(_("How the work stands"), "short"),
        ListColumn(_("Numbers and dates")), ListColumn(_("In words"), "wide"),
    ]  # fmt: skip
    rows: list[list[str | Markup]] = []
    for one in reports:
        card = cards.get(one.report_id)
        nil = is_nil(one.content)
        words = [one.content[name] for name in TEXTS if one.content.get(name)]
        rows.append([
            f"{card.code} {card.title}" if card else str(one.report_id),
            _("Nil return") if nil else _(STATUSES[one.content["status"]]),
            Markup("<br>").join(_values(one)),
            Markup("<br>").join(words),
        ])  # fmt: skip
    return data_table(_("As the system reads it"), columns, rows)


def _values(one: ReportReturned) -> list[str]:
    said = []
    for measure in one.asked.measures:
        if typed := one.content.get(f"value:{measure.id}"):
            number = parse(typed, measure.unit)
            value = shown(number.value, measure.unit, number.written)
            said.append(_("{metric}: {value}", metric=measure.metric, value=value))
    for step in one.asked.milestones:
        if day := one.content.get(f"reached:{step.id}"):
            document = one.content.get(f"document:{step.id}", "")
            text = f"{day} {document}".strip()
            said.append(_("{metric}: {value}", metric=step.title, value=text))
    return said
