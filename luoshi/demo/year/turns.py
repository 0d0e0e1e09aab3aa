"""What else happened in the demo's year: requests decided, a leader's remark, telephone calls."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from documents.scheme_file import shipped_text
from luoshi.demo.year.acts import STORYTELLER
from luoshi.demo.year.agenda import at_local
from luoshi.demo.year.opening import Opening
from luoshi.demo.year.participants import numbered
from workflow.rules.access.permissions import RoleName
from workflow.rules.requests import Completion, NewDate, NewTarget, RequestKind, Wish
from workflow.rules.states import AssignmentStateName
from workflow.verbs.assessment.assess import assess
from workflow.verbs.assessment.record_merit import record_merit
from workflow.verbs.assessment.save_scheme import save_scheme, shipped_scheme
from workflow.verbs.plans.set_year_targets import TargetEntry
from workflow.verbs.reminders.record_call import record_call
from workflow.verbs.requests.decide import decide
from workflow.verbs.requests.instruct import instruct
from workflow.verbs.requests.request import request


class Turns:
    """Puts the turns of the year into the agenda."""

    def __init__(self, opening: Opening) -> None:
        self.opening = opening
        self.installation, self.agenda = opening.installation, opening.agenda
        self.people, self.plan_id = opening.people, opening.plan_id
        self.year = opening.story.year

    def begin(self) -> None:
        """Put all of them in."""
        for kind in (RequestKind.TARGET_CHANGE, RequestKind.EXTENSION, RequestKind.COMPLETION):
            row = self.year[kind]
            self.agenda.put(at_local(row["asked"], 14, 20), self._asking(kind, row))
        row = self.year["pending"]
        self.agenda.put(at_local(row["asked"], 16, 5), self._asking(row["kind"], row))
        self.agenda.put(at_local(self.year["instruction"]["day"], 9, 40), self._instruct)
        for row in self.year["calls"]:
            dice = self.opening.story.dice("call", row["unit"], row["day"])
            at = self.agenda.office_time(row["day"], dice, 14)
            self.agenda.put(at, partial(self._call, row))
        for row in self.year["merits"]:
            self.agenda.put(at_local(row["noted"], 15, 30), partial(self._note, row))
        self.agenda.put(at_local(self.year["scheme"]["day"], 10), self._keep_scheme)
        self.agenda.put(at_local(self.year["trial_assessment_on"], 15), self._assess)

    def _keep_scheme(self, at: datetime) -> None:
        with self.installation.acting(
            self.people.ids[RoleName.ADMINISTRATOR, self.people.office], at
        ) as c:
            name = self.year["scheme"]["name"]
            save_scheme(c, shipped_scheme(name), shipped_text(name))

    def _assess(self, at: datetime) -> None:
        with self.installation.acting(self.people.reviewer, at) as c:
            assess(c, plan_id=self.plan_id, year=2021)

    def _note(self, row: dict[str, Any], at: datetime) -> None:
        unit_id, task = self.opening.unit_id(row["unit"], at), row.get("task")
        with self.installation.acting(self.people.reviewer_of(row["unit"]), at) as c:
            record_merit(
                c,
                plan_id=self.plan_id,
                unit_id=unit_id,
                year=row["day"].year,
                kind=row["kind"],
                title=row["title"],
                basis=row["basis"],
                day=row["day"],
                task_id=self.opening.part(task, row["unit"], at).task_id if task else None,
            )

    def _asking(self, kind: str, row: dict[str, Any]) -> Any:
        def ask(at: datetime) -> None:
            parts = self.opening.parts(at)
            lead = next(p for p in parts if p.code == row["task"] and p.collects)
            with self.installation.acting(self.people.ids[RoleName.LIAISON, lead.unit], at) as c:
                asked = request(
                    c,
                    assignment_id=lead.assignment_id,
                    kind=kind,
                    reason=row["reason"],
                    wish=self._wish(kind, row, at),
                    document=str(row.get("document", "")),
                )

            def grant(now: datetime) -> None:
                with self.installation.acting(self.people.reviewer_of(lead.unit), now) as c:
                    decide(c, request_id=asked.request_id, approve=True, reply=row["reply"])
                if kind == RequestKind.TARGET_CHANGE:
                    entries = [TargetEntry(lead.unit_id, 2025, row["value"])]
                    self.opening.set_targets(lead.task_id, self._measure(row, now), entries, now)

            if "decided" in row:
                self.agenda.put(at_local(row["decided"], 10, 15), grant)

        return ask

    def _wish(self, kind: str, row: dict[str, Any], at: datetime) -> Wish:
        if kind == RequestKind.EXTENSION:
            return NewDate(row["due"], row.get("milestone"))
        if kind == RequestKind.COMPLETION:
            return Completion()
        return NewTarget(self._measure(row, at), Decimal(row["value"]), row["value"])

    def _measure(self, row: dict[str, Any], at: datetime) -> int:
        with self.installation.reading(STORYTELLER, at) as c:
            return numbered(c.session, self.plan_id, at)["measure", row["task"], row["measure"]]

    def _instruct(self, at: datetime) -> None:
        row = self.year["instruction"]
        about = self.opening.part(row["about"], row["lead"], at)
        with self.installation.acting(self.people.reviewer, at) as c:
            instruct(
                c,
                plan_id=self.plan_id,
                title=row["title"],
                text=row["text"],
                lead_unit_id=about.unit_id,
                due=row["due"],
                support_unit_ids=[self.opening.unit_id(unit, at) for unit in row["support"]],
                about_task_id=about.task_id,
                leader_id=self.people.ids[RoleName.LEADER, self.people.office],
            )
        for part in self.opening.parts(at):
            if part.state == AssignmentStateName.ISSUED:
                when = self.agenda.later(at, 1, self.opening.story.dice("taken", part.unit))
                self.agenda.put(when, partial(self.opening.acknowledge, part))

    def _call(self, row: dict[str, Any], at: datetime) -> None:
        with self.installation.acting(self.people.reviewer, at) as c:
            record_call(
                c,
                plan_id=self.plan_id,
                unit_id=self.opening.unit_id(row["unit"], at),
                person_id=self.people.ids[RoleName.LIAISON, row["unit"]],
                outcome=row["outcome"],
            )
