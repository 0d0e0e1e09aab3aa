"""What one version of a report says, for whoever reads it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from markupsafe import Markup

from db.queries.reports.form import MeasureField
from db.queries.reports.submissions import SubmissionRead
from i18n import _
from ui.components.dates import full_date
from ui.components.lights import tag
from ui.components.text import aside, joined, strong
from ui.views.shared.evidence import file_list
from workflow.rules.progress.lights import HELD_UP
from workflow.rules.progress.quantities import shown
from workflow.rules.reporting.content import FIRMNESS, STATUSES
from workflow.rules.reporting.report_content import TEXTS


def sent_words(
    sent: SubmissionRead,
    measures: Iterable[MeasureField],
    steps: Mapping[int, str],
    *,
    text: str | Markup | None = None,
) -> Markup:
    """A version with its numbers and files. `steps`: titles by milestone; `text` stands in for the
    version's own, such as one with the changes marked."""
    status = tag(_(STATUSES[sent.status]), "warning" if sent.status in HELD_UP else "")
    rows: list[tuple[str, str | Markup]] = [(_("How the work stands"), status)]
    rows += [
        (measure.metric, _number(sent, measure))
        for measure in measures
        if measure.measure_id in sent.values
    ]
    shown_texts = sent.texts() | ({} if text is None else {"text": text})
    rows += [(_(TEXTS[name].label), said) for name, said in shown_texts.items()]
    for milestone_id, step in sent.steps.items():
        words = _("reached on {day}", day=full_date(step.reached_on))
        rows.append((steps.get(milestone_id, _("Milestone")), f"{words} {step.document}".strip()))
    if sent.evidence:
        rows.append((_("Evidence"), file_list(sent.evidence)))
    return Markup('<dl class="ls-said">{}</dl>').format(
        Markup("").join(
            Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(name, value)
            for name, value in rows
            if value
        )
    )


def _number(sent: SubmissionRead, measure: MeasureField) -> Markup:
    """A number with how firm it is, and how it stands to the last one and to its path."""
    value = sent.values[measure.measure_id]
    beside = []
    if measure.last is not None:
        step = value.value - measure.last
        sign = "+" if step > 0 else "−"
        change = sign + shown(abs(step), measure.unit) if step else _("unchanged")
        last = shown(measure.last, measure.unit, measure.last_written)
        beside.append(_("last time {value} ({change})", value=last, change=change))
    if measure.expected is not None:
        beside.append(_("path by the date {value}", value=shown(measure.expected, measure.unit)))
    return joined(
        [
            strong(shown(value.value, measure.unit, value.written)),
            tag(_(FIRMNESS[value.firmness])),
            aside(" · ".join(beside)),
        ]
    )
