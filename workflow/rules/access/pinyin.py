"""Chinese words as people type them into a password: syllables, names, first letters."""

from __future__ import annotations

import re
from functools import cache

from text_unidecode import unidecode

_FINALS = {
    "": "a ai an ang ao e ei en er o ou",
    "b": "a ai an ang ao ei en eng i ian iao ie in ing o u",
    "p": "a ai an ang ao ei en eng i ian iao ie in ing o ou u",
    "m": "a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u",
    "f": "a an ang ei en eng o ou u",
    "d": "a ai an ang ao e ei eng i ian iao ie ing iu ong ou u uan ui un uo",
    "t": "a ai an ang ao e eng i ian iao ie ing ong ou u uan ui un uo",
    "n": "a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan uo v ve",
    "l": "a ai an ang ao e ei eng i ia ian iang iao ie in ing iu ong ou u uan un uo v ve",
    "g": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "k": "a ai an ang ao e en eng ong ou u ua uai uan uang ui un uo",
    "h": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "j": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "q": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "x": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "zh": "a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo",
    "ch": "a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo",
    "sh": "a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo",
    "r": "an ang ao e en eng i ong ou u uan ui un uo",
    "z": "a ai an ang ao e ei en eng i ong ou u uan ui un uo",
    "c": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "s": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "y": "a an ang ao e i in ing o ong ou u uan ue un",
    "w": "a ai an ang ei en eng o u",
}
SYLLABLES = frozenset(
    start + final for start, finals in _FINALS.items() for final in finals.split()
)
_AS_SURNAMES = {"曾": "zeng", "单": "shan", "解": "xie", "仇": "qiu", "查": "zha", "区": "ou"}
_LONGEST = max(map(len, SYLLABLES))


def syllables(chinese: str) -> list[str]:
    """The syllables of a Chinese word, a surname with more than one sound as a surname."""
    first = _AS_SURNAMES.get(chinese[:1], "")
    rest = unidecode(chinese[1:] if first else chinese).lower().split()
    return [part for part in (first, *rest) if part.isalpha()]


def typed(chinese: str, *, at_least: int = 2) -> set[str]:
    """What somebody may make of a word: any part of so many syllables on, and first letters."""
    parts = syllables(chinese)
    found = set()
    for start in range(len(parts)):
        for end in range(start + 1, len(parts) + 1):
            if end - start >= at_least:
                found.add("".join(parts[start:end]))
            if end - start >= 3:
                found.add("".join(part[0] for part in parts[start:end]))
    return {word for word in found if len(word) > 2}


def of_person(name: str) -> set[str]:
    """What somebody may make of a person's own name: either order, and parts of it."""
    parts = syllables(name)
    turned = {"".join([*parts[1:], *parts[:1]]), "".join([*parts[2:], *parts[:2]])}
    shortened = {"".join([parts[0], *(part[0] for part in parts[1:])])} if parts else set()
    return {word for word in typed(name, at_least=1) | turned | shortened if len(word) > 2}


def runs(text: str) -> list[tuple[str, int]]:
    """The runs of letters in a text that are Chinese syllables throughout, with how many."""
    found = ((run, _count(run)) for run in re.findall(r"[a-z]+", text.lower()))
    return [(run, count) for run, count in found if count > 1]


@cache
def _count(run: str) -> int:
    """The smallest number of syllables that make up a run of letters; 0 if none do."""
    best = [0] + [-1] * len(run)
    for end in range(1, len(run) + 1):
        ways = [
            best[start] + 1
            for start in range(max(0, end - _LONGEST), end)
            if best[start] >= 0 and run[start:end] in SYLLABLES
        ]
        best[end] = min(ways, default=-1)
    return max(best[-1], 0)
