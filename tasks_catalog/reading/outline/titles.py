"""Where the title of a numbered paragraph ends and its words begin."""

from __future__ import annotations

import re

from tasks_catalog.reading.words import flat, masked

LONGEST_TITLE = 42  # characters; what is longer is a sentence and no heading
SHORT_TITLE = 36
RESPONSIBLE = re.compile("牵头|负责|配合|单位|部门|责任")


def split_title(rest: str) -> tuple[str, bool, bool]:
    """Title of a numbered paragraph, whether more follows it, and whether it stands on its own.

    建强研究院。坚持… has a title; 推进…，加快…。 is a sentence whose first words must do.
    """
    stop = re.search("[。：；]|(?<=[一-鿿”）])\\s", masked(rest, "“《（"))
    if not stop:
        title = _unbracketed(rest)
        if len(title) <= LONGEST_TITLE:
            return title, title != rest, True
        return _cut(rest), True, False
    head, body = rest[: stop.start()].strip(), rest[stop.end() :].strip()
    if not body:
        return (_cut(head), True, False) if _sentence(head) else (head, False, True)
    stated = flat(body[0]) == "（" and "。" not in body[:-2]
    titled = len(head) <= LONGEST_TITLE and stop[0] in "。：" and not _sentence(head) and not stated
    return (head if titled else _cut(head)), True, titled


def _sentence(head: str) -> bool:
    """Whether the words before the first full stop are a sentence rather than a title."""
    return flat(head).count("，") >= 2 or (len(head) > SHORT_TITLE and "，" in flat(head))


def _unbracketed(text: str) -> str:
    """A heading without the bracket behind it that names units."""
    plain = flat(text)
    at = plain.rfind("（") if plain.endswith("）") else -1
    return text[:at].strip() if at > 1 and RESPONSIBLE.search(plain[at:]) else text


def _cut(text: str) -> str:
    """The first words of a sentence, to stand for a title that it has not."""
    clause = re.split("[，；。：（]", flat(text))[0]
    return text[: len(clause)][:LONGEST_TITLE]
