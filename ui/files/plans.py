"""Work lists of plans in preparation, and catalogues of plans, as files to take along."""

from __future__ import annotations

from collections.abc import Mapping

from db.queries.access.sessions import Visitor
from db.queries.preparing.working_copies import working_copy
from i18n import _, mark
from luoshi.wiring import Installation
from tasks_catalog import dump
from tasks_catalog.exchange import Format
from ui.files.tables import XLSX
from ui.shell.application import Download
from ui.views.shared.office import number_in
from workflow.rules.refusals import NotFound
from workflow.verbs.plans.load_catalogue import export_catalogue
from workflow.verbs.preparing.exchange_working_copy import export_working_copy
from workflow.verbs.record.export import export


def work_list(installation: Installation, visitor: Visitor, values: Mapping[str, str]) -> Download:
    """A working copy as an xlsx that remembers its revision. Logged; raises Refused."""
    copy_id = number_in(values, "copy")
    if copy_id is None:
        raise NotFound(mark("There is no such file."))
    with installation.acting(visitor.person_id) as c:
        content = export_working_copy(c, copy_id=copy_id)
        sheet = working_copy(c.session, c.actor, copy_id)
    name = _("Work list {title} {no}.xlsx", title=sheet.title[:40], no=sheet.revision)
    return Download(name.replace("/", "-"), content, XLSX)


MEDIA: dict[Format, str] = {
    "xlsx": XLSX,
    "yaml": "application/yaml",
    "json": "application/json",
}


def _format(name: str) -> Format | None:
    return next((form for form in MEDIA if form == name), None)


def catalogue(installation: Installation, visitor: Visitor, values: Mapping[str, str]) -> Download:
    """A plan's catalogue as it was last loaded: the bytes of `luoshi catalog export`. Logged;
    raises Refused."""
    plan_id, form = number_in(values, "plan"), _format(values.get("format", "xlsx"))
    if plan_id is None or form is None:
        raise NotFound(mark("There is no such file."))
    with installation.reading(visitor.person_id) as c:
        found = export_catalogue(c, plan_id)
    with installation.acting(visitor.person_id) as c:
        export(c, plan_id=plan_id, what="catalogue", rows=len(found.tasks))
    name = f"{found.plan.code or found.plan.title}.{form}".replace("/", "-")
    return Download(name, dump(found, form), MEDIA[form])
