"""Counting attempts, as workflow/rules/access/throttle.py says. Instants are real time (`at`)."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from math import ceil

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from db.models import KnownSource, LoginAttempt
from i18n import mark
from workflow.rules.access import throttle
from workflow.rules.refusals import Refused, Trace
from workflow.verbs.context import Context


class TooManyAttempts(Refused):
    """Attempts are refused for a while."""

    code = "too_many_attempts"


@dataclass(frozen=True)
class AttemptSource:
    """Where an attempt comes from: network address, the browser's token, what it calls itself."""

    address: str
    browser: str = ""
    agent: str = ""


@dataclass(frozen=True)
class AttemptKeys:
    """What an attempt is counted by: hashes, so that the tables tell nobody who tried."""

    kind: throttle.AttemptKind
    browser: str
    pair: str
    address: str
    account: str

    @classmethod
    def of(
        cls, kind: throttle.AttemptKind, account: str, source: AttemptSource, secret: str
    ) -> AttemptKeys:
        """Hashed with the installation's secret. `kind` keeps logins, codes, resets, changes apart;
        what is known of sources is the same for all of them."""

        def hashed(*parts: str) -> str:
            return hmac.new(secret.encode(), "\0".join(parts).encode(), sha256).hexdigest()

        who = account.strip().lower()
        return cls(
            kind,
            hashed("browser", who, source.browser) if source.browser else "",
            hashed("pair", who, source.address),
            hashed(kind, "address", source.address),
            hashed(kind, "account", who),
        )

    def here(self, browser_known: bool) -> str:
        """What this source is counted under: the browser if this account knows it, or the pair."""
        source = self.browser if browser_known else self.pair
        return sha256(f"{self.account}{source}".encode()).hexdigest()


@dataclass(frozen=True)
class Attempt:
    """One counted attempt: what it was counted under, and when."""

    keys: AttemptKeys
    counted: tuple[str, ...]
    at: datetime


def count_attempt(c: Context, keys: AttemptKeys, at: datetime) -> Attempt:
    """Count one attempt before it is tried, so that many at once gain nothing.

    Raises TooManyAttempts; then nothing was counted.
    """
    if c.session.get_bind().dialect.name == "postgresql":
        # One at a time a key: those that have not committed yet would not be counted.
        for key in sorted((keys.account, keys.address, keys.pair)):
            c.session.execute(select(func.pg_advisory_xact_lock(int(key[:15], 16))))
    c.session.execute(delete(LoginAttempt).where(LoginAttempt.at <= at - throttle.WINDOW))
    known = _known(c, keys, at)
    browser_known, here = keys.browser in known, keys.here(keys.browser in known)
    strangers, last = _tried(c, keys.account)
    tried = throttle.EarlierAttempts(
        _tried(c, here)[0], _tried(c, keys.address)[0], strangers, last
    )
    span = throttle.wait(
        keys.kind, tried, browser_known=browser_known, source_known=bool(known), at=at
    )
    if span:
        _refuse(keys, ceil(span.total_seconds()))
    counted = [here] if browser_known else [here, keys.address]
    if not known:
        counted.append(keys.account)
    c.session.execute(insert(LoginAttempt), [{"key": key, "at": at} for key in counted])
    return Attempt(keys, tuple(counted), at)


def forget_attempt(c: Context, attempt: Attempt) -> None:
    """After a success: this source's count starts anew, the others' without this attempt."""
    here, *others = attempt.counted
    c.session.execute(delete(LoginAttempt).where(LoginAttempt.key == here))
    for key in others:
        last = select(LoginAttempt.id).where(LoginAttempt.key == key, LoginAttempt.at == attempt.at)
        c.session.execute(delete(LoginAttempt).where(LoginAttempt.id.in_(last.limit(1))))


def remember(c: Context, keys: AttemptKeys, at: datetime) -> None:
    """The person came in from this browser and address: both are known to the account now."""
    c.session.execute(delete(KnownSource).where(KnownSource.at <= at - throttle.KNOWN_FOR))
    dialect = postgresql if c.session.get_bind().dialect.name == "postgresql" else sqlite
    rows = [{"key": key, "at": at} for key in (keys.browser, keys.pair) if key]
    new = dialect.insert(KnownSource)
    c.session.execute(
        new.on_conflict_do_update(index_elements=["key"], set_={"at": new.excluded.at}), rows
    )


def _known(c: Context, keys: AttemptKeys, at: datetime) -> frozenset[str]:
    return frozenset(
        c.session.scalars(
            select(KnownSource.key).where(
                KnownSource.key.in_((keys.browser, keys.pair)),
                KnownSource.at > at - throttle.KNOWN_FOR,
            )
        )
    )


def _tried(c: Context, key: str) -> tuple[int, datetime | None]:
    row = c.session.execute(
        select(func.count(), func.max(LoginAttempt.at)).where(LoginAttempt.key == key)
    ).one()
    return row[0], row[1]


def _refuse(keys: AttemptKeys, seconds: int) -> None:
    minutes = ceil(seconds / 60)
    trace = Trace("held_back", keys.account[:16], source=keys.address[:16])
    if keys.kind is not throttle.AttemptKind.LOGIN:
        raise TooManyAttempts(
            mark("There were too many attempts. Please try again in {n} minutes."),
            trace=trace,
            n=minutes,
        )
    if seconds > 60:
        raise TooManyAttempts(
            mark(
                "There were too many attempts from here. Please try again in {n} "
                "minutes, or have a link mailed to you (“Forgotten the password?”): it "
                "works at once."
            ),
            trace=trace,
            n=minutes,
        )
    raise TooManyAttempts(
        mark(
            "Many attempts at this account come from elsewhere just now. Please try "
            "again in {n} seconds. A browser in which you logged in before gets in at "
            "once, and so does a link mailed to you (“Forgotten the password?”)."
        ),
        trace=trace,
        n=seconds,
    )
