"""A task as HTML: who answers for it by when, the words of the plan, its numbers and its steps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from markupsafe import Markup, escape

from db.queries.plans.plans import PartRow
from db.queries.tasks.board import Series
from db.queries.tasks.story import TaskStory
from i18n import _, mark
from ui.components.dates import full_date
from ui.components.lights import light, tag
from ui.components.progress import ChartPoint, line_chart
from ui.views.shared.office import CODES, link, period_short, short_date
from workflow.rules.progress.lights import Judgement
from workflow.rules.progress.quantities import shown
from workflow.rules.states import LIVE_TASKS, STATES

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
    return Markup('<a href="{}">{}</a>').format(
        link("overview", plan=story.plan_id), " · ".join(where)
    )


def facts(story: TaskStory, judgement: Judgement) -> Markup:
    """The first screen: how it stands and why, by when, who, and what the plan says."""
    rows = [
        (_("Due"), _due(story)),
        (_("Lead"), _units(story, "lead")),
        (_("Jointly"), _units(story, "joint")),
        (_("Support"), _units(story, "support")),
        (_("Kind"), escape(_(KINDS[story.kind]))),
        (_("State"), tag(_(STATES["task"][story.state]))),
        *_instructed(story),
        (_("The plan says"), escape(story.text)),
    ]
    listed = Markup("").join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(name, said)
        for name, said in rows
        if said
    )
    stands = Markup('<p class="ls-stands">{} <span>{}</span></p>').format(
        light(CODES[judgement.light]), str(judgement)
    )
    return Markup('<div class="ls-facts">{}<dl>{}</dl></div>').format(stands, listed)


def _due(story: TaskStory) -> Markup:
    if story.due is None:
        return escape(story.due_text or _("the whole time"))
    now = Markup('<time datetime="{}">{}</time>').format(story.due, full_date(story.due))
    if story.first_due and story.first_due != story.due:
        papers = [words.document for words in story.words if words.document]
        paper = _(" ({document})", document=papers[-1]) if papers else ""
        return now + Markup(' <span class="ls-soft">{} <s>{}</s>{}</span>').format(
            _("first set to"), full_date(story.first_due), paper
        )
    return now


def _units(story: TaskStory, role: str) -> Markup:
    """The units in a role by name, with what is unusual about their part; the members of a group
    that supports are named by the group."""
    fold, live = role == "support", story.state in LIVE_TASKS
    parts = [part for part in story.parts if part.role == role]
    named = [_unit(part, live) for part in parts if part.group is None or not fold]
    if fold:
        named += [escape(group.name) for group in story.groups if group.role == "support"]
    text = escape(_(", ")).join(named)
    if len(named) <= MANY:
        return text
    return Markup("<details><summary>{}</summary>{}</details>").format(
        _("{n} units", n=len(named)), text
    )


def _unit(part: PartRow, live: bool) -> Markup:
    said = escape(part.unit)
    if part.division:
        said += _(" ({document})", document=part.division)
    # A draft's parts are all proposed; in force that is worth a word.
    if part.state in ("issued", "disputed") or (live and part.state == "proposed"):
        said += Markup(" {}").format(tag(_(STATES["assignment"][part.state]), "warning"))
    return said


def _instructed(story: TaskStory) -> Iterable[tuple[str, Markup]]:
    if (remark := story.instruction) is not None:
        by = remark.leader or ""
        if remark.recorded_by and remark.recorded_by != remark.leader:
            by = _("{leader}, recorded by {person}", leader=by, person=remark.recorded_by)
        yield (
            _("Leader's remark"),
            Markup("“{}” <span class='ls-soft'>{}</span>").format(remark.text, by),
        )
        if remark.about_task_id is not None:
            yield (
                _("About"),
                Markup('<a href="{}">{}</a>').format(
                    link("task", task=remark.about_task_id), _("the task that it is about")
                ),
            )
    for about in story.instructions_about:
        yield (
            _("Led to"),
            Markup('<a href="{}"><b>{}</b> {}</a>').format(
                link("task", task=about.task_id), about.code, about.title
            ),
        )


def measures(series: Sequence[Series]) -> list[Markup]:
    """Each number against its path as a chart, with its definition."""
    if not series:
        return []
    drawn = [_measure(one) for one in series]
    return [
        Markup('<h2>{}</h2><div class="ls-charts">{}</div>').format(
            _("Numbers against their path"), Markup("").join(drawn)
        )
    ]


def _measure(one: Series) -> Markup:
    definition = (
        Markup('<p class="ls-soft">{}{}</p>').format(_("Definition: "), one.definition)
        if one.definition
        else Markup("")
    )
    if one.target is None or not any(m.actual or m.expected for m in one.marks):
        return Markup('<p>{} <span class="ls-soft">{}</span></p>{}').format(
            one.metric, _no_chart(one), definition
        )
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
    return Markup('<div>{}<p class="ls-soft">{}</p>{}</div>').format(chart, said, definition)


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
            paper = _(" ({document})", document=done.document) if done.document else ""
            state = Markup("{}{}").format(light("green", word=False), said + paper)
        elif step.due < today:
            state = Markup("{}{}").format(light("red", word=False), _("overdue, not reached yet"))
        else:
            state = Markup("{}{}").format(light("none", word=False), _("not reached yet"))
        kind = tag(_("deliverable")) if step.deliverable else Markup("")
        lines.append(
            Markup('<li><b>{}</b> {}<p class="ls-soft">{} · {}</p></li>').format(
                step.title, kind, _("due {day}", day=short_date(step.due)), state
            )
        )
    return Markup('<h2>{}</h2><ul class="ls-attention">{}</ul>').format(
        _("Milestones and deliverables"), Markup("").join(lines)
    )
