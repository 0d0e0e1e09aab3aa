"""The form in which the office lays down how an indicator is counted, and what it promises."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from db.queries.indicators.indicators import IndicatorRow
from db.queries.plans.choices import active_units
from i18n import _, mark
from ui.shell.page import Page
from ui.views.indicators.words import title_of
from workflow.rules.indicators.words import KINDS, PATHS, PathKind
from workflow.rules.refusals import Invalid, Problem
from workflow.verbs.indicators.set_indicator import IndicatorSettings, set_indicator, settings_of


def draw_setting(page: Page, row: IndicatorRow) -> None:
    """How the indicator is counted, for the office."""
    if not row.may_set:
        return
    with page.reading() as c:
        units = {unit.id: unit.name for unit in active_units(c.session, c.actor)}
    now, key = settings_of(row.version), f"set_{row.version.id}"
    with st.expander(_("How it is counted, who answers and vouches")), st.form(key, border=False):
        wanted = _fields(now, units, key)
        paper = st.text_input(
            _("Document that approves it, for a definition, path or target"), key=f"{key}_paper",
            max_chars=200,
        )  # fmt: skip
        if st.form_submit_button(_("Keep")):
            with page.trying():
                settings = _settings(wanted)
                with page.acting() as c:
                    set_indicator(c, indicator_id=row.id, version_id=row.version.id,
                                  settings=settings, document=paper)  # fmt: skip
                page.say(_("Kept: {what}", what=title_of(row)))
                st.rerun()


Fields = Mapping[str, object]


def _fields(now: IndicatorSettings, units: Mapping[int, str], key: str) -> Fields:
    """The widgets, as they stand; numbers and years as they were typed."""
    ids = list(units)

    def unit(label: str, chosen: int | None, name: str) -> object:
        place = ids.index(chosen) if chosen in ids else None
        return st.selectbox(label, ids, index=place, format_func=units.__getitem__,
                            placeholder=_("nobody yet"), key=f"{key}_{name}")  # fmt: skip

    def text(label: str, value: object, name: str, most: int = 40) -> str:
        return st.text_input(label, str(value or ""), key=f"{key}_{name}", max_chars=most)

    left, right = st.columns(2)
    found: dict[str, object] = {}
    with left:
        found["responsible_unit_id"] = unit(
            _("Responsible unit"), now.responsible_unit_id, "responsible"
        )
        found["source_unit_id"] = unit(_("Data source"), now.source_unit_id, "source")
        found["known_month"] = text(
            _("Month in which the source knows the year before"), now.known_month, "month"
        )
        found["definition"] = st.text_area(
            _("Definition: what exactly it counts"), now.definition, key=f"{key}_definition",
            max_chars=500, height=90,
        )  # fmt: skip
        found["definition_from"] = text(
            _("A new definition counts from the year"), now.definition_from, "from"
        )
        found["restated"] = st.checkbox(
            _("Baseline, path and target are stated by this definition"), now.restated,
            key=f"{key}_restated",
        )  # fmt: skip
    with right:
        found["kind"] = st.selectbox(
            _("What it counts"), list(KINDS), index=list(KINDS).index(now.kind),
            format_func=lambda code: _(KINDS[code]), key=f"{key}_kind",
        )  # fmt: skip
        found["baseline_year"] = text(_("Year of the baseline"), now.baseline_year, "baseline_year")
        found["baseline"] = text(_("Baseline"), now.baseline, "baseline")
        found["target_year"] = text(_("Year of the target"), now.target_year, "target_year")
        found["target"] = text(_("Target value"), now.target, "target")
        found["path_kind"] = st.selectbox(
            _("Path"), list(PATHS), index=list(PATHS).index(now.path_kind),
            format_func=lambda code: _(PATHS[code]), key=f"{key}_path",
        )  # fmt: skip
        pairs = " ".join(f"{year}={value}" for year, value in sorted(now.path_values.items()))
        found["path_values"] = text(
            _("Values by year, such as 2022=8.5 2023=9.6"), pairs, "path_values", 200
        )
    return found


def _settings(found: Fields) -> IndicatorSettings:
    """What the widgets say. Raises Invalid where a year is none."""
    problems: list[Problem] = []

    def year(name: str) -> int | None:
        typed = str(found[name]).strip()
        if typed and not (typed.isascii() and typed.isdigit()):
            problems.append(Problem(name, mark("write a number")))
            return None
        return int(typed) if typed else None

    path = _path(str(found["path_values"]), problems)
    made = IndicatorSettings(
        kind=str(found["kind"]),
        baseline_year=year("baseline_year"),
        baseline=str(found["baseline"]),
        target_year=year("target_year"),
        target=str(found["target"]),
        definition=str(found["definition"]),
        definition_from=year("definition_from") or 0,
        restated=bool(found["restated"]),
        path_kind=str(found["path_kind"]),
        path_values={} if found["path_kind"] == PathKind.STRAIGHT else path,
        responsible_unit_id=_id(found["responsible_unit_id"]),
        source_unit_id=_id(found["source_unit_id"]),
        known_month=year("known_month"),
    )
    if problems:
        raise Invalid(mark("The indicator cannot be set like this."), tuple(problems))
    return made


def _id(chosen: object) -> int | None:
    return chosen if isinstance(chosen, int) else None


def _path(typed: str, problems: list[Problem]) -> dict[int, str]:
    found: dict[int, str] = {}
    for pair in typed.replace("＝", "=").replace("，", " ").replace(",", " ").split():
        year, sign, value = pair.partition("=")
        if not sign or not (year.isascii() and year.isdigit()) or not value:
            problems.append(Problem(pair, mark("write the year, = and the value")))
        else:
            found[int(year)] = value
    return found
