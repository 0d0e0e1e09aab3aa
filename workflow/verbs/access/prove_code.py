"""The second step of a login: a code by time, or one of the recovery codes.

    person_id, attempt = begin(c, …)                     the attempt counts from here on
    entry = prove_code(c, person_id, attempt, …)         None for a wrong code

Two transactions, so that a wrong code stays counted.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, update

from db.models import LoginStep, Person, RecoveryCode, SecondFactor
from db.record import SYSTEM_CHAIN
from i18n import mark
from workflow.rules.access import codes
from workflow.rules.access.changes import AccountChange
from workflow.rules.access.passwords import CODE_LIFE
from workflow.rules.access.throttle import CODES, AttemptKind
from workflow.rules.access.tokens import token_hash
from workflow.rules.refusals import NotFound, Refused
from workflow.verbs.access.attempts import (
    Attempt,
    AttemptKeys,
    AttemptSource,
    count_attempt,
    forget_attempt,
)
from workflow.verbs.access.log_in import LoginStepToken, enter
from workflow.verbs.access.notify_owner import notify_owner
from workflow.verbs.access.seal_secret import unseal
from workflow.verbs.context import Context

WRONG_CODE = mark(
    "This code is not right, or it was used already. Wait for the next one in the application and "
    "enter that."
)


class StepOver(Refused):
    """The password must be entered again before a code is taken."""

    code = "step_over"


def begin(
    c: Context, *, token: str, source: AttemptSource, secret: str, at: datetime
) -> tuple[int, Attempt]:
    """Whose code is awaited under this token of a step; the attempt is counted.

    Who may: whoever holds the token, `CODES` times within `CODE_LIFE`. Raises StepOver and
    TooManyAttempts. `at`: real time (UTC).
    """
    tried = c.session.execute(
        update(LoginStep)
        .where(
            LoginStep.token_hash == token_hash(token),
            LoginStep.tries < CODES,
            LoginStep.at > at - CODE_LIFE,
        )
        .values(tries=LoginStep.tries + 1)
        .returning(LoginStep.person_id)
    ).scalar_one_or_none()
    person = c.session.get(Person, tried) if tried is not None else None
    if person is None or not person.active:
        raise StepOver(mark("The time for the code is over. Please log in again."))
    return person.id, count_attempt(
        c, AttemptKeys.of(AttemptKind.CODE, person.email, source, secret), at
    )


def prove_code(
    c: Context,
    person_id: int,
    attempt: Attempt,
    *,
    code: str,
    token: str,
    source: AttemptSource,
    secret: str,
    at: datetime,
) -> LoginStepToken | None:
    """Let the person in whose code is right, which is then used up; None for a wrong one.

    An event either way, and `security` where it was a recovery code. Raises Unreadable, and
    StepOver where the step is over meanwhile.
    """
    person = c.session.get_one(Person, person_id)
    way = "code" if use_code(c, person_id, code, secret, at) else ""
    if not way and _use_recovery(c, person_id, code, secret, at):
        way = "recovery"
    if not way:
        c.record_event(SYSTEM_CHAIN, "code_failed", "person", person_id)
        return None
    done = c.session.execute(delete(LoginStep).where(LoginStep.token_hash == token_hash(token)))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise StepOver(mark("The time for the code is over. Please log in again."))
    forget_attempt(c, attempt)
    if way == "recovery":
        notify_owner(c, person_id, AccountChange.RECOVERY_CODE_USED)
    return enter(c, person, way=way, source=source, secret=secret, at=at)


def use_code(c: Context, person_id: int, code: str, secret: str, at: datetime) -> bool:
    """Whether this is a code by time of the person's that was not used yet; now it is."""
    factor = c.session.get(SecondFactor, person_id)
    if factor is None:
        return False
    own = unseal(factor.secret, purpose_of(person_id), secret)
    step = codes.step_of(own, code, at, factor.last_step)
    if step is None:
        return False
    # Of two at the same instant one wins.
    used = c.session.execute(
        update(SecondFactor)
        .where(SecondFactor.person_id == person_id, SecondFactor.last_step < step)
        .values(last_step=step)
        .execution_options(synchronize_session=False)
    )
    return bool(used.rowcount == 1)  # type: ignore[attr-defined]


def _use_recovery(c: Context, person_id: int, code: str, secret: str, at: datetime) -> bool:
    used = c.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person_id,
            RecoveryCode.code_hash == recovery_hash(person_id, code, secret),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=at)
    )
    return bool(used.rowcount == 1)  # type: ignore[attr-defined]


def recovery_hash(person_id: int, code: str, secret: str) -> str:
    """What is stored of a recovery code: keyed, so that the table alone cannot be searched."""
    text = f"recovery\0{person_id}\0{codes.bare(code)}"
    return hmac.new(secret.encode(), text.encode(), sha256).hexdigest()


def purpose_of(person_id: int) -> str:
    """Under what a person's secret is sealed: it opens for nobody else."""
    return f"second factor of person {person_id}"


def needs_factor(c: Context, person_id: int) -> SecondFactor:
    """The person's second factor. Raises NotFound."""
    factor = c.session.get(SecondFactor, person_id)
    if factor is None:
        raise NotFound(mark("There is no second factor."))
    return factor
