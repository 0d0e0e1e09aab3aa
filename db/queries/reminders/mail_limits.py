"""How the policies of plans limit when and how often reminders go out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from db.models import Digest, Outbox, Plan
from workflow.rules.mail.delivery import OutboxState
from workflow.rules.reporting.policy import EVERY_DAY, PlanPolicy
from workflow.rules.reporting.round_preview import WEEK

MIDNIGHT = "24:00"


@dataclass(frozen=True)
class MailLimits:
    """The limits of some plans on a local day. `resting`: plans that tell nothing more today;
    `begins`: from which instant (UTC) mails of which plans go; `capped`: the plans by the number
    of mails in a week from which a person gets none."""

    day: date
    resting: Sequence[int] = ()
    begins: Mapping[datetime, Sequence[int]] | None = None
    capped: Mapping[int, Sequence[int]] | None = None

    def hold_back(
        self, plan_id: ColumnElement[int], person_id: ColumnElement[int]
    ) -> ColumnElement[bool]:
        """Whether a reminder of a plan to a person is held back today."""
        return or_(
            plan_id.in_(self.resting) if self.resting else false(),
            *(
                and_(plan_id.in_(plans), person_id.in_(_had_their_mails(self.day, cap)))
                for cap, plans in (self.capped or {}).items()
            ),
        )


def mail_limits(
    session: Session, plan_ids: Sequence[int] | None, day: date, now: datetime | None, zone: str
) -> MailLimits:
    """The limits of these plans (None: all) on a local day; at an instant of it, or, with None,
    as if it were early."""
    rows = select(Plan.id, Plan.policy).order_by(Plan.id)
    if plan_ids is not None:
        rows = rows.where(Plan.id.in_(plan_ids))
    resting, begins, capped = [], defaultdict(list), defaultdict(list)
    for plan_id, text in session.execute(rows).tuples():
        policy = PlanPolicy.from_json(text)
        if policy.mails_a_week < EVERY_DAY:
            capped[policy.mails_a_week].append(plan_id)
        if now is None:
            continue
        if policy.send_until != MIDNIGHT and now >= _at(day, policy.send_until, zone):
            resting.append(plan_id)
        begins[max(now, _at(day, policy.send_from, zone))].append(plan_id)
    return MailLimits(day, resting, begins, capped)


def _at(day: date, written: str, zone: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(written), ZoneInfo(zone))


def _had_their_mails(day: date, cap: int) -> Select[int]:
    return (
        select(Digest.person_id)
        .join(Outbox, Outbox.digest_id == Digest.id)
        .where(
            Digest.local_date > day - WEEK,
            Digest.local_date < day,
            Outbox.state != OutboxState.NEEDLESS,
        )
        .group_by(Digest.person_id)
        .having(func.count() >= cap)
    )
