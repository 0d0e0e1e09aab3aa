"""One report under review as HTML: flags, numbers against their path, what changed, evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from markupsafe import Markup

from db.queries.reports.review import NumberLine, ReviewSheet
from db.queries.reports.submissions import SubmissionRead, VerdictRead
from i18n import _, mark
from ui.components.dates import workdays_left
from ui.components.lights import light, tag
from ui.components.rendering import macro
from ui.components.states import note
from ui.components.stories import changed_text
from ui.components.tables import ListColumn, data_table
from ui.views.review.text import marked_text
from ui.views.shared.evidence import file_list
from ui.views.shared.office import link, moment, period_name, short_date
from ui.views.shared.plans import PlansShown
from workflow.rules.progress.lights import HELD_UP
from workflow.rules.progress.quantities import shown
from workflow.rules.reporting.content import FIRMNESS, STATUSES
from workflow.rules.reporting.flags import Flag
from workflow.rules.reporting.report_content import TEXTS
from workflow.rules.reporting.verdicts import SignOffOutcome, VerdictOutcome
from workflow.rules.states import STATES, ReportStateName

SHEET = "review/sheet.html"
WORDS: Mapping[str, str] = {
    SignOffOutcome.SIGNED_OFF: mark("signed off by {person}"),
    SignOffOutcome.SENT_BACK: mark("sent back within the unit by {person}"),
    VerdictOutcome.ACCEPTED: mark("accepted by {person}"),
    VerdictOutcome.RETURNED: mark("returned by {person}"),
    VerdictOutcome.UNDONE: mark("verdict taken back by {person}"),
}


def sheet_html(plans: PlansShown, sheet: ReviewSheet, zone: str) -> Markup:
    """Everything a reviewer looks at, the doubtful first."""
    top = [_flags(sheet), _returned(sheet), numbers_html(sheet)]
    last = sheet.last.text if sheet.last else ""
    marked = marked_text(sheet.new.text, last, sheet.entry.flags)
    left = [
        macro(SHEET, "text", sheet.new, sheet.last, marked, changed_text, period_name),
        macro(SHEET, "other_texts", _other_texts(sheet.new)),
    ]
    files = file_list(sheet.new.evidence) if sheet.new.evidence else Markup("")
    right = [macro(SHEET, "evidence", files)]
    if sheet.steps:
        right.append(macro(SHEET, "steps", sheet.steps, short_date))
    if sheet.supports:
        right.append(macro(SHEET, "supports", sheet.supports, STATES["report"]))
    right.append(_so_far(sheet, zone))
    head = _head(plans, sheet, zone)
    return macro(SHEET, "whole", top, left, right, head, plans.link("review"))


def _head(plans: PlansShown, sheet: ReviewSheet, zone: str) -> Markup:
    entry, paper = sheet.entry, sheet.entry.paper
    said = [
        entry.unit,
        period_name(paper.period),
        _("version {n}", n=entry.no),
        _("sent {when} by {person}", when=moment(entry.sent_at, zone), person=sheet.new.person),
    ]
    tags = [tag(_(STATUSES[sheet.new.status]), _tone(sheet.new.status))]
    if sheet.new.nil_reason:
        tags.append(tag(_("nil return"), "warning"))
    if entry.late:
        tags.append(tag(_("came late"), "warning"))
    if paper.state == ReportStateName.SIGNED_OFF:
        tags.append(tag(_("review: {left}", left=workdays_left(entry.workdays)), "accent"))
    else:
        tags.append(tag(_(STATES["report"][paper.state]), "accent"))
    tags.append(plans.tag(paper.plan_id))
    return macro(SHEET, "head", link("task", task=paper.task_id), entry, said, tags)


def _tone(status: str) -> str:
    return "warning" if status in HELD_UP else ""


def _flags(sheet: ReviewSheet) -> Markup:
    if not sheet.entry.flags:
        return Markup("")
    return note(macro(SHEET, "flags", sheet.entry.flags), "warning")


def _returned(sheet: ReviewSheet) -> Markup:
    """What was asked at the last return, and what the unit says that it changed."""
    returned = [word for word in sheet.said if word.outcome == VerdictOutcome.RETURNED]
    if not returned or not sheet.entry.again:
        return Markup("")
    return note(macro(SHEET, "returned", returned[-1].reason, sheet.new.change_note))


def numbers_html(sheet: ReviewSheet) -> Markup:
    """The numbers against last time, path, target and evidence."""
    files = len(sheet.new.evidence)
    rows = [
        number_cells(line, sheet.entry.flags, sheet.entry.unread, files) for line in sheet.numbers
    ]
    if not rows:
        return Markup("")
    return macro(SHEET, "numbers", data_table(_("Numbers"), number_columns(), rows))


def number_columns() -> list[ListColumn]:
    """The heads of what `number_cells` gives."""
    return [
        ListColumn(_("Measure"), "lead"),
        ListColumn(_("Now"), "number"),
        ListColumn(_("Before"), "number"),
        ListColumn(_("Path"), "number"),
        ListColumn(_("Target"), "number"),
        ListColumn(_("Light")),
        ListColumn(_("In the evidence")),
    ]


def number_cells(
    line: NumberLine, flags: Sequence[Flag], unread: int, files: int
) -> list[str | Markup]:
    """One number with all that it is compared with; `unread` and `files` count the evidence."""
    unit, point = line.number.unit, line.number.point
    now, key = line.number.actual, line.promise.id
    doubts = [no for no, flag in enumerate(flags, 1) if flag.measure_id == key]
    said = shown(now, unit, line.written) if now is not None else "–"
    return [
        macro(SHEET, "metric", line.promise, doubts),
        macro(SHEET, "value", said, _(FIRMNESS[line.firmness]), bool(doubts)),
        _plain(line.last, unit),
        _plain(point.expected if point else None, unit),
        _plain(point.target if point else None, unit),
        light(line.judgement.light, word=False),
        macro(SHEET, "proof", line.proofs, unread, files),
    ]


def _plain(value: Decimal | None, unit: str) -> str:
    return "–" if value is None else shown(value, unit)


def _so_far(sheet: ReviewSheet, zone: str) -> Markup:
    """The way of this report so far, with its earlier versions."""
    earlier = [old for old in sheet.versions if old.no < sheet.new.no]
    if not sheet.said and not earlier:
        return Markup("")
    said = [(moment(word.at, zone), _outcome(word), word.reason) for word in sheet.said]
    return macro(SHEET, "so_far", said, earlier, sheet.new.text, changed_text)


def _outcome(word: VerdictRead) -> str:
    person = word.paper_signer or word.person
    paper = _(" ({document})", document=_("on paper")) if word.paper_signer else ""
    return _(WORDS[word.outcome], person=person) + paper


def _other_texts(new: SubmissionRead) -> list[tuple[str, str]]:
    """Every text that does not stand elsewhere on the sheet, under its label."""
    elsewhere = ("text", "nil_reason", "change_note")
    return [
        (_(TEXTS[name].label), text) for name, text in new.texts().items() if name not in elsewhere
    ]
