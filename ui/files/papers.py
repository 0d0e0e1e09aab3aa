"""Official papers as files: written from the record for whoever may take them, on record."""

from __future__ import annotations

from collections.abc import Mapping

from db.queries.access.sessions import Visitor
from db.queries.papers.circular import circular
from db.queries.papers.circulars import circulars
from db.queries.papers.debriefing import debriefing
from db.queries.papers.responsibility import responsibility_list
from db.queries.plans.choices import plans_in_force
from documents.official.circular import circular_paper
from documents.official.circular_of_plans import circular_of_plans
from documents.official.debriefing import debriefing_paper
from documents.official.paper import Paper
from documents.official.pdf import as_pdf
from documents.official.responsibility_list import responsibility_paper
from documents.official.template import filled, own
from i18n import mark
from luoshi.wiring import Installation
from ui.shell.application import Download
from ui.views.shared.office import day_of, instant_of, number_in
from workflow.rules.refusals import NotFound
from workflow.verbs.record.export import export

FIRST_YEAR = 2000
TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


def circular_file(
    installation: Installation, visitor: Visitor, values: Mapping[str, str]
) -> Download:
    """The circular of a plan's last period, as known on the day of the address. Raises Refused."""
    plan_id, zone = plan_in(values), installation.settings.time_zone
    at = instant_of(installation, day_of(values, installation.today()))
    with installation.reading(visitor.person_id) as c:
        found = circular(c.session, c.actor, plan_id, at, zone)
    with installation.acting(visitor.person_id) as c:
        export(c, plan_id=plan_id, what="circular", rows=len(found.tasks))
    return written(installation, circular_paper(found), values)


def circular_of_plans_file(
    installation: Installation, visitor: Visitor, values: Mapping[str, str]
) -> Download:
    """The circular over all plans in force that the visitor reads, as known on the day of the
    address. Raises Refused."""
    zone = installation.settings.time_zone
    at = instant_of(installation, day_of(values, installation.today()))
    with installation.reading(visitor.person_id) as c:
        plans = [one.id for one in plans_in_force(c.session, c.actor, c.now)]
        found = circulars(c.session, c.actor, plans, at, zone)
    with installation.acting(visitor.person_id) as c:
        for plan_id, one in found:
            export(c, plan_id=plan_id, what="circular", rows=len(one.tasks))
    return written(installation, circular_of_plans([one for _id, one in found]), values)


def responsibility_file(
    installation: Installation, visitor: Visitor, values: Mapping[str, str]
) -> Download:
    """The responsibility list of a plan as it stands. Raises Refused."""
    plan_id, zone = plan_in(values), installation.settings.time_zone
    with installation.reading(visitor.person_id) as c:
        found = responsibility_list(c.session, c.actor, plan_id, c.now, zone)
    with installation.acting(visitor.person_id) as c:
        export(c, plan_id=plan_id, what="responsibility_list", rows=len(found.tasks))
    return written(installation, responsibility_paper(found), values)


def debriefing_file(
    installation: Installation, visitor: Visitor, values: Mapping[str, str]
) -> Download:
    """The draft of a unit's yearly report of a plan. Raises Refused."""
    plan_id, zone = plan_in(values), installation.settings.time_zone
    unit_id, year = number_in(values, "unit") or 0, number_in(values, "year") or 0
    if not FIRST_YEAR <= year <= installation.today().year:
        raise NotFound(mark("There is no such file."))
    with installation.reading(visitor.person_id) as c:
        found = debriefing(c.session, c.actor, unit_id, plan_id, year, c.now, zone)
    with installation.acting(visitor.person_id) as c:
        rows = len(found.promises)
        export(c, plan_id=plan_id, what="debriefing", rows=rows, unit_id=unit_id)
    return written(installation, debriefing_paper(found), values)


def written(installation: Installation, paper: Paper, values: Mapping[str, str]) -> Download:
    """A paper in the office's template, as the address asks: docx or pdf. Raises Refused."""
    form = "pdf" if values.get("form") == "pdf" else "docx"
    content = filled(paper, own(installation.settings.paper_templates, paper.kind))
    if form == "pdf":
        content = as_pdf(content)
    name = "".join("-" if one in '/\\:*?"<>|' else one for one in paper.title)
    return Download(f"{name[:80]}.{form}", content, TYPES[form])


def plan_in(values: Mapping[str, str]) -> int:
    """The plan of an address. Raises NotFound."""
    plan_id = number_in(values, "plan")
    if plan_id is None:
        raise NotFound(mark("There is no such file."))
    return plan_id
