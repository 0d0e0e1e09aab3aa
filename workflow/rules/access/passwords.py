"""What a password must be. The length of life of sessions and links is here too."""

from __future__ import annotations

from datetime import timedelta

from i18n import mark
from workflow.rules.access import guessing
from workflow.rules.refusals import Invalid, Problem

SHORTEST, LONGEST = 10, 128
RULE = mark(
    "At least 10 characters of at least two kinds (letters, digits, other signs). No leaked or "
    "common password, and nothing of your name, number or unit."
)

IDLE = timedelta(hours=2)
"""A session ends when nothing was done for so long."""
ABSOLUTE = timedelta(hours=12)
"""A session ends so long after login, whatever was done."""
SHORTEST_SECRET = 32
"""Characters of the settings' secret, which links and cookies are made with."""
RESET_LIFE = timedelta(minutes=30)
INVITATION_LIFE = timedelta(days=7)
"""How long the link in a new person's first mail may be used."""
CODE_LIFE = timedelta(minutes=10)
"""How long after the right password the code may be entered."""
OF_ONESELF = frozenset((guessing.OWN, guessing.NUMBER))
MORE_WITH_ONESELF = 2.0
"""Whoever knows the person knows these: the rest must be a hundred times harder to guess."""


def check(password: str, email: str, name: str = "", unit: str = "") -> None:
    """Raise Invalid, saying why, for a password that is too easy to guess for this person."""
    reasons = _at_first_sight(password, email)
    if not reasons:
        found = guessing.guess(password, email=email, name=name, unit=unit)
        more = MORE_WITH_ONESELF if OF_ONESELF.intersection(found.reasons) else 0.0
        if found.log10 >= guessing.ENOUGH + more:
            return
        reasons = list(found.reasons)
    raise Invalid(
        mark("This password is too easy to guess."),
        tuple(Problem("", reason, **_figures(reason)) for reason in reasons),
    )


TOO_SHORT = mark("It has fewer than {n} characters.")
TOO_LONG = mark("It has more than {n} characters.")
ONE_KIND = mark("All its characters are of one kind.")


def _at_first_sight(password: str, email: str) -> list[str]:
    """What is wrong without any weighing: this comes first, whatever is typed."""
    if len(password) < SHORTEST:
        return [TOO_SHORT]
    if len(password) > LONGEST:
        return [TOO_LONG]
    name = email.partition("@")[0].lower()
    if len(name) > 2 and name in password.lower():
        return [guessing.OWN]
    return [ONE_KIND] if len({_kind(letter) for letter in password}) < 2 else []


def _figures(reason: str) -> dict[str, int]:
    return {TOO_SHORT: {"n": SHORTEST}, TOO_LONG: {"n": LONGEST}}.get(reason, {})


def _kind(letter: str) -> str:
    if letter.isdigit():
        return "digit"
    return "letter" if letter.isalpha() else "other"
