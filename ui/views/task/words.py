"""A task as HTML: who answers for it by when, the words of the plan, its numbers and its steps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from markupsafe import Markup, escape

from db.queries.plans.plan_tasks import PartRow
from db.queries.tasks.board import Series
from db.queries.tasks.story import TaskStory
from i18n import _, mark
from ui.components.dates import full_date
from ui.components.lights import light, tag
from ui.components.progress import ChartPoint, line_chart
from ui.components.rendering import macro
from ui.views.shared.office import link, short_date
from workflow.rules.assignments import AssignmentRole
from workflow.rules.progress.lights import Judgement, Light
from workflow.rules.progress.quantities import shown
from workflow.rules.reporting.periods import period_short
from workflow.rules.states import LIVE_TASKS, STATES, AssignmentStateName

WORDS = "task/words.html"
KINDS = {
    "numbers": mark("numbers"),
    "deliverable": mark("deliverable"),
    "milestones": mark("milestones"),
    "steady": mark("steady work"),
}
MANY = 8
"""From how many units on a list of them is folded."""


def head(story: TaskStory) -> Markup:
    """The line under the title: where the task stands in its plan."""
    where = [story.item, story.plan] if story.item else [story.plan]
    return macro(WORDS, "head", link("overview", plan=story.plan_id), where)


def facts(story: TaskStory, judgement: Judgement) -> Markup:
    """The first screen: how it stands and why, by when, who, and what the plan says."""
    rows = [
        (_("Due"), _due(story)),
        (_("Lead"), _units(story, AssignmentRole.LEAD)),
        (_("Jointly"), _units(story, AssignmentRole.JOINT)),
        (_("Support"), _units(story, AssignmentRole.SUPPORT)),
        (_("Kind"), escape(_(KINDS[story.kind]))),
        (_("State"), tag(_(STATES["task"][story.state]))),
        *_instructed(story),
        (_("The plan says"), escape(story.text)),
    ]
    return macro(WORDS, "facts", light(judgement.light), judgement, rows)


def _due(story: TaskStory) -> Markup:
    if story.due is None:
        return escape(story.due_text or _("the whole time"))
    papers = [words.document for words in story.words if words.document]
    return macro(WORDS, "due", story, papers[-1] if papers else "", full_date)


def _units(story: TaskStory, role: str) -> Markup:
    """The units in a role by name, with what is unusual about their part; the members of a group
    that supports are named by the group."""
    fold, live = role == AssignmentRole.SUPPORT, story.state in LIVE_TASKS
    parts = [part for part in story.parts if part.role == role]
    named = [_unit(part, live) for part in parts if part.group is None or not fold]
    if fold:
        named += [
            escape(group.name) for group in story.groups if group.role == AssignmentRole.SUPPORT
        ]
    return macro(WORDS, "units", named, MANY)


def _unit(part: PartRow, live: bool) -> Markup:
    # A draft's parts are all proposed; in force that is worth a word.
    unusual = part.state in (AssignmentStateName.ISSUED, AssignmentStateName.DISPUTED) or (
        live and part.state == AssignmentStateName.PROPOSED
    )
    state = tag(_(STATES["assignment"][part.state]), "warning") if unusual else ""
    return macro(WORDS, "unit", part, state)


def _instructed(story: TaskStory) -> Iterable[tuple[str, Markup]]:
    if (remark := story.instruction) is not None:
        by = remark.leader or ""
        if remark.recorded_by and remark.recorded_by != remark.leader:
            by = _("{leader}, recorded by {person}", leader=by, person=remark.recorded_by)
        yield _("Leader's remark"), macro(WORDS, "remark", remark.text, by)
        if remark.about_task_id is not None:
            yield _("About"), macro(WORDS, "about", link("task", task=remark.about_task_id))
    for about in story.instructions_about:
        yield _("Led to"), macro(WORDS, "led_to", link("task", task=about.task_id), about)


def measures(series: Sequence[Series]) -> list[Markup]:
    """Each number against its path as a chart, with its definition."""
    if not series:
        return []
    return [macro(WORDS, "measures", [_measure(one) for one in series])]


def _measure(one: Series) -> Markup:
    if one.target is None or not any(m.actual or m.expected for m in one.marks):
        return macro(WORDS, "uncharted", one, _no_chart(one))
    points = [
        ChartPoint(
            period_short(m.period) if m.period else _("end of year"), m.actual,
            None if m.expected is None else m.expected.quantize(m.expected.__class__("0.01")),
        )
        for m in one.marks
    ]  # fmt: skip
    last = next((m for m in reversed(one.marks) if m.actual is not None), None)
    said = _("No number has been reported yet.")
    if last is not None and last.actual is not None:
        said = _(
            "{value} reported, {target} to be reached by {year}",
            value=shown(last.actual, one.unit),
            target=shown(one.target, one.unit),
            year=one.year or _("each year"),
        )
    chart = line_chart(f"{one.metric}", points, one.target, one.unit)
    return macro(WORDS, "charted", one, chart, said)


def _no_chart(one: Series) -> str:
    if one.target is None:
        return _("no target has been set")
    return _(
        "{target} to be reached; no number has been reported yet",
        target=shown(one.target, one.unit),
    )


def steps(story: TaskStory, today: date) -> Markup:
    """Milestones and deliverables with their dates, and when they were reached."""
    if not story.milestones:
        return Markup("")
    reached = {row.no: row for row in story.reached}
    lines = []
    for step in story.milestones:
        done = reached.get(step.no)
        if done is not None:
            said = _("reached on {day}", day=short_date(done.reached_on))
            said += _(" ({document})", document=done.document) if done.document else ""
            code = "green"
        elif step.due < today:
            said, code = _("overdue, not reached yet"), "red"
        else:
            said, code = _("not reached yet"), Light.GREY
        kind = tag(_("deliverable")) if step.deliverable else ""
        lines.append((step, kind, light(code, word=False), said))
    return macro(WORDS, "steps", lines, short_date)
