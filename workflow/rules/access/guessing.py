"""How hard a password is to guess, and by what somebody would guess it.

Lists of leaked passwords, common words, keyboard rows, dates and repeats are those of zxcvbn, which
is kept up to date elsewhere. It knows no Chinese: names and words in pinyin, telephone and identity
numbers, and what this person and their unit are called are weighed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from math import log10
from typing import Any

from i18n import mark
from workflow.rules.access.pinyin import of_person, runs, typed

ENOUGH = 8.0
"""A hundred million guesses: out of reach for guessing through the login page by far, and slow for
somebody who has the stored hash (zxcvbn's "safely unguessable")."""
LOOKED_AT = 40
"""A password whose first so many characters are hard to guess is hard to guess as a whole."""

# Words that whoever attacks an office here tries first, most likely ones in front.
INSTALLATION_WORDS = (
    "mima", "woaini", "wodemima", "nihao", "admin", "guanli", "guanliyuan", "denglu", "ceshi",
    "luoshi", "rencai", "rencaiban", "zuzhibu", "zuzhi", "shiwei", "xianwei", "quwei", "zhengfu",
    "shizhengfu", "rensheju", "kejiju", "jiaoyuju", "jingxinju", "bangongshi", "lianluoyuan",
    "shenheren", "guihua", "renwu", "zhongguo", "zhonghua", "beijing", "shanghai", "zhejiang",
    "hangzhou", "quzhou", "jiaxing", "ningbo", "5201314", "520520", "1314520", "114514",
)  # fmt: skip
_NUMBERS = (
    re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"),
    re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx]"),
    re.compile(r"(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)"),
)
_SYLLABLE = log10(60)
"""What one syllable of a word in pinyin is worth: few of the four hundred are common."""

OWN = mark("It holds your own name, mail name or unit.")
NUMBER = mark("It holds a telephone or identity number.")
PINYIN = mark("It is made of Chinese names or words in pinyin.")
LEAKED = mark("It is built on a password that stands on lists of leaked ones.")
WORD = mark("It is built on a common word or name.")
INSTALLATION = mark("It is built on a word that everybody tries first here.")
DATE = mark("It holds a date or a year.")
ROW = mark("It follows the keys of the keyboard, the alphabet or the digits.")
REPEAT = mark("It repeats itself.")
SHORT = mark("It is too short for what it is made of.")
_BY_PATTERN = {
    "spatial": ROW, "sequence": ROW, "repeat": REPEAT, "date": DATE, "regex": DATE,
}  # fmt: skip

# zxcvbn tries every reading of these signs as letters, which takes seconds where there are many.
_SIGNS = "@({[<!|$+%"


@dataclass(frozen=True)
class GuessEstimate:
    """How many guesses it takes (its logarithm to ten), and why it is not more."""

    log10: float
    reasons: tuple[str, ...]


def guess(password: str, *, email: str = "", name: str = "", unit: str = "") -> GuessEstimate:
    """Weigh a password of a person with this address, name and unit. Some ten milliseconds."""
    from zxcvbn import zxcvbn

    text = _plain(password[:LOOKED_AT])
    own = _own(email, name, unit)
    numbers = [hit.group().lower() for pattern in _NUMBERS for hit in pattern.finditer(text)]
    known = [*own, *numbers, *INSTALLATION_WORDS]
    found: dict[str, Any] = zxcvbn(text, user_inputs=known)
    taken = float(found["guesses_log10"])
    reasons = [_why(part, own, numbers) for part in found["sequence"]]
    chinese = runs(text)
    if chinese:
        rest = text.lower()
        for run, _count in chinese:
            rest = rest.replace(run, "", 1)
        others = float(zxcvbn(rest, user_inputs=known)["guesses_log10"]) if rest else 0.0
        by_syllables = others + _SYLLABLE * sum(count for _run, count in chinese)
        if by_syllables < taken:
            taken = by_syllables
            reasons.append(PINYIN)
    said = tuple(dict.fromkeys(filter(None, reasons))) or (SHORT,)
    return GuessEstimate(taken, said)


def _own(email: str, name: str, unit: str) -> list[str]:
    local, _, domain = email.lower().partition("@")
    words = {local, *re.split(r"[._+-]", local), domain.partition(".")[0], name.lower(), unit}
    words |= of_person(name) | typed(unit)
    return sorted(word for word in words if len(word) > 2)


def _plain(text: str) -> str:
    kept = sorted(set(text) & set(_SIGNS), key=text.index)[:2]
    return "".join("~" if sign in _SIGNS and sign not in kept else sign for sign in text)


def _why(part: dict[str, Any], own: Iterable[str], numbers: Iterable[str]) -> str:
    if part["pattern"] == "bruteforce" or len(part["token"]) < 3:
        return ""
    if part["pattern"] != "dictionary":
        return _BY_PATTERN[part["pattern"]]
    if part["dictionary_name"] != "user_inputs":
        return LEAKED if part["dictionary_name"] == "passwords" else WORD
    word = part["matched_word"]
    if word in numbers:
        return NUMBER
    return OWN if word in own else INSTALLATION
