"""How the demo's plan came to be: people taken in, the plan loaded, sent round and issued."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from db.models import Person
from db.models import Task as TaskRow
from db.queries.people.people import person_by_email
from documents.lists.people_file import read_people
from luoshi.demo.year.acts import STORYTELLER, People
from luoshi.demo.year.agenda import Agenda, at_local
from luoshi.demo.year.cast import Player, cast_of
from luoshi.demo.year.participants import PartOf, numbered, parts_of
from luoshi.demo.year.story import Story
from luoshi.wiring import Installation
from tasks_catalog.model import Catalogue, CatalogueTask, Deadline
from tasks_catalog.shipped import sample
from workflow.rules.access.permissions import RoleName, system
from workflow.rules.progress.quantities import plain
from workflow.rules.states import AssignmentStateName
from workflow.verbs.access.credentials import hash_password
from workflow.verbs.assignments.acknowledge import acknowledge
from workflow.verbs.assignments.dispute import dispute
from workflow.verbs.people.import_people import import_people
from workflow.verbs.plans.answer_comment import answer_comment
from workflow.verbs.plans.comment import comment
from workflow.verbs.plans.consult import consult
from workflow.verbs.plans.issue import issue
from workflow.verbs.plans.load_catalogue import load_catalogue
from workflow.verbs.plans.set_year_targets import TargetEntry, set_year_targets
from workflow.verbs.requests.decide import decide
from workflow.verbs.rounds.ask_supports import ask_supports

OPERATOR = system("command line")
SAMPLE = "quzhou-2020"


def found_city(installation: Installation, story: Story, password: str) -> int:
    """Load the plan as its document says it, take the people in, and load it again with the dates
    that the office laid down; the plan's id. Everybody may log in with the password."""
    day = story.year["consult"]["day"]
    with installation.acting(OPERATOR, at_local(day, 8, 40)) as c:
        plan_id = load_catalogue(c, sample(SAMPLE)).plan_id
    at = at_local(day, 8, 50)
    with installation.acting(OPERATOR, at) as c:
        import_people(c, read_people(people_file(cast_of(story))), at=at)
    people = find_people(installation, story, at)
    let_in(installation, people, password, at)
    with installation.acting(
        people.ids[RoleName.ADMINISTRATOR, people.office], at_local(day, 9, 10)
    ) as c:
        load_catalogue(c, refined(sample(SAMPLE), story))
    return plan_id


def let_in(installation: Installation, people: People, password: str, at: datetime) -> None:
    """Everybody may log in with the password."""
    hashed = hash_password(password)
    with installation.acting(STORYTELLER, at) as c:
        for person_id in people.ids.values():
            person = c.session.get_one(Person, person_id)
            person.password_hash, person.must_change_password = hashed, False


def people_file(players: tuple[Player, ...]) -> bytes:
    """The list of people as an office would send it."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["email", "name", "unit", "role", "language", "phone"])
    rows.writerows([p.email, p.name, p.unit, p.role, "zh", p.phone] for p in players)
    return text.getvalue().encode()


def find_people(installation: Installation, story: Story, at: datetime) -> People:
    """The people of the demo as its database knows them."""
    players = cast_of(story)
    with installation.reading(STORYTELLER, at) as c:
        found = {p.email: person_by_email(c.session, p.email) for p in players}
    first, *others = (p for p in players if p.role == RoleName.REVIEWER)
    second = others[0] if others else first
    return People(
        ids={(p.role, p.unit): found[p.email] for p in players},
        names={(p.role, p.unit): p.name for p in players},
        office=first.unit,
        reviewer=found[first.email],
        second=found[second.email],
    )


def refined(catalogue: Catalogue, story: Story) -> Catalogue:
    """The catalogue with the dates and steps that the office laid down for its units."""
    tasks = tuple(_refined(task, story.year) for task in catalogue.tasks)
    return replace(catalogue, tasks=tasks)


def _refined(task: CatalogueTask, year: dict[str, Any]) -> CatalogueTask:
    steps = tuple(
        Deadline(row["what"], row["date"], "by", row["what"])
        for row in year["steps"].get(task.code, ())
    )
    if task.code in year["due"]:
        task = replace(task, due=year["due"][task.code])
    return replace(task, deadlines=(*task.deadlines, *steps)) if steps else task


class Opening:
    """From the first letter to the year targets, put into the agenda."""

    def __init__(
        self, installation: Installation, story: Story, agenda: Agenda, people: People, plan_id: int
    ) -> None:
        self.installation, self.story, self.agenda = installation, story, agenda
        self.people, self.plan_id = people, plan_id

    def begin(self) -> None:
        """Put consultation and issue into the agenda; what follows puts itself in."""
        year = self.story.year
        if "consult" in year:
            self.agenda.put(at_local(year["consult"]["day"], 10), self._consult)
        for row in year.get("comments", ()):
            at = self.agenda.office_time(row["day"], self.story.dice("comment", row["unit"]))
            self.agenda.put(at, partial(self._comment, row))
        self.agenda.put(at_local(year["issue"]["day"], 10, 30), self._issue)
        if "year_targets_on" in year:
            self.agenda.put(at_local(year["year_targets_on"], 15), self._year_targets)

    def _consult(self, at: datetime) -> None:
        with self.installation.acting(self.people.reviewer, at) as c:
            due = self.story.year["consult"]["comments_due"]
            consult(c, plan_id=self.plan_id, comments_due_on=due)

    def _comment(self, row: dict[str, Any], at: datetime) -> None:
        part = self.part(row["task"], row["unit"], at)
        with self.installation.acting(self.people.ids[RoleName.LIAISON, row["unit"]], at) as c:
            asked = comment(c, task_id=part.task_id, text=row["text"])

        def answer(now: datetime) -> None:
            with self.installation.acting(self.people.reviewer, now) as c:
                answer_comment(
                    c, request_id=asked.request_id, outcome=row["outcome"], reply=row["reply"]
                )

        dice = self.story.dice("answer", row["unit"])
        self.agenda.put(self.agenda.office_time(row["answered"], dice), answer)

    def _issue(self, at: datetime) -> None:
        year = self.story.year
        with self.installation.acting(self.people.reviewer, at) as c:
            issue(c, plan_id=self.plan_id, document=year["issue"]["document"])
        for part in self.parts(at):
            dice = self.story.dice("acknowledge", part.code, part.unit)
            late = self.story.manner(part.unit, "Q2").kind in ("late", "silent")
            days = dice.randrange(4, 8) if late else dice.randrange(1, 6)
            disputed = year.get("dispute", {"task": "", "unit": ""})
            if (part.code, part.unit) == (disputed["task"], disputed["unit"]):
                self._dispute(part)
            else:
                when = self.agenda.later(at, days, dice)
                self.agenda.put(when, partial(self.acknowledge, part))

    def acknowledge(self, part: PartOf, at: datetime) -> None:
        """A unit says that it has the task; a lead names whom its document leaves open."""
        year = self.story.year
        named = year.get("named", {}).get(part.code, []) if part.collects else []
        members = [self.unit_id(unit, at) for unit in named]
        with self.installation.acting(self.people.ids[RoleName.LIAISON, part.unit], at) as c:
            division = self.story.cast["units"][part.unit]["division"]
            acknowledge(c, assignment_id=part.assignment_id, division=division, members=members)
        for new in self.parts(at) if members else ():
            if (
                new.code == part.code
                and new.state == AssignmentStateName.ISSUED
                and new.unit in named
            ):
                when = self.agenda.later(at, 2, self.story.dice("named", new.code, new.unit))
                self.agenda.put(when, partial(self.acknowledge, new))

    def _dispute(self, part: PartOf) -> None:
        row = self.story.year["dispute"]
        liaison = self.people.ids[RoleName.LIAISON, part.unit]

        def object_to(at: datetime) -> None:
            with self.installation.acting(liaison, at) as c:
                asked = dispute(c, assignment_id=part.assignment_id, reason=row["reason"])
            self.agenda.put(at_local(row["decided"], 16), partial(uphold, asked.request_id))

        def uphold(request_id: int, at: datetime) -> None:
            with self.installation.acting(self.people.reviewer, at) as c:
                decide(c, request_id=request_id, approve=False, reply=row["reply"])
            self.agenda.put(at + timedelta(days=3), partial(self.acknowledge, part))

        self.agenda.put(at_local(row["day"], 11, 20), object_to)

    def _year_targets(self, at: datetime) -> None:
        with self.installation.reading(STORYTELLER, at) as c:
            ids = numbered(c.session, self.plan_id, at)
        leads = [part for part in self.parts(at) if part.collects]
        for code, measures in self.story.numbers.items():
            answering = [part for part in leads if part.code == code]
            for no, row in enumerate(measures, 1):
                entries = [
                    TargetEntry(part.unit_id, year, plain(value))
                    for part in (answering if "by" in row else answering[:1])
                    for year, value in self.story.year_targets(code, no, part.unit).items()
                ]
                task_id = answering[0].task_id
                self.set_targets(task_id, ids["measure", code, no], entries, at)

    def set_targets(
        self, task_id: int, measure_id: int, entries: Sequence[TargetEntry], at: datetime
    ) -> None:
        """The office lays down shares of a measure."""
        with self.installation.acting(self.people.reviewer, at) as c:
            version = c.session.get_one(TaskRow, task_id).version
            set_year_targets(c, measure_id=measure_id, version=version, entries=entries)

    def ask_supports(self, round_code: str, at: datetime) -> None:
        """The leads ask others to report to them, where the script says so."""
        for row in self.story.year.get("asked", ()):
            if row["round"] == round_code:
                part = self.part(row["task"], row["unit"], at)
                units = [self.unit_id(unit, at) for unit in row["of"]]
                with self.installation.acting(
                    self.people.ids[RoleName.LIAISON, row["unit"]], at
                ) as c:
                    ask_supports(c, task_id=part.task_id, unit_ids=units)

    def part(self, code: str, unit: str, at: datetime) -> PartOf:
        """A unit's part in a task."""
        return next(p for p in self.parts(at) if (p.code, p.unit) == (code, unit))

    def parts(self, at: datetime) -> list[PartOf]:
        """Everybody's part in the plan."""
        with self.installation.reading(STORYTELLER, at) as c:
            return parts_of(c.session, self.plan_id, at)

    def unit_id(self, unit: str, at: datetime) -> int:
        """The id of a unit that has a part in the plan."""
        return next(p.unit_id for p in self.parts(at) if p.unit == unit)
