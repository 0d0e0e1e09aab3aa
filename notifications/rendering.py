"""Letters from templates: facts in, frozen RFC 5322 bytes out.

A kind of mail is a folder of notifications/templates with a subject, a text and an HTML body; its
README says which facts each kind needs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.headerregistry import Address, HeaderRegistry, MessageIDHeader
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache, partial
from hashlib import sha256
from typing import Protocol
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel.dates import format_date
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from i18n import _, current, mark, speaking
from notifications.letterhead import Letterhead
from notifications.waiting import SECTIONS, page_link
from workflow.rules.refusals import Invalid
from workflow.rules.reporting.periods import period_name
from workflow.rules.requests import KINDS as REQUESTS

KINDS = (
    "digest",
    "receipt",
    "returned",
    "sent_back",
    "consult",
    "issue",
    "edition",
    "dispute",
    "decision",
    "instruction",
    "reset",
    "objection",
    "procedure",
    "alert",
    "heads",
    "security",
    "collected",
)
READ = frozenset({"digest", "returned", "sent_back", "collected"})
"""Kinds that a person may answer with a report, where answers are read."""
COUNT, TITLES, FULL = "count", "titles", "full"
"""How much a mail says about tasks: nothing but that there is one, its title, or its words."""

_TITLE_IN_SUBJECT = 30
_ROWS_IN_SECTION = 40
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")

_HEADS = HeaderRegistry()
for _name in ("in-reply-to", "references"):
    # Else a long one is folded into an encoded word, which no reader takes for a Message-ID.
    _HEADS.map_to_type(_name, MessageIDHeader)  # type: ignore[arg-type] # its stub has no base
_POLICY = SMTP.clone(header_factory=_HEADS)

_REQUESTS = {**REQUESTS, "comment": mark("comment")}
_ROLES = {"lead": mark("lead"), "support": mark("support"), "joint": mark("joint")}


class NamedFact(Protocol):
    """What has a code, a title and a detail: the facts of a letter, or a matter of a digest."""

    def __getitem__(self, name: str, /) -> object: ...


@dataclass(frozen=True)
class Mail:
    """A letter ready to be sent: its subject in clear, and its bytes (7 bit, CRLF)."""

    subject: str
    content: bytes


def render(
    kind: str,
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

    Raises Invalid for an address that cannot be written to, KeyError for an unknown kind and
    jinja2.UndefinedError for a missing fact.
    """
    if kind not in KINDS:
        raise KeyError(kind)
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
            "near": partial(_near, local.date()),
            "link": partial(_link, letterhead.base_url),
            "is_read": kind in READ and bool(letterhead.reply_to),
        }
        if "code" in facts:
            words["what"] = task_name(facts)
            words["what_short"] = task_name(facts, _TITLE_IN_SUBJECT)
        subject = _one_line(_written(kind, "subject.txt", words))
        text = _written(kind, "body.txt", words)
        html = _written(kind, "body.html", words)
        sender = _("Luoshi")

    message = EmailMessage(policy=_POLICY)
    message["From"] = Address(sender, addr_spec=letterhead.mail_from)
    message["To"] = Address(_one_line(name), addr_spec=to)
    message["Subject"] = subject
    message["Date"] = format_datetime(local)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-replied" if answers else "auto-generated"
    if kind in READ and letterhead.reply_to:
        message["Reply-To"] = Address(sender, addr_spec=letterhead.reply_to)
    if thread := answers or thread_of(facts, to, letterhead.mail_from):
        message["In-Reply-To"] = message["References"] = thread
    # Base64 passes relays that take seven bits only, and no line grows past the limit of 998.
    message.set_content(text, cte="base64")
    message.add_alternative(html, subtype="html", cte="base64")
    return Mail(subject, message.as_bytes())


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
    if facts["detail"] == COUNT:
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
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        _=_,
        door=page_link,
        most=_ROWS_IN_SECTION,
        words_for_period=period_name,
        request_name=lambda kind: _(_REQUESTS[kind]),
        sections=SECTIONS,
        task_name=task_name,
        words_for_role=lambda role: _(_ROLES[role]),
    )
    made.filters.update(day=_day, moment=_moment, period=period_name)
    return made


def _written(kind: str, part: str, words: Mapping[str, object]) -> str:
    text = _environment().get_template(f"{kind}/{part}.jinja").render(words)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _link(base_url: str, page: str, **query: object) -> str:
    return f"{base_url}/{page}" + (f"?{urlencode(query)}" if query else "")


def _day(day: date) -> str:
    """A date in full with its weekday."""
    if current() == "en":
        return format_date(day, "EEEE d MMMM y", locale="en")
    return format_date(day, "y年M月d日（EEE）", locale="zh")


def _near(today: date, day: date) -> str:
    """A date with its weekday, without the year where it is this year's."""
    if day.year != today.year:
        return _day(day)
    pattern = "EEE d MMM" if current() == "en" else "M月d日（EEE）"
    return format_date(day, pattern, locale=current())


def _moment(instant: datetime, zone: ZoneInfo) -> str:
    """An instant as date and time of day in the installation's zone."""
    local = instant.astimezone(zone)
    return f"{_day(local.date())} {local:%H:%M}"
