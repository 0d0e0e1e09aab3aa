"""A round of the demo's year: each report's acts put into the agenda, one bringing the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from random import Random

from luoshi.demo.year.acts import STORYTELLER, Acts, Job
from luoshi.demo.year.agenda import Agenda
from luoshi.demo.year.numbers import round_of
from luoshi.demo.year.participants import running_reports
from luoshi.demo.year.story import ReportKey
from luoshi.demo.year.timing import fourth_round, submitted_at
from workflow.rules.states import UNFILED, ReportStateName
from workflow.rules.time.dates import local_date

Act = Callable[[Job, datetime], bool]


class Reporting:
    """Who files, signs and reviews when, as the script says.

    While there are visitors the first reviewer's verdicts, and all that concerns the `spared`
    units, are left to them.
    """

    def __init__(self, acts: Acts, agenda: Agenda, spared: frozenset[str] = frozenset()) -> None:
        self.acts, self.agenda, self.spared = acts, agenda, spared
        self.story = acts.story
        self._awaited: set[int] = set()

    def begin(self, period: str, at: datetime) -> None:
        """Put every report of a round that has just opened into the agenda."""
        for job in self._jobs(period, at):
            dice = self.story.dice("report", job.key)
            stage = self.story.fourth_stage(job.key)
            if stage:
                self._by_stage(replace(job, chained=False), stage, dice)
            else:
                self._usual(job, at, dice)

    def go_on(self, period: str, now: datetime) -> None:
        """Put what is still to come of a running round into the agenda, as its reports stand;
        what is in it already stays."""
        for job in self._jobs(period, now):
            if job.owed.report_id in self._awaited:
                continue
            dice = self.story.dice("later", job.key)
            soon = self.agenda.later(now, dice.randrange(1, 3), dice)
            if job.owed.state == ReportStateName.RETURNED:
                self._put(soon, self.acts.file, replace(job, attempt=2))
            elif job.owed.state in UNFILED:
                self._usual(job, now, dice)
            elif job.owed.state == ReportStateName.SUBMITTED:
                self._put(soon, self.acts.sign if job.owed.own else self.acts.receive, job)
            elif job.owed.state == ReportStateName.SIGNED_OFF:
                self._to_review(replace(job, attempt=2), now, dice)

    def _jobs(self, period: str, at: datetime) -> list[Job]:
        with self.acts.installation.reading(STORYTELLER, at) as c:
            owed = running_reports(c.session, self.acts.plan_id, period, at)
        jobs = [Job(one, ReportKey(one.code, one.unit, round_of(period)), period) for one in owed]
        return [
            job
            for job in jobs
            if job.key.unit not in self.spared
            and job.key not in self.story.never
            and (job.owed.state != ReportStateName.AS_BEFORE or self.story.has_news(job.key))
        ]

    def _usual(self, job: Job, now: datetime, dice: Random) -> None:
        zone = self.acts.installation.settings.time_zone
        manner = self.story.manner(job.key.unit, job.key.round)
        when = submitted_at(manner, local_date(now, zone), job.owed.due_on, self.agenda, dice)
        if when <= now:
            when = self.agenda.later(now, 1, dice)
        begun = self.agenda.later(when, -1, dice)
        if dice.random() < 0.4 and begun > now:
            self._put(begun, self.acts.draft, job)
        self._put(when, self.acts.file, job)

    def _by_stage(self, job: Job, stage: str, dice: Random) -> None:
        times = fourth_round(stage, int(job.period[:4]), self.agenda, dice)
        first = self.acts.draft if stage == "drafts" else self.acts.file
        then = [self.acts.sign, self.acts.review] if job.owed.own else [self.acts.receive]
        for at, act in zip(times, [first, *then], strict=False):
            self._put(at, act, job)

    def _put(self, at: datetime, act: Act, job: Job) -> None:
        def happen(now: datetime) -> None:
            self._awaited.discard(job.owed.report_id)
            if act(job, now) and job.chained:
                self._after(act, job, now)

        self._awaited.add(job.owed.report_id)
        self.agenda.put(at, happen)

    def _after(self, act: Act, job: Job, now: datetime) -> None:
        """What an act brings about."""
        dice = self.story.dice("after", job.key, job.attempt, act.__name__)
        if act == self.acts.file:
            patient = self.story.manner(job.key.unit, job.key.round).kind != "last_day"
            when = self.agenda.later(now, dice.randrange(2) if patient else 0, dice)
            back = job.key in self.story.sent_back and job.attempt == 1
            sign = self.acts.send_back if back else self.acts.sign
            self._put(when, sign if job.owed.own else self.acts.receive, job)
        elif act == self.acts.send_back:
            when = self.agenda.later(now, 1, dice)
            self._put(when, self.acts.file, replace(job, attempt=2))
        elif act == self.acts.sign:
            self._to_review(job, now, dice)
        elif act == self.acts.review and job.attempt == 1 and job.key in self.story.returns:
            when = self.agenda.later(now, dice.randrange(1, 4), dice)
            self._put(when, self.acts.file, replace(job, attempt=2))

    def _to_review(self, job: Job, now: datetime, dice: Random) -> None:
        people = self.acts.people
        if self.spared and people.reviewer_of(job.key.unit) == people.reviewer:
            return
        slow = (job.key.task, job.key.round) in self.story.slow_reviews
        days = 8 if slow else dice.randrange(1, 5)
        self._put(self.agenda.later(now, days, dice), self.acts.review, job)
