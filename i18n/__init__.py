"""What a person reads, in their language.

Code holds English messages, wrapped in `_()` where they are shown or in `mark()` where they are
only named; the Chinese words are in `zh/*.po`, one file a room. A message with numbers or names
in it uses `{name}` fields: `_("{n} tasks", n=3)`; a date among them is said in full. Chinese is
what everybody gets who has not chosen otherwise.

A message that counts speaks of many; what it says of one stands in `en/*.po`, as gettext's plural
forms. It counts the field before the word that differs. Chinese has one form for all.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any

LANGUAGES = ("zh", "en")
DEFAULT = "zh"

_current: ContextVar[str] = ContextVar("language", default=DEFAULT)


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The translations of a language, read from its .po files."""
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo

    whole = Catalog(locale=language)
    for message in _messages(language):
        if message.pluralizable:
            one, many = message.id
            whole.add((many, many), (one, many))
        elif message.id and message.string:
            whole[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@cache
def counting(language: str) -> dict[str, str]:
    """The messages that a language says otherwise of one than of many → the field they count."""
    return {
        message.id[1]: counted_field(*message.id)
        for message in _messages(language)
        if message.pluralizable
    }


def counted_field(one: str, many: str) -> str:
    """The field before the first word that differs, else `n`."""
    for field, words in re.findall(r"\{(\w+)\}((?: \w+){1,2})", many):
        if set(words.split()) - set(re.findall(r"\w+", one)):
            return str(field)
    return "n"


def _messages(language: str) -> Iterator[Any]:
    from babel.messages.pofile import read_po

    for place in sorted(files(__package__).joinpath(language).iterdir(), key=lambda p: p.name):
        if place.name.endswith(".po"):
            with place.open("rb") as lines:
                yield from read_po(lines, locale=language)


def current() -> str:
    """The language of the person now served: "zh" or "en"."""
    return _current.get()


def choose(language: str) -> None:
    """Serve this thread or task in a language from now on; an unknown one means the default."""
    _current.set(language if language in LANGUAGES else DEFAULT)


def preferred(accepted: str) -> str:
    """The language that an Accept-Language header prefers among ours, the default if none.

    What it names is taken by weight, of two of the same weight the first.
    """
    wanted = []
    for part in accepted.split(","):
        tag, _semicolon, weight = part.strip().lower().partition(";q=")
        language = tag.partition("-")[0]
        try:
            wanted.append((float(weight or 1), language))
        except ValueError:
            continue
    known = [(weight, language) for weight, language in wanted if language in LANGUAGES and weight]
    return max(known, key=lambda one: one[0])[1] if known else DEFAULT


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Serve what is inside the block in a language."""
    token = _current.set(language if language in LANGUAGES else DEFAULT)
    try:
        yield
    finally:
        _current.reset(token)


class Translated(str):
    """A field that is itself a message, such as the name of a state: `_()` translates it too."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return format(_(str(self)), spec)


class TranslatedList(tuple[str, ...]):
    """A field that lists messages, such as the names of roles."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return format(_(", ").join(_(word) for word in self), spec)


def _(message: str, /, **fields: object) -> str:
    """The message in the current language, its `{fields}` filled in."""
    language = current()
    counted = counting(language).get(message)
    if counted:
        # Numbers may come as text.
        number = 1 if str(fields.get(counted)) == "1" else 2
        text = catalogue(language).ngettext(message, message, number)
    else:
        text = catalogue(language).gettext(message)
    if not fields:
        return text
    return text.format(
        **{
            name: full_date(value) if type(value) is date else value
            for name, value in fields.items()
        }
    )


def full_date(day: date) -> str:
    """A date in full in the current language: 2021年12月31日, 31 December 2021."""
    if current() == "en":
        return f"{day.day} {day:%B %Y}"
    return f"{day.year}年{day.month}月{day.day}日"


def mark(message: str) -> str:
    """Name a message for the translators without translating it yet."""
    return message
