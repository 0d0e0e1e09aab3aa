"""What a check of the record looked at and found, in words: the same on the command line and on
the page of operations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from i18n import Translated, _, mark
from workflow.rules.refusals import Problem
from workflow.verbs.record.verify_audit import ChainChecked, Verified
from workflow.verbs.record.verify_contents import Difference
from workflow.verbs.record.verify_files import FILE, FilesChecked

KINDS = {
    FILE: mark("file of evidence"),
    "assessment": mark("assessment"),
    "assignment": mark("assignment"),
    "assignment_state": mark("state of an assignment"),
    "clock": mark("due date"),
    "taken_task": mark("task taken down from the level above"),
    "edition": mark("edition of the plan"),
    "evidence": mark("evidence"),
    "given_fact": mark("fact given for the assessment"),
    "group_assignment": mark("assignment of a group"),
    "indicator": mark("indicator"),
    "indicator_value": mark("value of an indicator"),
    "indicator_verdict": mark("verdict on a value of an indicator"),
    "indicator_version": mark("version of an indicator"),
    "instruction": mark("instruction"),
    "item": mark("heading"),
    "measure": mark("measure"),
    "measure_version": mark("version of a measure"),
    "merit": mark("matter noted for the assessment"),
    "milestone": mark("milestone"),
    "objection": mark("objection"),
    "objection_file": mark("file of an objection"),
    "phone_reminder": mark("phone reminder"),
    "plan": mark("plan"),
    "plan_span": mark("years of the plan"),
    "procedure": mark("year-end procedure"),
    "procedure_reminder": mark("reminder of a step of the year-end procedure"),
    "procedure_state": mark("step of the year-end procedure"),
    "reminder": mark("reminder"),
    "report": mark("report"),
    "report_decision": mark("decision on a report"),
    "report_state": mark("state of a report"),
    "request": mark("request"),
    "request_state": mark("state and decision of a request"),
    "result_use": mark("use of a result"),
    "round": mark("reporting period"),
    "scheme_approval": mark("approval of a scheme"),
    "scheme_version": mark("version of the scheme"),
    "score_line": mark("line of a score"),
    "sign_off": mark("sign-off"),
    "submission": mark("submission"),
    "submission_evidence": mark("evidence of a submission"),
    "submission_milestone": mark("milestone in a submission"),
    "submission_value": mark("number in a submission"),
    "support_ask": mark("request to a supporting unit"),
    "task": mark("task"),
    "task_state": mark("state of a task"),
    "task_version": mark("version of a task"),
    "verdict": mark("verdict"),
    "working_copy": mark("working copy"),
    "working_edit": mark("change of a working copy"),
    "working_step": mark("step of a working copy"),
    "year_target": mark("year target"),
}
"""What a row of each sealed table is to a person."""


def findings(found: Verified, files: FilesChecked | None) -> list[Problem]:
    """What does not hold, each with its place; empty where all that was looked at holds."""
    broken = [one for one in found.walked if one.broken is not None]
    said = [
        Problem("", mark("{chain}, event {no}: {why}"), chain=_chain(one), no=one.broken.no,
                why=Translated(one.broken.why))
        for one in broken if one.broken is not None
    ]  # fmt: skip
    differs = [*found.differs, *(files.differs if files else ())]
    return [*said, *(_differs(one) for one in differs)]


def looked_at(found: Verified, files: FilesChecked | None, zone: str) -> list[Problem]:
    """From where to where the check looked, and what it did not look at."""
    said = [line for one in found.walked for line in _walked(one, zone)]
    if files is not None:
        said.append(Problem("", mark("Looked at {n} files of evidence."), n=files.looked_at))
    else:
        said.append(
            Problem("", mark("Not looked at: files of evidence; luoshi audit verify reads them."))
        )
    said.append(
        Problem(
            "",
            mark(
                "Never looked at: people and what they act as, units, drafts, mails, steps of "
                "reminding, the calendar and settings."
            ),
        )
    )
    return said


def _walked(one: ChainChecked, zone: str) -> Iterator[Problem]:
    chain = _chain(one)
    if one.began is not None and one.ended is not None:
        yield Problem(
            "",
            mark(
                "{chain}: looked at events {first} to {last} ({began} to {ended}) and at "
                "what they sealed; rows: {rows}."
            ),
            chain=chain, first=one.first, last=one.last, rows=one.rows,
            began=_local(one.began, zone), ended=_local(one.ended, zone),
        )  # fmt: skip
    else:
        yield Problem("", mark("{chain}: no event to look at."), chain=chain)
    if one.after:
        yield Problem(
            "",
            mark(
                "{chain}: events 1 to {after} and what they sealed were not looked at, because the "
                "hash of event {after} was sent out; --from-start looks at them."
            ),
            chain=chain, after=one.after,
        )  # fmt: skip
    if one.older is not None:
        yield Problem(
            "",
            mark(
                "{chain}: contents from before {at} were sealed then, as they stood; what was "
                "changed earlier does not show."
            ),
            chain=chain, at=_local(one.older, zone),
        )  # fmt: skip


def _chain(one: ChainChecked) -> Problem:
    if one.plan:
        return Problem("", mark("Record of plan “{plan}” (chain {chain})"), plan=one.plan,
                       chain=one.chain)  # fmt: skip
    return Problem("", mark("Record of chain {chain}"), chain=one.chain)


def _differs(one: Difference) -> Problem:
    place = one.place
    parts = [
        place.plan and _("plan “{plan}”", plan=place.plan),
        place.unit,
        place.task and _("task {code}", code=place.task),
        place.period,
    ]
    where = _(", ").join(part for part in parts if part)
    message = (
        mark("{kind} no. {key}: {why} (sealed by event {no} of chain {chain}).")
        if one.no
        else mark("{kind} no. {key}: {why} (no event tells of it).")
    )
    return Problem(
        where,
        message,
        kind=Translated(KINDS[one.kind]),
        key=one.key,
        why=Translated(one.why),
        no=one.no,
        chain=one.chain,
    )


def _local(instant: datetime, zone: str) -> str:
    return f"{instant.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
