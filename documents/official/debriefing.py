"""述职评议: the yearly report of who answers for a unit's talent work, drafted from the record."""

from __future__ import annotations

from collections.abc import Sequence

from documents.official.paper import (
    Attachment,
    Block,
    Grid,
    Heading,
    Paper,
    PaperKind,
    Paragraph,
)
from documents.official.words import first_heading, listed, tight
from i18n import _, full_date
from workflow.rules.papers.debriefing import (
    DatedPromise,
    Debriefing,
    NumberPromise,
    Promised,
    Trouble,
    fitted,
)
from workflow.rules.progress.quantities import shown
from workflow.rules.reporting.periods import period_name


def debriefing_paper(found: Debriefing) -> Paper:
    """The draft, in the reader's language: promises kept, shortcomings (a third and more), next
    year; all promises are attached."""
    opening, next_opening = _opening(found), _next_opening(found)
    kept = [_kept(one) for one in found.kept]
    short = _shortcomings(found)
    ahead = [_ahead(one) for one in found.next_year] + [
        _("From the unit's own reports ({period}): {plans}", period=period_name(one.period),
          plans=tight(one.next_steps))
        for one in found.plans
    ]  # fmt: skip
    fit = fitted([opening, next_opening], short, kept, ahead)
    if fit.lacking:
        short.append(
            _("(To be written by whoever reports: shortcomings, their causes and one's own part in "
              "them, no fewer characters than {n}, so that they are a third of the whole.)",
              n=fit.lacking)
        )  # fmt: skip
    chapters = [
        (_("What was promised and kept"), [opening, *kept[: fit.kept]]),
        (_("Problems and shortcomings"), short),
        (_("What comes next"), [next_opening, *ahead[: fit.ahead]]),
    ]
    blocks: list[Block] = []
    for no, (title, texts) in enumerate(chapters, 1):
        blocks += [Heading(first_heading(no, title)), *map(Paragraph, texts)]
    attached = _attachments(found)
    return Paper(
        PaperKind.DEBRIEFING,
        _("Report on the talent work of {year}", year=found.year),
        found.year,
        [*blocks, Paragraph("", flush=True), *listed(attached)],
        issuer=found.unit,
        under=_("({unit}; from the record of “{plan}”, to be corrected by whoever reports)",
                unit=found.unit, plan=found.plan),
        attachments=attached,
    )  # fmt: skip


def _opening(found: Debriefing) -> str:
    return _(
        "For {year} {unit} had to reach in “{plan}”, as targets of the year, milestones, "
        "deliverables and tasks that fell due: {n}. As of {day}, kept: {kept}; not kept: {broken}. "
        "Reports of the year on time: {on_time}; late: {late}; not filed: {missing}; returned: "
        "{returned}.",
        year=found.year, unit=found.unit, plan=found.plan, n=len(found.promises), day=found.day,
        kept=len(found.kept), broken=len(found.broken), on_time=found.on_time, late=found.late,
        missing=found.missing, returned=found.returned,
    )  # fmt: skip


def _next_opening(found: Debriefing) -> str:
    return _(
        "In {year} the unit has to reach targets of the year, milestones, deliverables and tasks, "
        "in all: {n}; the list is attached.",
        year=found.year + 1, n=len(found.next_year),
    )  # fmt: skip


def _kept(one: Promised) -> str:
    if isinstance(one, NumberPromise):
        return _("{code} {title}: {promise}, reached {reached}.", code=one.code, title=one.title,
                 promise=_promise(one), reached=_reached(one))  # fmt: skip
    return _("{code} {title}: {promise}, done on {day}.", code=one.code, title=one.title,
             promise=_promise(one), day=_reached(one))  # fmt: skip


def _shortcomings(found: Debriefing) -> list[str]:
    """What was not kept, with the unit's own words, then what is behind besides, then papers."""
    troubles = {one.code: one for one in found.troubles}
    texts, told = [], set()
    for one in found.broken:
        text = _("{code} {title}: {promise} was not kept, reached: {reached}.", code=one.code,
                 title=one.title, promise=_promise(one), reached=_reached(one))  # fmt: skip
        if one.code in troubles and one.code not in told:
            text += _own_words(troubles[one.code])
        told.add(one.code)
        texts.append(text)
    for trouble in found.troubles:
        if trouble.code not in told:
            texts.append(
                _("{code} {title}: {reason}", code=trouble.code, title=trouble.title,
                  reason=tight(trouble.reason)) + _own_words(trouble)
            )  # fmt: skip
    if found.late or found.missing or found.returned:
        texts.append(
            _("Reports were not always in order: late {late}, not filed {missing}, returned "
              "{returned}.", late=found.late, missing=found.missing, returned=found.returned)
        )  # fmt: skip
    return texts


def _own_words(trouble: Trouble) -> str:
    if trouble.voice is None or not trouble.voice.problem:
        return ""
    voice = trouble.voice
    return _(" The unit itself says ({period}): {problem}", period=period_name(voice.period),
             problem=tight(voice.problem))  # fmt: skip


def _ahead(one: Promised) -> str:
    return _("{code} {title}: {promise}.", code=one.code, title=one.title, promise=_promise(one))


def _promise(one: Promised) -> str:
    """What was promised: a number by the year's end, or something by a date."""
    if isinstance(one, DatedPromise):
        if one.step:
            return _("“{step}” by {day}", step=one.step, day=one.due)
        return _("the whole task by {day}", day=one.due)
    state, point = one.state, one.state.point
    target = shown(point.target, state.unit) if point else "—"
    return _("{metric}, target of the year {target}", metric=state.metric, target=target)


def _reached(one: Promised) -> str:
    if isinstance(one, DatedPromise):
        return full_date(one.done_on) if one.done_on else _("not yet")
    if one.state.actual is None:
        return _("not reported")
    return shown(one.state.actual, one.state.unit)


def _attachments(found: Debriefing) -> list[Attachment]:
    heads = [_("Number"), _("Task"), _("Promised"), _("Attained"), _("Kept")]
    rows = [
        [one.code, one.title, _promise(one), _reached(one), _("yes") if one.kept else _("no")]
        for one in found.promises
    ]
    made = [Attachment(_("What was promised for {year}", year=found.year),
                       [Grid(heads, rows, [8, 30, 36, 18, 8])])]  # fmt: skip
    if found.next_year:
        made.append(
            Attachment(_("What is promised for {year}", year=found.year + 1),
                       [_coming(found.next_year)])
        )  # fmt: skip
    return made


def _coming(promises: Sequence[Promised]) -> Grid:
    rows = [[one.code, one.title, _promise(one)] for one in promises]
    return Grid([_("Number"), _("Task"), _("Promised")], rows, [8, 42, 50])
