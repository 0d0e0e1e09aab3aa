"""报送指标数: what an indicator reached in a year, 预计 or 初步."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from db.models import IndicatorValue, IndicatorVerdict
from db.queries.places.places import about_unit
from i18n import mark
from workflow.rules.access.permissions import Permission, may
from workflow.rules.indicators.words import Firmness, SourceVerdict
from workflow.rules.progress.quantities import parse
from workflow.rules.refusals import Invalid, Problem, WrongState
from workflow.verbs.context import Context
from workflow.verbs.indicators.find_indicator import (
    HeldIndicator,
    hold_indicator,
    last_value,
    overtaken,
)

LONGEST = 200


def report_indicator_value(
    c: Context,
    *,
    indicator_id: int,
    year: int,
    text: str,
    firmness: str,
    document: str = "",
    seen: int = 0,
) -> int:
    """Report the value of a year, as an estimate or preliminary; its id.

    Who: liaison, deputy head and head of the unit that answers for the indicator or of its data
    source, and the office. `seen` is the number of the value that the page showed for the year, 0
    for none. A year that is not over has estimates alone. Where the source has confirmed a value,
    another one is a revision and needs the `document` in which it stands. Earlier values stay.
    Leaves an event. Raises NotFound, NotAllowed, WrongState in a draft, Conflict for the second
    writer, Invalid with each field that cannot be taken.
    """
    held = hold_indicator(c, indicator_id)
    unit_id = _reporting_unit(c, held)
    if held.plan.issued_at is None:
        raise WrongState(mark("Values are reported once the plan is issued."))
    last = last_value(c, indicator_id, year)
    if (last.no if last else 0) != seen:
        raise overtaken()
    problems = list(_wrong(c, held, year, firmness, document.strip(), last))
    try:
        number = parse(text, held.version.unit)
    except Invalid as error:
        problems.append(Problem("value", error.message, **error.fields))
    if problems:
        raise Invalid(mark("The value cannot be taken."), tuple(problems))
    made = IndicatorValue(
        indicator_id=indicator_id, year=year, no=seen + 1, value=number.value,
        written=number.written, firmness=firmness, document=document.strip(), unit_id=unit_id,
        person_id=c.actor.person_id, at=c.now,
    )  # fmt: skip
    c.session.add(made)
    c.session.flush()
    c.record_event(
        held.plan.id, "report_indicator_value", "indicator_value", made.id, after=firmness,
        indicator=indicator_id, year=year, no=made.no,
    )  # fmt: skip
    return made.id


def _reporting_unit(c: Context, held: HeldIndicator) -> int | None:
    """The unit that the actor reports for: the one that answers or the source; None for the office.

    Raises NotAllowed.
    """
    units = held.version.responsible_unit_id, held.version.source_unit_id
    for unit_id in units:
        if unit_id in c.actor.unit_ids and may(
            c.actor, Permission.REPORT_INDICATOR_VALUE, about_unit(c.session, unit_id)
        ):
            return unit_id
    c.require(Permission.REPORT_INDICATOR_VALUE, about_unit(c.session, units[0]))
    return None


def _wrong(
    c: Context,
    held: HeldIndicator,
    year: int,
    firmness: str,
    document: str,
    last: IndicatorValue | None,
) -> Iterable[Problem]:
    begin = held.version.baseline_year or held.plan.first_year - 1
    if not begin < year <= max(held.version.target_year or 0, held.plan.last_year):
        yield Problem("year", mark("this year is not of the plan"))
    if firmness not in (Firmness.EXPECTED, Firmness.PRELIMINARY):
        yield Problem("firmness", mark("a value is reported as an estimate or as preliminary; the "
                                       "data source verifies it"))  # fmt: skip
    elif year > c.today.year or (year == c.today.year and firmness != Firmness.EXPECTED):
        yield Problem("year", mark("the year is not over; there is only an estimate of it"))
    if len(document) > LONGEST:
        yield Problem("document", mark("no more than {n} characters"), n=LONGEST)
    if last is not None and not document and _verified(c, last):
        yield Problem("document", mark("the source has verified a value of this year; name the "
                                       "document that revises it"))  # fmt: skip


def _verified(c: Context, value: IndicatorValue) -> bool:
    outcome = c.session.scalar(
        select(IndicatorVerdict.outcome).where(IndicatorVerdict.value_id == value.id)
    )
    return outcome == SourceVerdict.CONFIRMED
