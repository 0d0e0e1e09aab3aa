"""通报: what went well in a period, what did not, and what is asked next, all from the record."""

from __future__ import annotations

from collections.abc import Iterable

from documents.official.circular_tables import circular_tables
from documents.official.paper import (
    Block,
    Heading,
    Paper,
    PaperKind,
    Paragraph,
)
from documents.official.words import (
    all_names,
    figure,
    first_heading,
    listed,
    percent_of_path,
    second_heading,
    some_names,
    source,
    third_heading,
    tight,
)
from i18n import _, current, full_date
from workflow.rules.papers.circular import Circular, StepFact, TaskFact, UnitFact
from workflow.rules.progress.lights import Light
from workflow.rules.reporting.periods import period_name
from workflow.rules.reporting.punctuality import PunctualityWord

NAMED = 10
"""How many numbers the text names; all stand in the attachment."""


def circular_paper(found: Circular) -> Paper:
    """The circular as a paper, in the reader's language."""
    period = period_name(found.period)
    parts: list[Block] = [
        Paragraph(
            _(
                "Of the carrying out of “{plan}” in the {period} the following is made known. "
                "Unless something else is said, the figures are as of {day} and come from the "
                "reports that the units filed and signed off; for each number it is said for which "
                "period it was reported, how firm it is, and whether it was accepted by review.",
                plan=found.plan, period=period, day=found.day,
            )
        )
    ]  # fmt: skip
    for no, (title, blocks) in enumerate(chapters_of(found), 1):
        parts += [Heading(first_heading(no, title)), *blocks]
    attached = circular_tables(found)
    parts += [Paragraph("", flush=True), *listed(attached)]
    return Paper(
        PaperKind.CIRCULAR,
        _("Circular on the carrying out of “{plan}” in the {period}", plan=found.plan,
          period=period),
        found.day.year,
        parts,
        issuer=found.office,
        mark=_("Document of {office}", office=found.office),
        recipients=_("To all units concerned:"),
        attachments=attached,
    )  # fmt: skip


def chapters_of(
    found: Circular, level: int = 1, attached: int = 0
) -> list[tuple[str, list[Block]]]:
    """The chapters of one plan with their titles: at which level they stand, and behind how many
    attachments its own come."""
    return [
        (_("How the plan stands"), list(map(Paragraph, _standing(found)))),
        (_("What went well"), _well(found, level, attached)),
        (_("What did not go well"), _not_well(found, level)),
        (_("What is asked next"), _asked(found)),
    ]


def _standing(found: Circular) -> Iterable[str]:
    lights = found.lights
    yield _(
        "The plan's tasks are {n}. On {day}, closed out: {done}; on track: {green}; at risk: "
        "{yellow}; behind: {red}; not judged yet: {grey}.",
        n=len(found.tasks), day=found.judged_on, done=lights[Light.DONE], green=lights[Light.GREEN],
        yellow=lights[Light.YELLOW], red=lights[Light.RED], grey=lights[Light.GREY],
    )  # fmt: skip
    if found.before is not None and found.earlier_day is not None:
        yield _(
            "Against the {period} (as of {day}): behind {red0}, now {red}; at risk {yellow0}, now "
            "{yellow}; closed out {done0}, now {done}.",
            period=period_name(found.earlier), day=found.earlier_day,
            red0=found.before.get(Light.RED, 0), red=lights[Light.RED],
            yellow0=found.before.get(Light.YELLOW, 0), yellow=lights[Light.YELLOW],
            done0=found.before.get(Light.DONE, 0), done=lights[Light.DONE],
        )  # fmt: skip
    word = PunctualityWord
    yield _(
        "Reports owed for the {period}: {owed}, due on {due}. As of {day}, filed on time: "
        "{on_time}; late: {late}; not filed: {missing}; not due yet: {not_due}. Accepted by "
        "review: {accepted}.",
        period=period_name(found.period), owed=sum(len(unit.papers) for unit in found.units),
        due=found.due_on, day=found.day, on_time=found.reports(word.ON_TIME),
        late=found.reports(word.LATE), missing=found.reports(word.MISSING),
        not_due=found.reports(word.NOT_DUE), accepted=found.accepted,
    )  # fmt: skip


def _well(found: Circular, level: int, attached: int) -> list[Block]:
    sections = [
        (_("Tasks that were closed out"), [_closed(task) for task in found.standing(Light.DONE)]),
        (_("Numbers on their path or before it"), _ahead(found, attached)),
        (_("Milestones and deliverables that were reached"), [_step(s) for s in found.reached]),
        (_("Units that reported on time"), _punctual(found)),
    ]
    return _sections(sections, level) or [
        Paragraph(_("The record holds nothing that belongs here."))
    ]


def _not_well(found: Circular, level: int) -> list[Block]:
    behind = [_behind(task) for task in found.standing(Light.RED)]
    at_risk = [_behind(task) for task in found.standing(Light.YELLOW)]
    late = [_late(unit) for unit in found.unpunctual]
    sections = [
        (_("Tasks that are behind"), behind),
        (_("Tasks that are at risk"), at_risk),
        (_("Reports that were late or are missing"), [_("; ").join(late) + _(".")] if late else []),
    ]
    return _sections(sections, level) or [
        Paragraph(_("The record holds nothing that belongs here."))
    ]


def _sections(sections: Iterable[tuple[str, list[str]]], level: int) -> list[Block]:
    blocks: list[Block] = []
    filled = [one for one in sections if one[1]]
    for no, (title, lines) in enumerate(filled, 1):
        said = second_heading(no, title) if level == 1 else third_heading(no, title)
        blocks.append(Heading(said, level + 1))
        blocks += [Paragraph(line) for line in lines]
    return blocks


def _closed(task: TaskFact) -> str:
    return _(
        "{code} {title} (lead: {leads}), closed out on {day}.",
        code=task.code, title=task.title, leads=some_names(task.leads, 3),
        day=full_date(task.closed_on) if task.closed_on else "—",
    )  # fmt: skip


def _ahead(found: Circular, attached: int) -> list[str]:
    ahead = found.ahead
    lines = [
        _(
            "{figure}, {percent} of the path (task {task}; source: {source}).",
            figure=figure(one), percent=percent_of_path(one), task=one.task, source=source(one),
        )
        for one in ahead[:NAMED]
    ]  # fmt: skip
    if len(ahead) > NAMED:
        lines.append(
            _(
                "Such numbers in all: {n}; the others stand in attachment {no}.",
                n=len(ahead), no=attached + 2,
            )
        )  # fmt: skip
    return lines


def _step(step: StepFact) -> str:
    return _(
        "Task {task}: “{title}” (lead: {leads}), due on {due}, reached on {day}.",
        task=step.task, title=step.title, leads=some_names(step.leads, 3), due=step.due,
        day=full_date(step.reached_on) if step.reached_on else "—",
    )  # fmt: skip


def _punctual(found: Circular) -> list[str]:
    names = [unit.name for unit in found.punctual]
    if not names:
        return []
    return [_("All reports of these came on time, {n} in number: {units}.", n=len(names),
              units=all_names(names))]  # fmt: skip


def _behind(task: TaskFact) -> str:
    """Who leads it, by when, why it is behind, and what the units themselves say."""
    due = full_date(task.due) if task.due else _("the whole time")
    if task.first_due and task.due and task.first_due != task.due:
        due = _("{due}, at first {first}", due=task.due, first=task.first_due)
    said = [
        _(
            "{code} {title} (lead: {leads}; due: {due}): {reason}",
            code=task.code, title=task.title, leads=some_names(task.leads, 3), due=due,
            reason=tight(str(task.judgement)),
        )
    ]  # fmt: skip
    for voice in task.voices:
        if voice.problem:
            said.append(
                _("{unit} says ({period}): {problem}", unit=voice.unit,
                  period=period_name(voice.period), problem=tight(voice.problem))
            )  # fmt: skip
    return ("" if current() == "zh" else " ").join(said)


def _late(unit: UnitFact) -> str:
    late, missing = unit.count(PunctualityWord.LATE), unit.count(PunctualityWord.MISSING)
    said = []
    if late:
        said.append(_("filed late: {n}", n=late))
    if missing:
        said.append(_("not filed: {n}", n=missing))
    return _("{unit} ({what}; workdays over at most: {days})", unit=unit.name,
             what=_(", ").join(said), days=unit.workdays)  # fmt: skip


def _asked(found: Circular) -> list[Block]:
    def leads(light: Light) -> str:
        names = (name for task in found.standing(light) for name in task.leads)
        return some_names(list(dict.fromkeys(names)), 8)

    reds, yellows = found.standing(Light.RED), found.standing(Light.YELLOW)
    missing = [u.name for u in found.units if u.count(PunctualityWord.MISSING)]
    lines = []
    if reds:
        lines.append(
            _(
                "{units} find out why the tasks named above ({codes}) are behind, lay down what is "
                "done and by when they are on their path again, and tell {office} in writing by "
                "(month, day).",
                units=leads(Light.RED), codes=_(", ").join(task.code for task in reds),
                office=found.office,
            )
        )  # fmt: skip
    if yellows:
        lines.append(
            _("{units} look at each task at risk and keep it from falling behind.",
              units=leads(Light.YELLOW))
        )  # fmt: skip
    if missing:
        lines.append(_("{units} file what is missing by (month, day).", units=some_names(missing)))
    next_ones = len(found.to_come) + len(found.due_next)
    if next_ones:
        lines.append(
            _("Until {until} more is due, {n} in number (see the last attachment); the units "
                "concerned see to it that it is kept.",
                until=found.until, n=next_ones)
        )  # fmt: skip
    if not lines:
        lines = [_("The units go on with their tasks as laid down and report in time.")]
    return [Paragraph(_("{no}. {title}", no=no, title=line)) for no, line in enumerate(lines, 1)]
