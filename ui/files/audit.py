"""操作留痕 as a file: what the page is asked for, whole; who took it is an event."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from io import StringIO
from zoneinfo import ZoneInfo

from db.queries.access.sessions import Visitor
from db.types import canonical
from i18n import _
from luoshi.wiring import Installation
from ui.shell.application import Download
from ui.views.audit.filters import asked_of
from ui.views.audit.words import about, deed, details, who
from workflow.verbs.record.export_audit import export_shown

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def audit_record(
    installation: Installation, visitor: Visitor, values: Mapping[str, str]
) -> Download:
    """The events that the address asks for, as csv that spreadsheets open. Raises Refused."""
    with installation.acting(visitor.person_id) as c:
        found, today = export_shown(c, asked_of(values)), c.today
    text = StringIO()
    rows = csv.writer(text)
    rows.writerow([
        _("Time"), _("What happened"), _("Outcome"), _("Who"), _("Concerning"), _("Details"),
        _("Plan"), _("Entry"), _("Type of event"), _("As recorded"),
    ])  # fmt: skip
    zone = ZoneInfo(installation.settings.time_zone)
    for one in found:
        outcome = _("turned away") if one.refused else _("carried out")
        cells = (
            f"{one.at.astimezone(zone):%Y-%m-%d %H:%M:%S}", deed(one),
            outcome, who(one), about(one), details(one),
            one.plan, f"{one.chain}:{one.no}", f"{one.subject}.{one.action}",
            canonical(one.payload),
        )  # fmt: skip
        rows.writerow([_text(cell) for cell in cells])
    name = _("Audit record {day}.csv", day=today.isoformat())
    # The mark in front tells spreadsheets that the letters are UTF-8.
    return Download(name, text.getvalue().encode("utf-8-sig"), "text/csv")


def _text(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
