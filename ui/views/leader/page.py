"""领导参阅: who is behind, why, and what is asked of me? One screen that prints on one sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import streamlit as st

from db.queries.plans.choices import last_look
from db.queries.progress.overview import TaskLine, overview_of, task_lights
from db.queries.requests.requests import RequestRow, waiting_requests
from db.queries.tasks.board import LastWords, own_words
from ui.shell.page import Page
from ui.views.leader.sheet import ChangesSince, LeaderSheet, sheet
from ui.views.shared.boards import boards
from ui.views.shared.instructing import draw_instructing, draw_remark, read_instructing
from ui.views.shared.office import number_of, zone_of
from ui.views.shared.plans import PlansShown, draw_choice, none_in_force, plans_shown
from workflow.rules.access.permissions import Permission, may_for_some
from workflow.rules.progress.lights import Light
from workflow.rules.refusals import Refused
from workflow.rules.time.dates import start_of_day
from workflow.verbs.context import Context
from workflow.verbs.plans.record_look import record_look

FIRST_SPAN = timedelta(days=30)
"""How far back the first look of all compares."""
LOOKED = "_looked"
"""Where a session keeps on which days which plans were looked at."""


def draw(page: Page) -> None:
    """The plans as a sheet, and the form by which a remark becomes a task."""
    plans = plans_shown(page)
    if not plans.in_force:
        none_in_force(page)
        return
    drawn = _read(page, plans)
    page.title(under=drawn.under)
    draw_choice(page, plans)
    given = read_instructing(page)
    asked = number_of(page, "about")
    about = next(((plan, task) for plan, task in drawn.reds if task.id == asked), None)
    if given is not None and about is not None:
        draw_remark(page, about[0], about[1], given, plans.link("leader"))
    page.html(drawn.figures)
    page.html(drawn.body)
    if given is not None and about is None:
        draw_instructing(page, [plans.chosen] if plans.chosen else plans.in_force, None, given)


def _read(page: Page, plans: PlansShown) -> LeaderSheet:
    """The sheet, after it is remembered that the person looked today."""
    _remember(page, plans)
    morning = start_of_day(page.installation.today(), zone_of(page))
    since = page.keep(
        "last_look", lambda c: last_look(c.session, c.actor, plans.ids, morning), plans.ids,
        plans=(),
    )  # fmt: skip
    return page.derive("leader", lambda: _drawn(page, plans, since), plans, since, plans=plans.ids)


def _remember(page: Page, plans: PlansShown) -> None:
    """Put on record that the person looks at these plans today, once."""
    day, looked = page.installation.today(), st.session_state.setdefault(LOOKED, set())
    if (day, plans.ids) in looked:
        return
    person_id = page.visitor().person_id
    with page.reading() as c:
        seen = last_look(c.session, c.actor, plans.ids, c.now)
    if seen is None or seen < start_of_day(day, zone_of(page)):
        # Reading waits for nobody who writes; the next look is remembered then.
        with suppress(Refused), page.installation.acting(person_id, wait=False) as c:
            for plan_id in plans.ids:
                record_look(c, plan_id=plan_id)
    else:
        looked.add((day, plans.ids))


def _drawn(page: Page, plans: PlansShown, since: datetime | None) -> LeaderSheet:
    zone, clock = zone_of(page), page.installation.clock()
    before = since or start_of_day(page.installation.today(), zone) - FIRST_SPAN
    now = overview_of(boards(page, plans.ids), clock, zone)
    then = {
        task: light
        for plan_id in plans.ids
        for task, light in _lights_at(page, plan_id, before).items()
    }
    tasks = [(item.plan_id, task) for item in now.items for task in item.tasks]
    reds = [(plan, task) for plan, task in tasks if task.judgement.light == Light.RED]
    rest = _beside(page, plans, tuple(task.id for _plan, task in reds))
    changed = _since(tasks, then, before, since is not None)
    return sheet(plans, now, reds, rest.words, changed, rest.waiting, zone, rest.remarks)


def _lights_at(page: Page, plan_id: int, instant: datetime) -> Mapping[int, Light]:
    """The lights of a plan's tasks at a past instant, which nothing reported since changes."""

    def read(c: Context) -> Mapping[int, Light]:
        return task_lights(c.session, c.actor, [plan_id], instant, zone_of(page))

    return page.share("lights_at", read, instant, plans=[plan_id], whole=True)


@dataclass(frozen=True)
class _Beside:
    """What units say of the tasks that are behind, what is to be decided, and whether the reader
    may make a remark."""

    words: Mapping[int, Sequence[LastWords]]
    waiting: Sequence[RequestRow]
    remarks: bool


def _beside(page: Page, plans: PlansShown, reds: tuple[int, ...]) -> _Beside:
    def read(c: Context) -> _Beside:
        return _Beside(
            own_words(c.session, c.actor, reds, c.now),
            waiting_requests(c.session, c.actor, c.now, plans.ids),
            may_for_some(c.actor, Permission.INSTRUCT),
        )

    return page.share("leader_beside", read, reds, plans=plans.ids)


def _since(
    tasks: list[tuple[int, TaskLine]], then: dict[int, Light], before: datetime, looked: bool
) -> ChangesSince:
    """The tasks whose light is another than at the last look, and those that are new."""
    changed = [
        (plan, task, then.get(task.id))
        for plan, task in tasks
        if then.get(task.id) != task.judgement.light
    ]
    return ChangesSince(before, looked, tuple(changed))
