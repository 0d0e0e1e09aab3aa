"""The fields of a report: numbers, steps, how the work stands, what was done, what holds it up."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import streamlit as st
from markupsafe import Markup

from db.queries.reports.form import MeasureField, ReportForm, StepField
from i18n import _
from ui.components.dates import full_date
from ui.components.palette import PALETTE
from ui.components.pictures import bar
from ui.components.plain_label import plain
from ui.components.text import folded, joined, paragraph, part
from ui.shell.page import Page
from ui.views.report.typing import Typing
from ui.views.shared.office import period_name
from workflow.rules.progress.lights import HELD_UP
from workflow.rules.progress.quantities import parse, shown
from workflow.rules.refusals import Refused
from workflow.rules.reporting.cascade import HandedUp
from workflow.rules.reporting.content import FIRMNESS, LONGEST, STATUSES
from workflow.rules.reporting.report_content import TEXTS, TextField, When


def draw_fields(page: Page, form: ReportForm, typing: Typing) -> None:
    """Every field that this report is asked for, in the order in which people think of them."""
    if form.asked.again:
        _texts(page, typing, When.RETURNED)
    nil = typing.content.get("nil") == "1"
    if not nil:
        _numbers(page, form, typing)
    st.segmented_control(
        _("How the work stands"),
        list(STATUSES),
        format_func=lambda code: _(STATUSES[code]),
        key=typing.widget("status"),
        on_change=page.callback(typing.leave),
        args=(page, "status"),
    )
    if nil:
        _texts(page, typing, When.NIL)
    else:
        _texts(page, typing, When.NEWS)
        _steps(page, form.steps, typing)
    if typing.is_held_up():
        _texts(page, typing, When.HELD_UP)
    st.checkbox(
        _("Nothing new in this period (nil return)"),
        key=typing.widget("nil"),
        on_change=page.callback(typing.leave),
        args=(page, "nil"),
    )


def _texts(page: Page, typing: Typing, when: When) -> None:
    """The texts that are asked for then; what may be left out says so."""
    for name, text in TEXTS.items():
        if text.when is not when:
            continue
        label = _(text.label)
        held_up = typing.content.get("status") in HELD_UP
        if not text.missing or (when is When.HELD_UP and not held_up):
            label = _("{label} (if any)", label=label)
        if text.lines > 1:
            _long(page, typing, name, label, text)
        else:
            _short(page, typing, name, label)


def _long(page: Page, typing: Typing, name: str, label: str, text: TextField) -> None:
    st.text_area(
        plain(label),
        key=typing.widget(name),
        height=max(68, 26 * text.lines),
        max_chars=LONGEST,
        placeholder=_(text.example) if text.example else None,
        on_change=page.callback(typing.leave),
        args=(page, name),
    )


def _short(page: Page, typing: Typing, name: str, label: str, example: str = "") -> None:
    st.text_input(
        plain(label),
        key=typing.widget(name),
        placeholder=example or None,
        on_change=page.callback(typing.leave),
        args=(page, name),
    )


def _numbers(page: Page, form: ReportForm, typing: Typing) -> None:
    last = period_name(form.last_accepted.period) if form.last_accepted else ""
    for measure in [measure for measure in form.measures if measure.asked]:
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            _short(page, typing, f"value:{measure.measure_id}", named(measure.metric, measure.unit))
            st.selectbox(
                _("How firm"),
                list(FIRMNESS),
                format_func=lambda code: _(FIRMNESS[code]),
                key=typing.widget(f"firmness:{measure.measure_id}"),
                width=130,
                on_change=page.callback(typing.leave),
                args=(page, f"firmness:{measure.measure_id}"),
            )
        page.html(beside(measure, last, typing.content.get(f"value:{measure.measure_id}", "")))
        if measure.measure_id in form.below:
            page.html(sum_below(measure, form.below[measure.measure_id]))


def sum_below(measure: MeasureField, up: HandedUp) -> Markup:
    """What our own units have had accepted of a number: the sum, and its parts on a tap."""
    said = _("Accepted of our own units: {sum}", sum=shown(up.total, measure.unit))
    if not up.whole:
        said = _("{said}; some have nothing accepted yet", said=said)
    parts = [
        _("{code} {title}, {unit}: {value}",
          code=part.code, title=part.title, unit=part.unit,
          value=_("nothing yet") if part.value is None else shown(part.value, measure.unit))
        for part in up.parts
    ]  # fmt: skip
    return folded(said, joined([paragraph(part) for part in parts], ""))


def named(metric: str, unit: str) -> str:
    """A number's name with its unit."""
    return _("{metric} ({unit})", metric=metric, unit=unit) if unit else metric


def beside(measure: MeasureField, last_period: str, typed: str) -> Markup:
    """What a number is held against: its last value, path and target, drawn and in words."""
    unit, said = measure.unit, []
    if measure.last is not None:
        value = shown(measure.last, unit, measure.last_written)
        said.append(_("last accepted {value} ({period})", value=value, period=last_period))
    if measure.expected is not None:
        said.append(_("path by the date {value}", value=shown(measure.expected, unit)))
    if measure.target is not None:
        value = shown(measure.target, unit)
        said.append(_("target of {year} {value}", year=measure.year, value=value))
    elif measure.final is not None and measure.by_year:
        value = shown(measure.final, unit, measure.written)
        said.append(_("target of {year} {value}", year=measure.by_year, value=value))
    if measure.definition:
        said.append(_("what counts: {definition}", definition=measure.definition))
    number = None
    try:
        number = parse(typed, unit).value if typed else None
    except Refused as refusal:
        said.insert(0, str(refusal))
    return Markup('<div class="ls-beside">{}<p>{}</p></div>').format(
        _strip(measure, number), " · ".join(said)
    )


def _strip(measure: MeasureField, number: Decimal | None) -> Markup:
    if measure.target is None or measure.target <= 0:
        return Markup("")
    whole = max(measure.target, number or Decimal(0), measure.expected or Decimal(0))
    pieces = [] if number is None else [(0.0, _share(number, whole), PALETTE["accent"])]
    marks = [] if measure.expected is None else [(_share(measure.expected, whole), PALETTE["ink"])]
    return bar(pieces, marks)


def _share(number: Decimal, whole: Decimal) -> float:
    return float(100 * max(number, Decimal(0)) / whole)


def _steps(page: Page, steps: Sequence[StepField], typing: Typing) -> None:
    for step in steps:
        if step.reached_on is not None:
            day = full_date(step.reached_on)
            done = _("“{title}” reached on {day}", title=step.title, day=day)
            page.html(Markup('<p class="ls-done-step">✓ {}</p>').format(done))
            continue
        title = _("“{title}” (due {day})", title=step.title, day=full_date(step.due))
        page.html(part(title))
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            field = f"reached:{step.milestone_id}"
            _short(page, typing, field, _("Reached on"), _("if it is, such as 2021-6-30"))
            label = _("Document number") if step.deliverable else _("Document (if any)")
            _short(page, typing, f"document:{step.milestone_id}", label)
