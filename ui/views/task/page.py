"""任务: what is this task's whole story?"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from db.queries.places.places import about_unit
from db.queries.plans.choices import Choice
from db.queries.plans.plan_tasks import PartRow
from db.queries.tasks.board import DayReminders, TaskBoard, reminded, task_board
from db.queries.tasks.story import TaskStory, task_story
from i18n import _
from ui.components.states import empty
from ui.shell.page import Page
from ui.views.chasing.report import may_let_off
from ui.views.shared.asking import draw_requests
from ui.views.shared.instructing import draw_instructing, read_instructing
from ui.views.shared.office import number_of, zone_of
from ui.views.task.rounds import draw_at_unit, rounds_html
from ui.views.task.story import story_timeline
from ui.views.task.words import facts, head, measures, steps
from workflow.rules.access.permissions import Permission, may
from workflow.rules.assignments import AssignmentRole
from workflow.verbs.context import Context


@dataclass(frozen=True)
class TaskPage:
    """All that the page shows; `asking`: the part for which the visitor may ask the office; `mine`:
    the reports that the visitor may give time for or let off."""

    story: TaskStory
    board: TaskBoard
    told: list[DayReminders]
    asking: PartRow | None
    mine: frozenset[int]


def draw(page: Page) -> None:
    """The task that the address names."""
    task_id = number_of(page, "task")
    if task_id is None:
        page.title()
        page.html(
            empty(
                _("Choose a task"),
                _("Tasks are opened from lists, mails and the overview."),
            )
        )
        return
    read = _read(page, task_id)
    story, zone = read.story, zone_of(page)
    page.title(f"{story.code} {story.title}", head(story))
    draw_at_unit(page, story, read.mine)
    page.html(facts(story, read.board.judgement))
    _forms(page, read)
    shown = [*measures(read.board.series), steps(story, page.installation.today())]
    told = story_timeline(story, read.told, zone, page.param("story"))
    page.html(rounds_html(story, read.mine), *shown, told)


def _read(page: Page, task_id: int) -> TaskPage:
    def read(c: Context) -> TaskPage:
        story = task_story(c.session, c.actor, task_id, c.now)
        mine = [
            part
            for part in story.parts
            if part.role != AssignmentRole.SUPPORT
            and may(c.actor, Permission.REQUEST, about_unit(c.session, part.unit_id))
        ]
        return TaskPage(
            story,
            task_board(c.session, c.actor, task_id, c.now, zone_of(page)),
            reminded(c.session, c.actor, task_id, c.now),
            mine[0] if mine else None,
            frozenset(r.report_id for r in story.reports if may_let_off(c, r.unit_id)),
        )

    return page.keep("task", read, task_id)


def _forms(page: Page, read: TaskPage) -> None:
    """What the visitor may do here: ask the office as a lead, or make a remark a task."""
    story = read.story
    if read.asking is not None:
        part = read.asking
        with st.expander(_("Ask the talent office"), icon=":material/help_center:"):
            page.fragment(draw_requests)(page, story, part.assignment_id)
    given = read_instructing(page)
    if given is not None:
        about = Choice(story.task_id, story.title)
        draw_instructing(page, [Choice(story.plan_id, story.plan)], about, given)
