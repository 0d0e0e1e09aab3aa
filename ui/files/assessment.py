"""The papers of an assessment as files: the result, and one unit's score sheet; each on record."""

from __future__ import annotations

from collections.abc import Mapping

from db.queries.access.sessions import Visitor
from db.queries.assessment.assessment import ranking, sheet
from documents.score_papers import result_docx, result_xlsx, sheet_docx, sheet_xlsx
from i18n import _
from luoshi.wiring import Installation
from ui.shell.application import Download
from ui.views.shared.office import number_in
from workflow.verbs.record.export import export

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def result(installation: Installation, visitor: Visitor, values: Mapping[str, str]) -> Download:
    """The places of all units that the visitor may see. Raises Refused."""
    form = "docx" if values.get("form") == "docx" else "xlsx"
    with installation.reading(visitor.person_id) as c:
        found = ranking(c.session, c.actor, number_in(values, "run") or 0)
    with installation.acting(visitor.person_id) as c:
        export(c, plan_id=found.run.plan_id, what="assessment", rows=len(found.places))
    write = result_docx if form == "docx" else result_xlsx
    name = _("Assessment {year}.{form}", year=found.run.year, form=form)
    return Download(name, write(found, installation.settings.time_zone), TYPES[form])


def score_sheet(
    installation: Installation, visitor: Visitor, values: Mapping[str, str]
) -> Download:
    """One unit's score, line by line. Raises Refused."""
    form = "docx" if values.get("form") == "docx" else "xlsx"
    with installation.reading(visitor.person_id) as c:
        found = sheet(
            c.session, c.actor, number_in(values, "run") or 0, number_in(values, "unit") or 0
        )
    with installation.acting(visitor.person_id) as c:
        export(c, plan_id=found.run.plan_id, what="score_sheet", rows=len(found.lines),
               unit_id=found.place.unit_id)  # fmt: skip
    write = sheet_docx if form == "docx" else sheet_xlsx
    name = _("Score sheet {year} {unit}.{form}", year=found.run.year, unit=found.place.unit,
             form=form)  # fmt: skip
    return Download(name, write(found, installation.settings.time_zone), TYPES[form])
