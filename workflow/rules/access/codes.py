"""Codes of a second factor: by time (RFC 6238, six digits, thirty seconds), each good once."""

from __future__ import annotations

from datetime import datetime
from secrets import choice
from unicodedata import normalize

import pyotp

STEP = 30
"""Seconds that a code lasts."""
AROUND = 1
"""So many steps before and after the present one are taken too: clocks of telephones differ."""
RECOVERY_CODES = 10
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without those that are taken for one another on paper."""


def new_secret() -> str:
    """A secret of 160 bits, in base 32 as applications for codes take it."""
    return pyotp.random_base32()


def address_of(secret: str, email: str, issuer: str) -> str:
    """What the picture says: the `otpauth://` address that an application reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def step_of(secret: str, code: str, at: datetime, after: int) -> int | None:
    """The step whose code this is, if that is near `at` and later than step `after`; else None.

    `after` is the last step that was used: a code that somebody looked at over a shoulder is
    worth nothing once it was used. `at`: real time (UTC).
    """
    typed, totp, now = bare(code), pyotp.TOTP(secret), int(at.timestamp()) // STEP
    for step in range(now - AROUND, now + AROUND + 1):
        if step > after and pyotp.utils.strings_equal(totp.at(step * STEP), typed):
            return step
    return None


def recovery_codes() -> list[str]:
    """Ten codes to be kept on paper, each good once, of some 49 bits."""
    return [
        "-".join("".join(choice(_LETTERS) for _ in range(5)) for _ in range(2))
        for _ in range(RECOVERY_CODES)
    ]


def bare(code: str) -> str:
    """A code without what people put between its letters, in capitals and half-width letters."""
    return "".join(letter for letter in normalize("NFKC", code).upper() if letter.isalnum())
