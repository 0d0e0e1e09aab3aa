"""One report under review as HTML: flags, numbers against their path, what changed, evidence."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from markupsafe import Markup, escape

from db.queries.reports.review import NumberLine, ReviewSheet
from db.queries.reports.submissions import SubmissionRead, VerdictRead
from i18n import _, mark
from ui.components.dates import workdays_left
from ui.components.lights import light, tag
from ui.components.states import note
from ui.components.stories import changed_text
from ui.components.tables import ListColumn, data_table
from ui.views.report.evidence import file_list
from ui.views.shared.office import CODES, link, moment, period_name, short_date
from workflow.rules.progress.quantities import shown
from workflow.rules.reporting.content import FIRMNESS, STATUSES
from workflow.rules.reporting.report_content import TEXTS
from workflow.rules.states import STATES

WORDS = {
    "signed_off": mark("signed off by {person}"),
    "sent_back": mark("sent back within the unit by {person}"),
    "accepted": mark("accepted by {person}"),
    "returned": mark("returned by {person}"),
    "undone": mark("verdict taken back by {person}"),
}


def sheet_html(sheet: ReviewSheet, zone: str) -> Markup:
    """Everything a reviewer looks at, the doubtful first."""
    left = [
        _flags(sheet),
        _returned(sheet),
        _numbers(sheet.numbers),
        _text(sheet),
        _other_texts(sheet),
    ]
    right = [_evidence(sheet.new), _steps(sheet), _supports(sheet), _said(sheet, zone)]
    return Markup(
        '<article class="ls-sheet-one">{}{}<div class="ls-two"><section>{}</section>'
        "<section>{}</section></div></article>"
    ).format(_back(), _head(sheet, zone), Markup("").join(left), Markup("").join(right))


def _back() -> Markup:
    """On a phone the queue is a screen of its own."""
    return Markup('<p class="ls-back"><a href="/review">{}</a></p>').format(_("Back to the queue"))


def _head(sheet: ReviewSheet, zone: str) -> Markup:
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
    if paper.state == "signed_off":
        tags.append(tag(_("review: {left}", left=workdays_left(entry.workdays)), "accent"))
    else:
        tags.append(tag(_(STATES["report"][paper.state]), "accent"))
    return Markup('<h2><a href="{}">{} {}</a></h2><p class="ls-soft">{}</p><p>{}</p>').format(
        link("task", task=paper.task_id), entry.code, entry.title, " · ".join(said),
        Markup(" ").join(tags),
    )  # fmt: skip


def _tone(status: str) -> str:
    return "warning" if status in ("behind", "stuck") else ""


def _flags(sheet: ReviewSheet) -> Markup:
    if not sheet.entry.flags:
        return Markup("")
    lines = Markup("").join(Markup("<li>{}</li>").format(str(flag)) for flag in sheet.entry.flags)
    return note(
        Markup("<p><b>{}</b></p><ul>{}</ul>").format(_("Please look twice"), lines), "warning"
    )


def _returned(sheet: ReviewSheet) -> Markup:
    """What was asked at the last return, and what the unit says that it changed."""
    returned = [word for word in sheet.said if word.outcome == "returned"]
    if not returned or not sheet.entry.again:
        return Markup("")
    return note(
        Markup("<p><b>{}</b>{}</p><p><b>{}</b>{}</p>").format(
            _("Returned for: "), returned[-1].reason,
            _("Changed since it was returned: "), sheet.new.change_note,
        )
    )  # fmt: skip


def _numbers(lines: Iterable[NumberLine]) -> Markup:
    rows = [_number(line) for line in lines]
    if not rows:
        return Markup("")
    columns = [
        ListColumn(_("Number"), "lead"),
        ListColumn(_("Now"), "number"),
        ListColumn(_("Before"), "number"),
        ListColumn(_("Path"), "number"),
        ListColumn(_("Target"), "number"),
        ListColumn(_("Light")),
    ]
    return Markup("<h3>{}</h3>{}").format(
        _("Numbers against their path"), data_table(_("Numbers"), columns, rows)
    )


def _number(line: NumberLine) -> list[str | Markup]:
    unit, point = line.number.unit, line.number.point
    now = line.number.actual
    said = shown(now, unit, line.written) if now is not None else "–"
    return [
        Markup('{}<span class="ls-reason">{}</span>').format(
            line.promise.metric, line.promise.definition
        ),
        Markup('<b>{}</b><span class="ls-reason">{}</span>').format(
            said, _(FIRMNESS[line.firmness])
        ),
        _plain(line.last, unit),
        _plain(point.expected if point else None, unit),
        _plain(point.target if point else None, unit),
        light(CODES[line.judgement.light], word=False),
    ]


def _plain(value: Decimal | None, unit: str) -> str:
    if value is None:
        return "–"
    return shown(value.quantize(Decimal(1)) if abs(value) >= 100 else round(value, 2), unit)


def _text(sheet: ReviewSheet) -> Markup:
    """What was done, with what changed since the last accepted version marked."""
    new, last = sheet.new, sheet.last
    if new.nil_reason:
        return Markup("<h3>{}</h3><p>{}</p>").format(_("Nothing new, because"), new.nil_reason)
    if last is None or not last.text:
        return Markup(
            '<h3>{}</h3><p class="ls-soft">{}</p><div class="ls-changed">{}</div>'
        ).format(_("What was done"), _("The first report on this task."), new.text)
    since = _("Marked: what differs from {period}, last accepted", period=period_name(last.period))
    before = Markup("<details><summary>{}</summary><p>{}</p></details>").format(
        _("The text of {period}", period=period_name(last.period)), last.text
    )
    return Markup('<h3>{}</h3><p class="ls-soft">{}</p>{}{}').format(
        _("What was done"), since, changed_text(last.text, new.text), before
    )


def _other_texts(sheet: ReviewSheet) -> Markup:
    """Every text that does not stand elsewhere on the sheet."""
    elsewhere = ("text", "nil_reason", "change_note")
    return Markup("").join(
        Markup("<p><b>{}</b>{}</p>").format(_("{label}: ", label=_(TEXTS[name].label)), text)
        for name, text in sheet.new.texts().items()
        if name not in elsewhere
    )


def _evidence(new: SubmissionRead) -> Markup:
    files = (
        file_list(new.evidence)
        if new.evidence
        else Markup('<p class="ls-soft">{}</p>').format(_("No evidence came with it."))
    )
    return Markup("<h3>{}</h3>{}").format(_("Evidence"), files)


def _steps(sheet: ReviewSheet) -> Markup:
    if not sheet.steps:
        return Markup("")
    lines = Markup("").join(
        Markup("<li>{} {}{}</li>").format(
            title, short_date(day), _(" ({document})", document=paper) if paper else ""
        )
        for title, day, paper in sheet.steps
    )
    return Markup("<h3>{}</h3><ul>{}</ul>").format(_("Reported as reached"), lines)


def _supports(sheet: ReviewSheet) -> Markup:
    if not sheet.supports:
        return Markup("")
    lines = Markup("").join(
        Markup("<details><summary>{} · {}</summary><p>{}</p></details>").format(
            one.unit,
            _(STATES["report"][one.paper.state]),
            one.submission.text if one.submission else _("nothing reported yet"),
        )
        for one in sheet.supports
    )
    return Markup("<h3>{}</h3>{}").format(_("What supporting units reported"), lines)


def _said(sheet: ReviewSheet, zone: str) -> Markup:
    """The way of this report so far, with its earlier versions."""
    lines = Markup("").join(
        Markup("<li>{}</li>").format(_one_word(word, zone)) for word in sheet.said
    )
    earlier = Markup("").join(
        Markup("<details><summary>{}</summary>{}</details>").format(
            _("Version {n}, against this one", n=old.no), changed_text(old.text, sheet.new.text)
        )
        for old in sheet.versions
        if old.no < sheet.new.no
    )
    if not lines and not earlier:
        return Markup("")
    return Markup('<h3>{}</h3><ul class="ls-said">{}</ul>{}').format(_("So far"), lines, earlier)


def _one_word(word: VerdictRead, zone: str) -> Markup:
    person = word.paper_signer or word.person
    paper = _(" ({document})", document=_("on paper")) if word.paper_signer else ""
    return Markup('<span class="ls-soft">{}</span> {}{}').format(
        moment(word.at, zone), _(WORDS[word.outcome], person=person) + paper,
        Markup(": {}").format(word.reason) if word.reason else escape(""),
    )  # fmt: skip
