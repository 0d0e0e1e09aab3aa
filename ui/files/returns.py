"""The Excel return of a unit for a period, for whoever files its reports."""

from __future__ import annotations

from collections.abc import Mapping

from db.queries.access.sessions import Visitor
from i18n import _, mark
from luoshi.wiring import Installation
from ui.files.tables import XLSX
from ui.shell.application import Download
from ui.views.shared.office import number_in
from workflow.rules.refusals import NotFound
from workflow.verbs.returns.return_template import return_template


def return_workbook(
    installation: Installation, visitor: Visitor, values: Mapping[str, str]
) -> Download:
    """The workbook of a unit's open reports. Logged; raises Refused."""
    unit_id, period = number_in(values, "unit"), values.get("period", "")
    if unit_id is None or not period:
        raise NotFound(mark("There is no such file."))
    with installation.acting(visitor.person_id) as c:
        made = return_template(c, unit_id=unit_id, period=period)
    name = _("Progress return {unit} {period}.xlsx", unit=made.unit, period=period)
    return Download(name.replace("/", "-"), made.content, XLSX)
