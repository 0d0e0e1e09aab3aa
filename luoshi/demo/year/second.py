"""The plan of 2021 beside the opinion: loaded with who answers for what, issued, shared out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from db.models import Plan
from luoshi.demo.year.acts import STORYTELLER, People
from luoshi.demo.year.story import Story
from luoshi.wiring import Installation
from tasks_catalog.model import Catalogue, CatalogueTask, TaskUnit
from tasks_catalog.shipped import sample
from workflow.rules.access.permissions import RoleName
from workflow.rules.assignments import AssignmentRole
from workflow.rules.reporting.policy import QUARTERLY, PlanPolicy
from workflow.verbs.plans.change_plan import change_plan
from workflow.verbs.plans.load_catalogue import load_catalogue

COUNTIES = "各县（市、区）"


def load_second(installation: Installation, story: Story, people: People, at: datetime) -> int:
    """Load the plan as its office would, and say when its rounds are; its id."""
    with installation.acting(people.ids[RoleName.ADMINISTRATOR, people.office], at) as c:
        plan_id = load_catalogue(c, assigned(sample(story.year["sample"]), story)).plan_id
    keep_rounds(installation, story, people, plan_id, at)
    return plan_id


def keep_rounds(
    installation: Installation, story: Story, people: People, plan_id: int, at: datetime
) -> None:
    """Give a plan the rounds of its script."""
    rounds = tuple(
        replace(rule, opens=opens, due=due)
        for rule in QUARTERLY
        for opens, due in [story.year["rounds"][rule.code]]
    )
    with installation.reading(STORYTELLER, at) as c:
        version = c.session.get_one(Plan, plan_id).version
    with installation.acting(people.ids[RoleName.ADMINISTRATOR, people.office], at) as c:
        change_plan(c, plan_id=plan_id, version=version, policy=PlanPolicy(rounds=rounds))


def assigned(catalogue: Catalogue, story: Story) -> Catalogue:
    """The catalogue with who answers for each task, as the script says."""
    return replace(catalogue, tasks=tuple(_led(task, story) for task in catalogue.tasks))


def _led(task: CatalogueTask, story: Story) -> CatalogueTask:
    lead, *others = story.year["leads"][task.code]
    units = [
        TaskUnit(lead, lead, AssignmentRole.LEAD, lead == COUNTIES),
        *(TaskUnit(unit, unit, AssignmentRole.SUPPORT, unit == COUNTIES) for unit in others),
    ]
    return replace(task, units=tuple(units))
