"""Which task of a newer edition is which of the older: by code and words, else asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from i18n import Translated, mark
from tasks_catalog.comparing.pairing import SURE, WORTH, tasks_alike
from tasks_catalog.model import Catalogue, CatalogueTask
from workflow.rules.refusals import Invalid, Problem

SAME_WORDS = Translated(mark("the same words under another code"))
SIMILAR = Translated(mark("similar words under another code"))
SAME_CODE = Translated(mark("the same code with other words"))


@dataclass(frozen=True)
class TaskMatches:
    """`settled`: new code → old code; `proposed`: (old code, new code, percent, why)."""

    settled: dict[str, str]
    proposed: tuple[tuple[str, str, int, Translated], ...]


def match(old: Catalogue, new: Catalogue, confirmed: Mapping[str, str]) -> TaskMatches:
    """Match the tasks; `confirmed` is what people said: new code → old code, "" for a new task.

    Raises Invalid for codes that are not there or named twice.
    """
    olds, news = {task.code: task for task in old.tasks}, {task.code: task for task in new.tasks}
    _refuse(olds, news, old, new, confirmed)
    settled = {code: was for code, was in confirmed.items() if was}
    for code, task in news.items():
        free = code not in confirmed and code not in settled.values()
        if free and code in olds and _words(olds[code]) == _words(task):
            settled[code] = code
    likes = {
        (o, n): like
        for o in [code for code in olds if code not in settled.values()]
        for n in [code for code in news if code not in settled and code not in confirmed]
        if (like := tasks_alike(olds[o], news[n])) >= WORTH or o == n
    }
    for o, n in _sure(likes):
        settled[n] = o
    taken = set(settled.values())
    open_likes = {k: v for k, v in likes.items() if k[0] not in taken and k[1] not in settled}
    return TaskMatches(settled, tuple(_proposals(open_likes, list(olds), list(news))))


def _words(task: CatalogueTask) -> tuple[str, str]:
    return task.title, task.text


def _sure(likes: Mapping[tuple[str, str], int]) -> list[tuple[str, str]]:
    """Pairs of one code whose words agree, none agreeing better with either."""
    best: dict[tuple[str, str], int] = {}
    for (o, n), like in likes.items():
        for side in (("old", o), ("new", n)):
            best[side] = max(best.get(side, 0), like)
    return [
        (o, n)
        for (o, n), like in likes.items()
        if o == n and like >= SURE and like == best["old", o] == best["new", n]
    ]


def _proposals(
    likes: Mapping[tuple[str, str], int], olds: list[str], news: list[str]
) -> Iterator[tuple[str, str, int, Translated]]:
    """Each task once, the most alike first; in the order of the newer edition."""
    at = {code: place for place, code in enumerate(olds)}
    position = {code: place for place, code in enumerate(news)}

    def order(pair: tuple[str, str]) -> tuple[bool, int, bool, int, int]:
        o, n = pair
        return likes[pair] < WORTH, -likes[pair], o != n, abs(at[o] - position[n]), position[n]

    found: dict[str, str] = {}
    for o, n in sorted(likes, key=order):
        if n not in found and o not in found.values():
            found[n] = o
    for n in sorted(found, key=position.__getitem__):
        o = found[n]
        like = likes[o, n]
        why = SAME_CODE if o == n else SAME_WORDS if like == 100 else SIMILAR
        yield o, n, like, why


def _refuse(
    olds: Mapping[str, CatalogueTask],
    news: Mapping[str, CatalogueTask],
    old: Catalogue,
    new: Catalogue,
    confirmed: Mapping[str, str],
) -> None:
    problems = []
    for catalogue, by_code in ((old, olds), (new, news)):
        if len(by_code) < len(catalogue.tasks):
            codes = [task.code for task in catalogue.tasks]
            twice = sorted({code for code in codes if codes.count(code) > 1})
            problems += [Problem(code, mark("this code stands for two tasks")) for code in twice]
    said = [was for was in confirmed.values() if was]
    for code, was in confirmed.items():
        if code not in news:
            problems.append(Problem(code, mark("the newer edition has no such task")))
        elif was and was not in olds:
            problems.append(Problem(was, mark("the older edition has no such task")))
        elif was and said.count(was) > 1:
            problems.append(Problem(was, mark("this task was matched with two others")))
    if problems:
        raise Invalid(mark("The editions cannot be compared."), tuple(problems))
