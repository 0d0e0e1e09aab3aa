"""年度监测 and 中期评估 of the main indicators as tables to take along and to write on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from db.queries.access.sessions import Visitor
from db.queries.indicators.indicators import IndicatorRow, indicators, plans_with_indicators
from i18n import _, mark
from luoshi.wiring import Installation
from ui.components.dates import full_date
from ui.components.lights import LIGHTS
from ui.files.tables import XLSX, Column, sheet
from ui.shell.application import Download
from ui.views.indicators.words import firmness, outlook, target, title_of, to_do
from ui.views.shared.plans import PlansShown, of_address
from workflow.rules.indicators.evaluating import SUGGESTIONS, suggestion
from workflow.rules.indicators.path import expected
from workflow.rules.refusals import NotFound
from workflow.verbs.record.export import export

Cell = str | date | Decimal | None


def indicator_table(
    installation: Installation, visitor: Visitor, values: Mapping[str, str]
) -> Download:
    """The paper that the address names, `monitoring` or `evaluation`, over the plans that the page
    shows. Logged; raises Refused."""
    paper, today = values.get("paper", ""), installation.today()
    with installation.reading(visitor.person_id) as c:
        plans = of_address(plans_with_indicators(c.session, c.actor, c.now), values)
        zone = installation.settings.time_zone
        rows = indicators(c.session, c.actor, plans.ids, c.now, zone)
    if not rows or paper not in ("monitoring", "evaluation"):
        raise NotFound(mark("There is no such file."))
    with installation.acting(visitor.person_id) as c:
        for plan_id in plans.ids:
            taken = sum(row.plan_id == plan_id for row in rows)
            export(c, plan_id=plan_id, what=paper, rows=taken)
    day = full_date(today)
    if paper == "monitoring":
        title = _("{plan}: yearly monitoring of the main indicators as of {day}",
                  plan=plans.name, day=day)  # fmt: skip
        name = _("Yearly monitoring {day}.xlsx", day=today.isoformat())
        return Download(name, _monitoring(title, plans, rows), XLSX)
    title = _("{plan}: mid-term evaluation of the main indicators as of {day}",
              plan=plans.name, day=day)  # fmt: skip
    name = _("Mid-term evaluation {day}.xlsx", day=today.isoformat())
    return Download(name, _evaluation(title, plans, rows), XLSX)


def _head(plans: PlansShown, row: IndicatorRow) -> list[Cell]:
    named = {plan.id: plan.name for plan in plans.in_force}
    first: list[Cell] = [named[row.plan_id]] if plans.chosen is None else []
    return [*first, title_of(row), row.version.unit, row.responsible, row.source]


def _columns(plans: PlansShown) -> list[Column]:
    first = [(_("Plan"), 30)] if plans.chosen is None else []
    return [*first, (_("Indicator"), 34), (_("Counted in"), 10), (_("Responsible unit"), 18),
            (_("Data source"), 18)]  # fmt: skip


def _monitoring(title: str, plans: PlansShown, rows: Sequence[IndicatorRow]) -> bytes:
    columns = [
        *_columns(plans), (_("Baseline"), 12), (_("Year of the value"), 10),
        (_("Value reached"), 12),
        (_("How firm"), 12), (_("path"), 12), (_("Target value"), 14), (_("Progress light"), 12),
        (_("Reason"), 44), (_("As things go"), 30), (_("Range"), 24), (_("Definition"), 40),
        (_("To do now"), 44),
    ]  # fmt: skip
    return sheet(title, columns, [[*_head(plans, row), *_monitored(row)] for row in rows])


def _monitored(row: IndicatorRow) -> list[Cell]:
    state, latest = row.state, row.values[-1] if row.values else None
    point = expected(row.promise, latest.year) if latest else None
    definition = row.definitions[-1].text if row.definitions else ""
    return [
        row.version.baseline,
        str(latest.year) if latest else None,
        latest.value if latest else None,
        firmness(latest) if latest else None,
        point.expected if point else None,
        target(row),
        _(LIGHTS[state.judgement.light][1]) if state.point else _("not judged"),
        str(state.judgement),
        *outlook(row),
        definition,
        _("; ").join(to_do(row)),
    ]


def _evaluation(title: str, plans: PlansShown, rows: Sequence[IndicatorRow]) -> bytes:
    columns = [
        *_columns(plans), (_("Target value"), 14), (_("Year of the value"), 10),
        (_("Value reached"), 12), (_("Reason"), 44), (_("As things go"), 30), (_("Range"), 24),
        (_("Suggested by the figures"), 24), (_("Decision: keep, change, drop"), 24),
        (_("Reason for the decision"), 44),
    ]  # fmt: skip
    return sheet(title, columns, [[*_head(plans, row), *_evaluated(row)] for row in rows])


def _evaluated(row: IndicatorRow) -> list[Cell]:
    judged, version = row.state.judged, row.version
    counts = version.target_definition == version.definition_from
    return [
        target(row),
        str(judged.year) if judged else None,
        judged.value if judged else None,
        str(row.state.judgement),
        *outlook(row),
        _(SUGGESTIONS[suggestion(row.state, target_counts=counts)]),
        None,
        None,
    ]
