"""What a person of the demo does with one report: each act is the verb that people use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db import record
from db.evidence import StoredFile
from db.models import Draft, Report
from db.queries.reports.asked_fields import required_fields
from documents.evidence_numbers import look_at
from luoshi.demo.year.paper import DemoPaper as File
from luoshi.demo.year.papers import evidence_for, signature_for
from luoshi.demo.year.participants import RunningReport, numbered
from luoshi.demo.year.story import ReportKey, ReportWords, Return, Story
from luoshi.wiring import Installation
from workflow.rules.access.permissions import RoleName, system
from workflow.rules.indicators.words import Firmness
from workflow.rules.states import MAY_WRITE, ReportStateName
from workflow.rules.time.dates import local_date
from workflow.verbs.context import Context
from workflow.verbs.evidence.attach import attach
from workflow.verbs.reports.accept import accept
from workflow.verbs.reports.receive import receive
from workflow.verbs.reports.return_report import return_report
from workflow.verbs.reports.save_draft import save_draft
from workflow.verbs.reports.send_back import send_back
from workflow.verbs.reports.sign_off import PaperSignOff, sign_off
from workflow.verbs.reports.submit import submit

STORYTELLER = system("demo")


@dataclass(frozen=True)
class People:
    """Ids and names of the people of the demo by (role, unit name); the two who review."""

    ids: dict[tuple[str, str], int]
    names: dict[tuple[str, str], str]
    office: str
    reviewer: int
    second: int

    def reviewer_of(self, unit: str) -> int:
        """Nobody reviews their own unit."""
        return self.second if unit == self.office else self.reviewer


@dataclass(frozen=True)
class Job:
    """One report on its way; `attempt` counts its submissions from 1. A job that is not `chained`
    has a time for each of its acts, else each act brings about the next."""

    owed: RunningReport
    key: ReportKey
    period: str
    attempt: int = 1
    chained: bool = True


class Acts:
    """Every act returns whether it was done: somebody else may have been faster."""

    def __init__(
        self, installation: Installation, story: Story, people: People, plan_id: int
    ) -> None:
        self.installation, self.story, self.people, self.plan_id = (
            installation,
            story,
            people,
            plan_id,
        )
        self.store = installation.evidence

    def draft(self, job: Job, at: datetime) -> bool:
        """The liaison begins to write."""
        if self._state(job, at) != ReportStateName.DUE:
            return False
        content = self._content(job, at)
        with self.installation.acting(self._who(RoleName.LIAISON, job), at) as c:
            save_draft(c, report_id=job.owed.report_id, content=content, version=0)
        return True

    def file(self, job: Job, at: datetime) -> bool:
        """The liaison submits, with evidence."""
        if self._state(job, at) not in MAY_WRITE:
            return False
        words, returned = self._words(job)
        bare = returned is not None and job.attempt == 1 and not returned.evidence
        if not bare and (job.attempt == 1 or returned is not None):
            for paper in evidence_for(self.story, job.key, words, job.attempt):
                self._attach(job, paper, at)
        content = self._content(job, at)
        with self.installation.acting(self._who(RoleName.LIAISON, job), at) as c:
            stored = c.session.get(Draft, job.owed.report_id)
            submit(
                c,
                report_id=job.owed.report_id,
                version=stored.version if stored else 0,
                key=f"demo-{job.owed.report_id}-{job.attempt}-{at.timestamp():.0f}",
                content=content,
            )
        return True

    def sign(self, job: Job, at: datetime) -> bool:
        """The deputy head signs, or the liaison notes that it was signed on paper."""
        if self._state(job, at) != ReportStateName.SUBMITTED:
            return False
        on_paper = self.story.manner(job.key.unit, job.key.round).paper
        paper = None
        if on_paper:
            scan = self._attach(job, signature_for(self.story, job.key, job.attempt), at, scan=True)
            signer = self.people.names[RoleName.DEPUTY_HEAD, job.key.unit]
            paper = PaperSignOff(signer, local_date(at, self.installation.settings.time_zone), scan)
        with self.installation.acting(
            self._who(RoleName.LIAISON if on_paper else RoleName.DEPUTY_HEAD, job), at
        ) as c:
            version = self._version(c, job)
            sign_off(c, report_id=job.owed.report_id, version=version, paper=paper)
        return True

    def send_back(self, job: Job, at: datetime) -> bool:
        """The deputy head wants it put right first."""
        if self._state(job, at) != ReportStateName.SUBMITTED:
            return False
        with self.installation.acting(self._who(RoleName.DEPUTY_HEAD, job), at) as c:
            reason = self.story.sent_back[job.key]
            send_back(c, report_id=job.owed.report_id, version=self._version(c, job), reason=reason)
        return True

    def receive(self, job: Job, at: datetime) -> bool:
        """The lead takes over what a supporting unit reported."""
        if self._state(job, at) != ReportStateName.SUBMITTED:
            return False
        lead = self.people.ids[RoleName.LIAISON, job.owed.lead]
        with self.installation.acting(lead, at) as c:
            receive(c, report_id=job.owed.report_id, version=self._version(c, job))
        return True

    def review(self, job: Job, at: datetime) -> bool:
        """A reviewer of another unit accepts, or returns it as the script says."""
        if self._state(job, at) != ReportStateName.SIGNED_OFF:
            return False
        returned = self.story.returns.get(job.key) if job.attempt == 1 else None
        with self.installation.acting(self.people.reviewer_of(job.key.unit), at) as c:
            version = self._version(c, job)
            if returned is None:
                accept(c, report_id=job.owed.report_id, version=version)
            else:
                return_report(
                    c, report_id=job.owed.report_id, version=version, reason=returned.reason
                )
        return True

    def _attach(self, job: Job, paper: File, at: datetime, *, scan: bool = False) -> int:
        # Papers of our own making, hundreds of them, are read here, not in a process each.
        looked = look_at(paper.content, paper.name)
        sha, size = self.store.put(paper.content)
        file = StoredFile(sha, size, looked.media_type, paper.name, looked.numbers)
        with self.installation.acting(self._who(RoleName.LIAISON, job), at) as c:
            return attach(c, report_id=job.owed.report_id, file=file, scan=scan)

    def _who(self, role: str, job: Job) -> int:
        return self.people.ids[role, job.key.unit]

    def _state(self, job: Job, at: datetime) -> str:
        with self.installation.reading(STORYTELLER, at) as c:
            return record.state_of(c.session, "report", job.owed.report_id)

    def _version(self, c: Context, job: Job) -> int:
        return c.session.get_one(Report, job.owed.report_id).version

    def _words(self, job: Job) -> tuple[ReportWords, Return | None]:
        returned = self.story.returns.get(job.key)
        if returned is not None and job.attempt == 1:
            return self.story.first_words(job.key, returned), returned
        return self.story.words(job.key, job.owed.own), returned

    def _content(self, job: Job, at: datetime) -> dict[str, str]:
        """The fields of the form, as workflow.rules.reporting.content names them."""
        words, returned = self._words(job)
        said = {"status": words.status, "text": words.text, "problem": words.problem,
                "help_from": words.help_from}  # fmt: skip
        if words.nil_reason:
            said |= {"nil": "1", "nil_reason": words.nil_reason}
        with self.installation.reading(STORYTELLER, at) as c:
            asked = required_fields(c.session, c.session.get_one(Report, job.owed.report_id), at)
            ids = numbered(c.session, self.plan_id, at)
        if asked.again:
            said["change_note"] = (returned and returned.note) or str(
                self.story.year.get("put_right", "")
            )
        firmness = Firmness.PRELIMINARY if job.key.round.endswith("Q4") else Firmness.EXPECTED
        measures = {measure.id for measure in asked.measures}
        for no, value in enumerate(words.values, 1):
            measure = ids["measure", job.key.task, no]
            if measure in measures:
                said |= {f"value:{measure}": f"{value:f}", f"firmness:{measure}": firmness}
        steps = {step.id for step in asked.milestones}
        for no, day, document in self.story.reached(job.key):
            step = ids["milestone", job.key.task, no]
            if step in steps and day <= local_date(at, self.installation.settings.time_zone):
                said |= {f"reached:{step}": day.isoformat(), f"document:{step}": document}
        return said
