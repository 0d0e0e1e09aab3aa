"""What a second reader answered: only what quotes the document word for word, only as doubts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from i18n import _, mark
from tasks_catalog.model import Catalogue, CatalogueTask, DoubtDetail, Finding, FindingPlace

ASSISTANT = "assistant"
KINDS = {"contradiction", "name", "lead"}
SHORTEST_QUOTE, LONGEST_QUOTE, LONGEST_REASON = 4, 200, 160
MOST = 40
SAID = mark("The assistant doubts “{quote}”: {reason}")
ADVICE = mark("Judge for yourself: the assistant may be wrong.")


@dataclass(frozen=True)
class Answer:
    """One doubt: of which kind, the words of the document, why, and the line where they stand."""

    kind: str
    quote: str
    reason: str
    line: int


def answers_in(said: str, lines: Sequence[str]) -> Iterator[Answer]:
    """The doubts in an answer whose quotes stand in one of the lines, letter by letter."""
    for entry in _entries(said)[:MOST]:
        if not isinstance(entry, dict) or entry.get("kind") not in KINDS:
            continue
        quote, reason = (
            str(entry.get("quote") or ""),
            " ".join(str(entry.get("reason") or "").split()),
        )
        if not SHORTEST_QUOTE <= len(quote) <= LONGEST_QUOTE or not reason:
            continue
        line = next((no for no, text in enumerate(lines, 1) if quote in text), None)
        if line is not None:
            yield Answer(entry["kind"], quote, reason[:LONGEST_REASON], line)


def _entries(said: str) -> list[object]:
    """The list in an answer, which may stand in a fence or between words."""
    found = re.search(r"\[.*\]", said, re.DOTALL)
    try:
        entries = json.loads(found[0]) if found else []
    except (ValueError, RecursionError):
        return []
    return entries if isinstance(entries, list) else []


def with_doubts(catalogue: Catalogue, answers: Sequence[Answer]) -> Catalogue:
    """Each answer as a doubt of the task in whose lines it stands, else as a note on its line."""
    tasks, findings = list(catalogue.tasks), list(catalogue.findings)
    for answer in dict.fromkeys(answers):
        words = _(SAID, quote=answer.quote, reason=answer.reason)
        at = next((at for at, task in enumerate(tasks) if _holds(task, answer.line)), None)
        values = {"kind": answer.kind, "quote": answer.quote}
        if at is None:
            place = FindingPlace(None, answer.line, answer.line)
            findings.append(Finding(ASSISTANT, "note", words, (place,), values, _(ADVICE)))
            continue
        task = tasks[at]
        details = task.doubt_details
        if len(details) == len(task.doubts):
            details = (*details, DoubtDetail(ASSISTANT, values))
        tasks[at] = replace(task, doubts=(*task.doubts, words), doubt_details=details)
    return replace(catalogue, tasks=tuple(tasks), findings=tuple(findings))


def without_doubts(catalogue: Catalogue) -> Catalogue:
    """The catalogue as it was before the second reader: what the document alone says."""
    findings = tuple(found for found in catalogue.findings if found.kind != ASSISTANT)
    return replace(catalogue, findings=findings, tasks=tuple(map(_bare, catalogue.tasks)))


def _bare(task: CatalogueTask) -> CatalogueTask:
    if len(task.doubts) != len(task.doubt_details):
        return task
    pairs = zip(task.doubts, task.doubt_details, strict=True)
    kept = [(said, told) for said, told in pairs if told.kind != ASSISTANT]
    return replace(task, doubts=tuple(said for said, _told in kept),
                   doubt_details=tuple(told for _said, told in kept))  # fmt: skip


def _holds(task: CatalogueTask, line: int) -> bool:
    if task.source is None or task.source.line is None:
        return False
    return task.source.line <= line <= (task.source.line_end or task.source.line)
