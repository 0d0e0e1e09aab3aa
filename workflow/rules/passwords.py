"""What a password must be. The length of life of sessions and links is here too."""

from __future__ import annotations

from datetime import timedelta

from luoshi.language import Word, mark
from workflow.rules.refusals import Invalid

SHORTEST, LONGEST = 10, 128
RULE = mark(
    "At least 10 characters of at least two kinds (letters, digits, other signs), without your "
    "e-mail name in it."
)
_COMMON = ("password", "qwerty", "12345678", "abcdefg", "iloveyou", "admin", "luoshi")

IDLE = timedelta(hours=2)
"""A session ends when nothing was done for so long."""
ABSOLUTE = timedelta(hours=12)
"""A session ends so long after login, whatever was done."""
SHORTEST_SECRET = 32
"""Characters of the settings' secret, which links and cookies are made with."""
RESET_LIFE = timedelta(minutes=30)
INVITATION_LIFE = timedelta(days=7)
"""How long the link in a new person's first mail may be used."""
WINDOW = timedelta(minutes=15)
"""Failed attempts are counted over so long."""
TRIES_AN_ACCOUNT = 8
TRIES_AN_ADDRESS = 60
"""Whole offices come from one address."""


def check(password: str, email: str) -> None:
    """Raise Invalid, with the rule, for a password that is too easy to guess."""
    low = password.lower()
    kinds = {_kind(letter) for letter in password}
    name = email.partition("@")[0].lower()
    weak = (
        not SHORTEST <= len(password) <= LONGEST
        or len(kinds) < 2
        or len(set(low)) < 5
        or (len(name) > 2 and name in low)
        or any(low.strip("0123456789!@#$%.") == word for word in _COMMON)
    )
    if weak:
        raise Invalid(mark("This password is too easy to guess. {rule}"), rule=Word(RULE))


def _kind(letter: str) -> str:
    if letter.isdigit():
        return "digit"
    return "letter" if letter.isalpha() else "other"
