"""A county of the demo: opened as a place, with a plan of its own of what the city asked of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from db.queries.places.cascade import handed_down
from documents.lists.people_file import read_people
from documents.lists.unit_file import read_units
from luoshi.demo.year.acts import Acts, People
from luoshi.demo.year.agenda import Agenda, at_local
from luoshi.demo.year.cast import cast_of
from luoshi.demo.year.opening import Opening, find_people, let_in, people_file
from luoshi.demo.year.reporting import Reporting
from luoshi.demo.year.second import keep_rounds
from luoshi.demo.year.story import Story
from luoshi.wiring import Installation
from tasks_catalog.plain import number
from workflow.rules.access.permissions import RoleName
from workflow.rules.preparing.splitting import free_code
from workflow.rules.preparing.working_copy import Change, Plain
from workflow.verbs.people.import_people import import_people
from workflow.verbs.places.open_place import NewPlace, open_place
from workflow.verbs.places.take_down import take_down
from workflow.verbs.preparing.edit_working_copy import edit_working_copy
from workflow.verbs.preparing.find_copy import find_copy
from workflow.verbs.preparing.lay_down import lay_down
from workflow.verbs.units.import_units import import_units

Joined = Callable[[int, Opening, Reporting], object]
"""What is done with a plan of the county, once it is there."""


class County:
    """Puts into the agenda how a county comes to its plan; `city` is the plan above."""

    def __init__(
        self, city: Opening, story: Story, agenda: Agenda, password: str, joined: Joined
    ) -> None:
        self.installation: Installation = city.installation
        self.city, self.story, self.agenda = city, story, agenda
        self.password, self.joined = password, joined

    def begin(self) -> None:
        """Put it in."""
        self.agenda.put(at_local(self.story.year["opened"], 9, 30), self._open)
        self.agenda.put(at_local(self.story.year["taken"], 10), self._take_down)

    def _open(self, at: datetime) -> None:
        year, players = self.story.year, cast_of(self.story)
        place = year["place"]
        admin = next(one for one in players if one.role == RoleName.ADMINISTRATOR)
        people = self.city.people
        new = NewPlace(
            place["code"], place["name"], place["kind"], self.city.unit_id(place["name"], at),
            place["office"], admin.name, admin.email,
        )  # fmt: skip
        with self.installation.acting(people.ids[RoleName.ADMINISTRATOR, people.office], at) as c:
            opened = open_place(c, new, at=at)
        units = "name\n" + "\n".join(year["units"])
        with self.installation.acting(opened.administrator_id, at) as c:
            import_units(c, read_units(units.encode()))
            others = tuple(one for one in players if one is not admin)
            import_people(c, read_people(people_file(others)), at=at)
        let_in(self.installation, self._people(at), self.password, at)

    def _people(self, at: datetime) -> People:
        return find_people(self.installation, self.story, at)

    def _take_down(self, at: datetime) -> None:
        people = self._people(at)
        admin = people.ids[RoleName.ADMINISTRATOR, people.office]
        parts = self.story.year["parts"]
        with self.installation.acting(admin, at) as c:
            asked = handed_down(c.session, c.actor, c.now, c.today.year)
            wanted = [
                one.assignment_id
                for one in asked
                if one.plan_code == self.story.year["above"] and one.code in parts
            ]
            started = take_down(c, assignment_ids=wanted)
        with self.installation.acting(admin, at) as c:
            tasks = find_copy(c, started.copy_id).plain["tasks"]
            changes = [change for task in tasks for change in split_up(task, parts[task["code"]])]
            revision = edit_working_copy(c, copy_id=started.copy_id, changes=changes)
        with self.installation.acting(admin, at) as c:
            plan_id = lay_down(c, copy_id=started.copy_id, revision=revision).plan_id
        keep_rounds(self.installation, self.story, people, plan_id, at)
        opening = Opening(self.installation, self.story, self.agenda, people, plan_id)
        opening.begin()
        acts = Acts(self.installation, self.story, people, plan_id)
        self.joined(plan_id, opening, Reporting(acts, self.agenda))


def split_up(task: Plain, parts: list[dict[str, Any]]) -> list[Change]:
    """The changes that give a task that was taken down to the units of a place: one task for each
    where there are several, each with its part of the number."""
    code = task["code"]
    if len(parts) == 1:
        given = _given(task, parts[0])
        return [Change(code, name, task[name], given[name]) for name in ("units", "measures")]
    codes: list[str] = []
    for _part in parts:
        codes.append(free_code(code, codes))
    made = [
        {**_given(task, part), "code": one, "title": f"{task['title']}（{part['unit']}）"}
        for one, part in zip(codes, parts, strict=True)
    ]
    return [
        Change(code, "task", task, None),
        *(Change(one["code"], "task", None, one) for one in made),
    ]


def _given(task: Plain, part: dict[str, Any]) -> Plain:
    unit = {"name": part["unit"], "written": part["unit"], "role": "lead", "group": False}
    measures = task["measures"]
    if "value" in part:
        measures = [{**measures[0], "value": number(str(part["value"]))}, *measures[1:]]
    return {**task, "units": [unit], "measures": measures}
