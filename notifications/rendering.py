"""Letters from templates: facts in, frozen RFC 5322 bytes out.

A kind of mail is a folder of notifications/templates with a subject, a text and an HTML body; its
README says which facts each kind needs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import format_datetime
from functools import cache, lru_cache, partial
from hashlib import sha256
from typing import Protocol
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel.dates import format_date
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from i18n import _, current, mark, speaking
from notifications.digest import entries_of, sections_shown
from notifications.letterhead import Letterhead
from notifications.mime import address, letter, unstructured
from notifications.waiting import SECTIONS, page_link
from workflow.rules.assignments import ASSIGNMENT_ROLES
from workflow.rules.mail.letters import LetterKind
from workflow.rules.refusals import Invalid
from workflow.rules.reporting.periods import period_name
from workflow.rules.reporting.policy import MailDetail
from workflow.rules.requests import KINDS as REQUESTS
from workflow.rules.requests import RequestKind

READ = frozenset(
    {LetterKind.DIGEST, LetterKind.RETURNED, LetterKind.SENT_BACK, LetterKind.COLLECTED}
)
"""Kinds that a person may answer with a report, where answers are read."""

_TITLE_IN_SUBJECT = 30
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")

_REQUESTS = {**REQUESTS, RequestKind.COMMENT: mark("comment")}


class NamedFact(Protocol):
    """What has a code, a title and a detail: the facts of a letter, or a matter of a digest."""

    def __getitem__(self, name: str, /) -> object: ...


@dataclass(frozen=True)
class Mail:
    """A letter ready to be sent: its subject in clear, and its bytes (7 bit, CRLF)."""

    subject: str
    content: bytes


def render(
    kind: LetterKind,
    facts: Mapping[str, object],
    letterhead: Letterhead,
    to: str,
    name: str,
    language: str,
    message_id: str,
    now: datetime,
    answers: str = "",
) -> Mail:
    """The letter of a kind to one person in their language, dated `now` in the installation's zone.
    `answers`: the Message-ID of the mail that it answers.

    Raises Invalid for an address that cannot be written to, jinja2.UndefinedError for a missing
    fact.
    """
    if not is_address(to):
        raise Invalid(mark("“{address}” is no mail address that can be written to."), address=to)
    with speaking(language):
        zone = ZoneInfo(letterhead.zone)
        local = now.astimezone(zone)
        words = {
            **facts,
            "name": _one_line(name),
            "language": current(),
            "zone": zone,
            "today": local.date(),
            "link": partial(_link, letterhead.base_url),
            "is_read": kind in READ and bool(letterhead.reply_to),
        }
        if kind == LetterKind.DIGEST:
            near, link = partial(_near, local.date()), partial(_link, letterhead.base_url)
            words["parts"] = sections_shown(entries_of(facts), task_name, near, period_name, link)
        if "code" in facts:
            words["what"] = task_name(facts)
            words["what_short"] = task_name(facts, _TITLE_IN_SUBJECT)
        subject = _one_line(_written(kind, "subject.txt", words))
        text = _written(kind, "body.txt", words)
        html = _written(kind, "body.html", words)
        sender = _("Luoshi")

    headers = [
        ("From", address(sender, letterhead.mail_from)),
        ("To", address(_one_line(name), to)),
        ("Subject", unstructured(subject)),
        ("Date", format_datetime(local)),
        ("Message-ID", message_id),
        ("Auto-Submitted", "auto-replied" if answers else "auto-generated"),
    ]
    if kind in READ and letterhead.reply_to:
        headers.append(("Reply-To", address(sender, letterhead.reply_to)))
    if thread := answers or thread_of(facts, to, letterhead.mail_from):
        headers += [("In-Reply-To", thread), ("References", thread)]
    return Mail(subject, letter(headers, text, html))


def thread_of(facts: Mapping[str, object], to: str, mail_from: str) -> str:
    """What the letters to one person about one round have in common, as the Message-ID of a mail
    that never was; "" for a letter about no round or several."""
    entries = facts.get("entries")
    rows = entries if isinstance(entries, list | tuple) else [facts]
    periods = {
        str(row["period"]) for row in rows if not isinstance(row, Mapping) or "period" in row
    }
    periods.discard("")
    if len(periods) != 1:
        return ""
    digest = sha256(f"{to} {min(periods)}".encode()).hexdigest()[:24]
    return f"<round.{digest}@{mail_from.rpartition('@')[2]}>"


def is_address(address: str) -> bool:
    """Whether mail can be written to it: plain ASCII, and nothing that would slip into a header."""
    return len(address) <= 254 and _ADDRESS.fullmatch(address) is not None


def task_name(facts: NamedFact, longest: int | None = None) -> str:
    """A task as the plan's policy lets a mail name it: its code and title, or only that it is."""
    if facts["detail"] == MailDetail.COUNT:
        return _("one task")
    title = str(facts["title"])
    if longest and len(title) > longest:
        title = title[: longest - 1] + "…"
    return f"{facts['code']} {title}"


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("notifications", "templates"),
        autoescape=select_autoescape(("html.jinja",)),
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        _=_,
        door=page_link,
        heading_of=lambda entry: _(SECTIONS[entry.section].heading),
        words_for_period=period_name,
        request_name=lambda kind: _(_REQUESTS[kind]),
        task_name=task_name,
        words_for_role=lambda role: _(ASSIGNMENT_ROLES[role]),
    )
    made.filters.update(day=_day, moment=_moment, period=period_name)
    return made


def _written(kind: LetterKind, part: str, words: Mapping[str, object]) -> str:
    text = _environment().get_template(f"{kind}/{part}.jinja").render(words)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _one_line(text: str) -> str:
    if text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _link(base_url: str, page: str, **query: object) -> str:
    return f"{base_url}/{page}" + (f"?{urlencode(query)}" if query else "")


def _day(day: date) -> str:
    """A date in full with its weekday."""
    return _in_full(day, current())


# The dates of a morning's letters are few.
@lru_cache(maxsize=2000)
def _in_full(day: date, language: str) -> str:
    if language == "en":
        return format_date(day, "EEEE d MMMM y", locale="en")
    return format_date(day, "y年M月d日（EEE）", locale="zh")


def _near(today: date, day: date) -> str:
    """A date with its weekday, without the year where it is this year's."""
    return _day(day) if day.year != today.year else _of_this_year(day, current())


@lru_cache(maxsize=2000)
def _of_this_year(day: date, language: str) -> str:
    pattern = "EEE d MMM" if language == "en" else "M月d日（EEE）"
    return format_date(day, pattern, locale=language)


def _moment(instant: datetime, zone: ZoneInfo) -> str:
    """An instant as date and time of day in the installation's zone."""
    local = instant.astimezone(zone)
    return f"{_day(local.date())} {local:%H:%M}"
