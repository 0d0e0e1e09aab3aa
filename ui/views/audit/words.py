"""An event in words: what was done, by whom, about what, and what else it tells."""

from __future__ import annotations

from typing import Any

from db.queries.record.events import NamedEvent, is_person
from i18n import _, mark
from ui.shell.pages import BY_KEY
from workflow.rules.access.permissions import ROLES
from workflow.rules.record.deeds import ACTS, DEEDS, HARMS
from workflow.rules.states import STATES

SYSTEM = {
    "door": mark("before login"),
    "command line": mark("operator at the console"),
}
"""System actors that stand for people; all others run by themselves."""

NAMED_BY_PAYLOAD: dict[str, tuple[str, tuple[str, ...]]] = {
    "assessment": (mark("assessment of {year}, run {no}"), ("year", "no")),
    "scheme_version": (mark("scheme {code}, version {no}"), ("code", "no")),
    "calendar": ("{day}", ("day",)),
}
"""Subjects whose events themselves say what they are about."""


def deed(one: NamedEvent) -> str:
    """What was done. An event of another version of the program keeps its names."""
    words = DEEDS.get((one.subject, one.action))
    return _(words) if words else f"{one.subject} {one.action}"


def who(one: NamedEvent) -> str:
    """Who did it: a person's name, or what of the system."""
    return one.person or _(SYSTEM.get(one.actor, mark("the system")))


def about(one: NamedEvent) -> str:
    """What it was about, by name, else by number; nothing where that was nobody, the system itself,
    or who did it."""
    if one.subject == "person" and one.actor == f"p{one.subject_id}":
        return ""
    named = NAMED_BY_PAYLOAD.get(one.subject)
    if named and all(field in one.payload for field in named[1]):
        return _(named[0], **{field: one.payload[field] for field in named[1]})
    return one.about or (str(one.subject_id) if one.subject_id else "")


def details(one: NamedEvent) -> str:
    """What else the event tells and a person may want to know."""
    parts = [_change(one), _tried(one), *_counted(one.payload)]
    source = str(one.payload.get("source", ""))
    if source and not is_person(source):
        parts.append(_("source {source}", source=source))
    return _("; ").join(part for part in parts if part)


def _change(one: NamedEvent) -> str:
    named = ROLES if one.subject == "person" else STATES.get(one.subject, {})
    before, after = (_(named[word]) if word in named else word for word in (one.before, one.after))
    return f"{before} → {after}" if before and after else before or after


def _tried(one: NamedEvent) -> str:
    what = one.payload.get("what", "")
    if one.action == "refused":
        return _(ACTS[what]) if what in ACTS else what
    if one.action == "page_refused":
        return _(BY_KEY[what].title) if what in BY_KEY else what
    if one.action == "file_refused":
        return _(HARMS[what]) if what in HARMS else what
    if one.action in ("log_in_failed", "held_back") and what:
        return _("account {account}", account=what)
    return ""


def _counted(payload: dict[str, Any]) -> list[str]:
    said = {"rows": mark("{n} rows"), "count": mark("{n} times")}
    return [_(said[name], n=payload[name]) for name in said if isinstance(payload.get(name), int)]
