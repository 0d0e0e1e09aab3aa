"""年度台账: the ledgers of all units of a plan that the reader may see, as rows."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy.orm import Session

from db.queries.places.places import reads_plan
from db.queries.plans.choices import units_of_plans
from db.queries.progress.ledger import Ledger, LedgerLine, ledger
from i18n import mark
from workflow.rules.access.permissions import Actor
from workflow.rules.papers.year_ledger import LedgerNumber, LedgerTask, YearLedger
from workflow.rules.refusals import NotFound
from workflow.rules.reporting.punctuality import PunctualityWord
from workflow.rules.states import NOT_OWED
from workflow.rules.time.dates import local_date


def year_ledger(
    session: Session, actor: Actor, plan_id: int, at: datetime, zone: str
) -> YearLedger:
    """The ledger of the year of an instant's local day. Raises NotFound."""
    everything = reads_plan(session, actor, plan_id)
    units = [
        unit
        for unit in units_of_plans(session, actor, [plan_id], at)
        if everything or unit.id in actor.unit_ids
    ]
    found = [ledger(session, actor, unit.id, plan_id, at, zone) for unit in units]
    if not found:
        raise NotFound(mark("There is nothing here, or it is not yours to see."))
    day = local_date(at, zone)
    return YearLedger(
        found[0].plan,
        day.year,
        day,
        tuple(one.unit for one in found),
        tuple(
            _task(one, line) for one in found for line in (*one.answers, *one.supports)
        ),
        tuple(
            LedgerNumber(
                one.unit, line.task.code, number.metric, number.unit,
                number.point.target if number.point else None, number.actual,
            )
            for one in found
            for line in one.answers
            for number in line.numbers
        ),
    )  # fmt: skip


def _task(one: Ledger, line: LedgerLine) -> LedgerTask:
    owed = (paper for paper in line.papers if paper.paper.state not in NOT_OWED)
    words = Counter(paper.word.word for paper in owed)
    return LedgerTask(
        unit=one.unit,
        code=line.task.code,
        title=line.task.title,
        role=line.role,
        light=line.judgement.light,
        reason=str(line.judgement),
        due=line.task.standing.due,
        on_time=words[PunctualityWord.ON_TIME],
        late=words[PunctualityWord.LATE],
        missing=words[PunctualityWord.MISSING],
        not_due=words[PunctualityWord.NOT_DUE],
    )
