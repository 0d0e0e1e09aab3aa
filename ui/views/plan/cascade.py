"""市县联动: who has taken down what of the plan, targets on their way down, sums coming up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal

from markupsafe import Markup

from db.queries.places.cascade import CascadeRow, cascade
from i18n import _
from ui.components.figures import KeyFigure, key_figures
from ui.components.lights import tag
from ui.components.tables import ListColumn, data_table
from ui.components.text import anchor, heading, soft
from ui.shell.page import Page
from ui.views.shared.office import link
from workflow.rules.progress.quantities import shown
from workflow.rules.reporting.cascade import RaisedTarget


def read_cascade(page: Page, plan_id: int) -> tuple[CascadeRow, ...]:
    """What places below are asked by the plan; nothing where there are none."""
    with page.reading() as c:
        return cascade(c.session, c.actor, plan_id, c.now, c.today.year)


def draw_cascade(page: Page, rows: Sequence[CascadeRow]) -> None:
    """The figures, who took down what, and the table of raised targets."""
    page.html(_figures(rows), _taken(rows))
    raised = list(_raised(rows))
    if raised:
        said = _(
            "How far a place below asks more of its own units than was asked of it. A higher "
            "target is not better work: look at what lies behind it."
        )
        page.html(heading(2, _("Raised targets")), soft(said), _targets(raised))


def _figures(rows: Sequence[CascadeRow]) -> Markup:
    done = sum(row.taken > 0 for row in rows)
    places = {row.place_id for row in rows}
    open_in = {row.place_id for row in rows if not row.taken}
    return key_figures(
        [
            KeyFigure(_("Places that are asked"), str(len(places)), ""),
            KeyFigure(_("Taken down"), f"{done}/{len(rows)}", _("tasks of all places"),
                      "green" if done == len(rows) else "yellow"),
            KeyFigure(_("With something open"), str(len(open_in)), _("places"),
                      "yellow" if open_in else "green"),
        ]
    )  # fmt: skip


def _taken(rows: Sequence[CascadeRow]) -> Markup:
    columns = [
        ListColumn(_("Task"), "lead"),
        ListColumn(_("Name of the place")),
        ListColumn(_("Taken down")),
        ListColumn(_("Accepted below"), "wide"),
    ]
    cells: list[list[str | Markup]] = [
        [
            anchor(link("task", task=row.task_id), f"{row.code} {row.title}"),
            row.place,
            _("tasks {tasks}, units {units}", tasks=row.taken, units=row.units)
            if row.taken
            else tag(_("not taken down yet"), "warning"),
            _("; ").join(
                f"{up.key[0]} {shown(up.total, up.key[1])}" + ("" if up.whole else _(" (not all)"))
                for up in row.up
            ),
        ]
        for row in rows
    ]
    return data_table(_("Who has taken down what"), columns, cells)


def _raised(rows: Sequence[CascadeRow]) -> Iterator[tuple[CascadeRow, RaisedTarget]]:
    for row in rows:
        yield from (
            (row, one) for one in row.targets if one.asked is not None or one.below is not None
        )


def _targets(raised: Sequence[tuple[CascadeRow, RaisedTarget]]) -> Markup:
    columns = [
        ListColumn(_("Promised number"), "lead"),
        ListColumn(_("Name of the place")),
        ListColumn(_("Our target"), "number"),
        ListColumn(_("Asked of the place"), "number"),
        ListColumn(_("Asked by the place"), "number"),
        ListColumn(_("More by"), "number"),
    ]
    cells: list[list[str | Markup]] = [
        [
            f"{row.code} {one.key[0]}",
            row.place,
            _number(one.above, one.key[1]),
            _number(one.asked, one.key[1]),
            _number(one.below, one.key[1]),
            _percent(one.raised),
        ]
        for row, one in raised
    ]
    return data_table(_("Raised targets"), columns, cells)


def _number(value: Decimal | None, unit: str) -> str:
    return "" if value is None else shown(value, unit)


def _percent(raised: Decimal | None) -> str | Markup:
    if raised is None:
        return ""
    said = f"{raised.quantize(Decimal('0.1'), ROUND_HALF_UP):+f}%"
    return tag(said, "warning") if raised else "0%"
