"""Who may do what: one table, asked by every verb through `require()`.

A grant names a role and how the unit it is held for must stand to the subject:
own (it is the subject's unit), lead (it is the unit that collects), other (whoever holds no post
at all for the subject's unit: nobody reviews their own unit), any.
"""

from __future__ import annotations

from dataclasses import dataclass

from luoshi.language import Words, mark
from workflow.rules.refusals import NotAllowed

ROLES = {
    "liaison": mark("liaison"),
    "deputy_head": mark("deputy head"),
    "head": mark("head"),
    "reviewer": mark("reviewer"),
    "leader": mark("leader"),
    "administrator": mark("administrator"),
}
CITY_WIDE = frozenset({"reviewer", "leader", "administrator"})
"""Roles that read everything; all others read what concerns their units."""


@dataclass(frozen=True)
class Post:
    """A role held for a unit; a leader's post may have no unit."""

    role: str
    unit_id: int | None


@dataclass(frozen=True)
class Actor:
    """Who acts. `person_id` is None for work without a person; then `system` names it."""

    person_id: int | None
    posts: frozenset[Post]
    system: str = ""

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(post.role for post in self.posts)

    @property
    def unit_ids(self) -> frozenset[int]:
        return frozenset(post.unit_id for post in self.posts if post.unit_id is not None)

    @property
    def reads_all(self) -> bool:
        return bool(self.system) or bool(self.roles & CITY_WIDE)


def system(name: str) -> Actor:
    """The explicit actor of work without a person, such as a flow."""
    return Actor(None, frozenset(), name)


@dataclass(frozen=True)
class Subject:
    """What an action is about, as far as permission depends on it."""

    unit_id: int | None = None
    lead_unit_id: int | None = None
    person_id: int | None = None


NOBODY = Subject()

_UNIT = (("liaison", "own"),)
_SIGN = (("deputy_head", "own"), ("head", "own"))
_OFFICE = (("reviewer", "any"), ("administrator", "any"))
_ADMIN = (("administrator", "any"),)
_SYSTEM = (("system", "any"),)

GRANTS: dict[str, tuple[tuple[str, str], ...]] = {
    # plan and tasks
    "prepare": (*_OFFICE, *_SYSTEM),
    "load_plan": (*_ADMIN, *_SYSTEM),
    "change_plan": _ADMIN,
    "set_year_targets": (*_OFFICE, *_SYSTEM),
    "consult": (*_OFFICE, *_SYSTEM),
    "comment": (*_UNIT, *_SIGN),
    "answer_comment": _OFFICE,
    "issue": (*_OFFICE, *_SYSTEM),
    "acknowledge": (*_UNIT, *_SIGN),
    "dispute": (*_UNIT, *_SIGN),
    "decide": (("reviewer", "other"), ("administrator", "other")),
    "request": (*_UNIT, *_SIGN),
    "instruct": (("leader", "any"), ("reviewer", "any")),
    "look": (("leader", "any"), ("reviewer", "any")),
    # rounds and reports
    "open_rounds": (*_OFFICE, *_SYSTEM),
    "close_rounds": (*_OFFICE, *_SYSTEM),
    "file": _UNIT,
    "ask_supports": (("liaison", "lead"), ("reviewer", "any")),
    "receive": (("liaison", "lead"), ("deputy_head", "lead")),
    "sign_off": _SIGN,
    "sign_off_on_paper": (*_UNIT, *_SIGN),
    "review": (("reviewer", "other"),),
    "waive": (("reviewer", "other"),),
    "extend_report": (("reviewer", "other"),),
    # reminders and mail
    "remind": (*_OFFICE, *_SYSTEM),
    "record_call": _OFFICE,
    "deliver": (*_ADMIN, *_SYSTEM),
    "resend": _OFFICE,
    # year-end
    "keep_scheme": (*_ADMIN, *_SYSTEM),
    "assess": (*_OFFICE, *_SYSTEM),
    "note_merit": (("reviewer", "other"), ("administrator", "other")),
    "object": (*_UNIT, *_SIGN),
    "answer_objection": (("reviewer", "other"),),
    # people and house
    "keep_units": (*_ADMIN, *_SYSTEM),
    "keep_people": (*_ADMIN, *_SYSTEM),
    "export": (("leader", "any"), *_OFFICE, *_UNIT, *_SIGN, *_SYSTEM),
    "operate": (*_ADMIN, *_SYSTEM),
    "read_mail": _OFFICE,
}


def may(actor: Actor, action: str, subject: Subject = NOBODY) -> bool:
    """Whether the actor may do this to the subject."""
    for role, relation in GRANTS[action]:
        if role == "system":
            if actor.system:
                return True
            continue
        for post in actor.posts:
            if post.role == role and _stands(actor, post.unit_id, relation, subject):
                return True
    return False


def require(actor: Actor, action: str, subject: Subject = NOBODY) -> None:
    """Raise NotAllowed, naming the roles that may, unless the actor may do this."""
    if not may(actor, action, subject):
        raise _refused(action)


def require_for_some(actor: Actor, action: str) -> None:
    """Raise NotAllowed unless there may be a subject to which the actor may do this: asked before
    a file is read that may name many."""
    granted = {role for role, _relation in GRANTS[action]}
    if not (granted & actor.roles or (actor.system and "system" in granted)):
        raise _refused(action)


def _refused(action: str) -> NotAllowed:
    roles = sorted({role for role, _relation in GRANTS[action] if role != "system"})
    names = Words(ROLES[role] for role in roles)
    return NotAllowed(mark("You may not do this. It is for: {roles}."), roles=names)


def _stands(actor: Actor, unit_id: int | None, relation: str, subject: Subject) -> bool:
    if relation == "own":
        return unit_id is not None and unit_id == subject.unit_id
    if relation == "lead":
        return unit_id is not None and unit_id == subject.lead_unit_id
    if relation == "other":
        return subject.unit_id is None or subject.unit_id not in actor.unit_ids
    return True
