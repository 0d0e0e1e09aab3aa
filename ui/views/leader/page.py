"""领导参阅: who is behind, why, and what is asked of me? One screen that prints on one sheet."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from db.queries.plans.choices import last_look
from db.queries.progress.overview import TaskLine, overview, task_lights
from db.queries.requests.requests import waiting_requests
from db.queries.tasks.board import own_words
from ui.shell.page import Page
from ui.views.leader.sheet import ChangesSince, LeaderSheet, sheet
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
    person_id, zone = page.visitor().person_id, zone_of(page)
    morning = start_of_day(page.installation.today(), zone)
    with page.installation.reading(person_id) as c:
        seen = last_look(c.session, c.actor, plans.ids, c.now)
    if seen is None or seen < morning:
        # Reading waits for nobody who writes; the next look is remembered then.
        with suppress(Refused), page.installation.acting(person_id, wait=False) as c:
            for plan_id in plans.ids:
                record_look(c, plan_id=plan_id)

    def read(c: Context) -> LeaderSheet:
        since = last_look(c.session, c.actor, plans.ids, morning)
        before = since or c.now - FIRST_SPAN
        now = overview(c.session, c.actor, plans.ids, c.now, zone)
        then = task_lights(c.session, c.actor, plans.ids, before, zone)
        tasks = [(item.plan_id, task) for item in now.items for task in item.tasks]
        reds = [(plan, task) for plan, task in tasks if task.judgement.light == Light.RED]
        words = own_words(c.session, c.actor, [task.id for _plan, task in reds], c.now)
        waiting = waiting_requests(c.session, c.actor, c.now, plans.ids)
        changed = _since(tasks, then, before, since is not None)
        remarks = may_for_some(c.actor, Permission.INSTRUCT)
        return sheet(plans, now, reds, words, changed, waiting, zone, remarks)

    return page.keep("leader", read, plans, plans=plans.ids)


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
