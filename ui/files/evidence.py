"""What people take along as a file: evidence and tables, each for whom may have it, on record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from db.queries.access.sessions import Visitor
from i18n import mark, speaking
from luoshi.wiring import Installation
from ui.files.assessment import ledger_file, result, score_sheet
from ui.files.audit import audit_record
from ui.files.indicators import indicator_table
from ui.files.papers import (
    circular_file,
    circular_of_plans_file,
    debriefing_file,
    responsibility_file,
)
from ui.files.plans import catalogue, work_list
from ui.files.returns import return_workbook
from ui.files.tables import overview_table
from ui.shell.application import Download
from ui.shell.web.requests import number
from workflow.rules.refusals import NotFound
from workflow.verbs.assessment.attach_to_objection import take_out_objection_file
from workflow.verbs.evidence.download import download

Export = Callable[[Any, Visitor, Mapping[str, str]], Download]
EXPORTS: dict[str, Export] = {
    "overview": overview_table,
    "indicators": indicator_table,
    "circular": circular_file,
    "circular_of_plans": circular_of_plans_file,
    "responsibility_list": responsibility_file,
    "debriefing": debriefing_file,
    "assessment": result,
    "score_sheet": score_sheet,
    "year_ledger": ledger_file,
    "work_list": work_list,
    "catalogue": catalogue,
    "audit": audit_record,
    "return": return_workbook,
}


def files_of(installation: Installation) -> Callable[[Visitor, str], Download]:
    """The callable behind /files/{path}: evidence/<id>, objection/<id>, export/<kind>?<values>.

    Raises Refused where there is no such file, or it is not the visitor's to have.
    """

    def answer(visitor: Visitor, path: str) -> Download:
        place, _, query = path.partition("?")
        kind, _, name = place.partition("/")
        with speaking(visitor.language):
            if kind == "evidence" and (evidence_id := number(name)) is not None:
                return _evidence(installation, visitor, evidence_id)
            if kind == "objection" and (file_id := number(name)) is not None:
                return _objection_file(installation, visitor, file_id)
            if kind == "export" and name in EXPORTS:
                return EXPORTS[name](installation, visitor, dict(parse_qsl(query)))
        raise NotFound(mark("There is no such file."))

    return answer


def _evidence(installation: Installation, visitor: Visitor, evidence_id: int) -> Download:
    with installation.acting(visitor.person_id) as c:
        file = download(c, evidence_id=evidence_id)
    with installation.evidence.open(file.sha) as kept:
        return Download(file.name, kept.read(), file.media_type, inline=True)


def _objection_file(installation: Installation, visitor: Visitor, file_id: int) -> Download:
    with installation.acting(visitor.person_id) as c:
        file = take_out_objection_file(c, file_id=file_id)
    with installation.evidence.open(file.sha) as kept:
        return Download(file.name, kept.read(), file.media_type, inline=True)
