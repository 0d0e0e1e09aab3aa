"""The papers of an assessment as files: the result, one unit's score sheet, the year's ledger; each
on record."""

from __future__ import annotations

from collections.abc import Mapping

from db.queries.access.sessions import Visitor
from db.queries.assessment.assessment import ranking, runs, sheet
from db.queries.papers.year_ledger import year_ledger
from db.queries.places.places import reads_plan
from documents.official.assessment import ranking_paper, sheet_paper
from documents.score_papers import result_xlsx, sheet_xlsx
from documents.year_ledger import year_ledger_xlsx
from i18n import _
from luoshi.wiring import Installation
from ui.files.papers import plan_in, written
from ui.files.tables import XLSX
from ui.shell.application import Download
from ui.views.shared.office import day_of, instant_of, number_in
from workflow.rules.assessment.robustness import robustness_of
from workflow.verbs.record.export import export


def result(installation: Installation, visitor: Visitor, values: Mapping[str, str]) -> Download:
    """The places of all units that the visitor may see. Raises Refused."""
    with installation.reading(visitor.person_id) as c:
        found = ranking(c.session, c.actor, number_in(values, "run") or 0)
        all_seen = reads_plan(c.session, c.actor, found.run.plan_id)
    with installation.acting(visitor.person_id) as c:
        export(c, plan_id=found.run.plan_id, what="assessment", rows=len(found.places))
    zone = installation.settings.time_zone
    if values.get("form") in ("docx", "pdf"):
        firm = robustness_of(found) if all_seen else None
        return written(installation, ranking_paper(found, firm, zone), values)
    name = _("Assessment {year}.{form}", year=found.run.year, form="xlsx")
    return Download(name, result_xlsx(found, zone), XLSX)


def score_sheet(
    installation: Installation, visitor: Visitor, values: Mapping[str, str]
) -> Download:
    """One unit's score, line by line. Raises Refused."""
    with installation.reading(visitor.person_id) as c:
        found = sheet(
            c.session, c.actor, number_in(values, "run") or 0, number_in(values, "unit") or 0
        )
    run, unit_id = found.run, found.place.unit_id
    with installation.acting(visitor.person_id) as c:
        export(c, plan_id=run.plan_id, what="score_sheet", rows=len(found.lines), unit_id=unit_id)
    zone = installation.settings.time_zone
    if values.get("form") in ("docx", "pdf"):
        return written(installation, sheet_paper(found, zone), values)
    name = _("Score sheet {year} {unit}.{form}", year=run.year, unit=found.place.unit, form="xlsx")
    return Download(name, sheet_xlsx(found, zone), XLSX)


def ledger_file(
    installation: Installation, visitor: Visitor, values: Mapping[str, str]
) -> Download:
    """The ledger of a plan's year as it stands, with the newest score of that year. Raises
    Refused."""
    plan_id, zone = plan_in(values), installation.settings.time_zone
    at = instant_of(installation, day_of(values, installation.today()))
    with installation.reading(visitor.person_id) as c:
        found = year_ledger(c.session, c.actor, plan_id, at, zone)
        newest = next(iter(runs(c.session, c.actor, plan_id, found.year)), None)
        scores = ranking(c.session, c.actor, newest.id) if newest else None
    with installation.acting(visitor.person_id) as c:
        export(c, plan_id=plan_id, what="year_ledger", rows=len(found.tasks))
    name = _("Ledger {year} {day}.xlsx", year=found.year, day=found.day.isoformat())
    return Download(name, year_ledger_xlsx(found, scores), XLSX)
