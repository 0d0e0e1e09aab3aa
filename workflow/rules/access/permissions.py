"""Who may do what: one table, asked by every verb through `require()`.

A grant names a role and how the unit it is held for must stand to the subject:
own (it is the subject's unit), lead (it is the unit that collects), other (whoever holds no post
at all for the subject's unit: nobody reviews their own unit), any.

Three posts (三员分立) keep the installation: the system administrator its settings and running,
the security administrator people, roles and sessions, the auditor the record. Where it asks
for it they are separate: what one of them may do is no administrator's any more, nobody holds two
of them, and the auditor holds nothing else. Where it does not, the administrator may do all of it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from i18n import TranslatedList, mark
from workflow.rules.refusals import NotAllowed, Trace

ROLES = {
    "liaison": mark("liaison"),
    "deputy_head": mark("deputy head"),
    "head": mark("head"),
    "reviewer": mark("reviewer"),
    "leader": mark("leader"),
    "administrator": mark("administrator"),
    "system_administrator": mark("system administrator"),
    "security_administrator": mark("security administrator"),
    "auditor": mark("auditor"),
}
THREE_POSTS = ("system_administrator", "security_administrator", "auditor")
"""Posts of the whole installation; they are held for no unit."""
CITY_WIDE = frozenset({"reviewer", "leader", "administrator"})
"""Roles that read everything; all others read what concerns their units."""


@dataclass(frozen=True)
class Post:
    """A role held for a unit; a leader's post may have no unit."""

    role: str
    unit_id: int | None


@dataclass(frozen=True)
class Actor:
    """Who acts. `person_id` is None for work without a person; then `system` names it.

    `posts` are those that count (see `in_force`); `separate`: the three posts are.
    """

    person_id: int | None
    posts: frozenset[Post]
    system: str = ""
    separate: bool = False

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
_RUNS = (*_ADMIN, ("system_administrator", "any"))
_GUARDS = (*_ADMIN, ("security_administrator", "any"))
_AUDITS = (*_ADMIN, ("auditor", "any"))

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
    "deliver": (*_RUNS, *_SYSTEM),
    "resend": (*_OFFICE, ("system_administrator", "any")),
    # year-end
    "keep_scheme": (*_ADMIN, *_SYSTEM),
    "assess": (*_OFFICE, *_SYSTEM),
    "note_merit": (("reviewer", "other"), ("administrator", "other")),
    "object": (*_UNIT, *_SIGN),
    "answer_objection": (("reviewer", "other"),),
    # people and installation
    "keep_units": (*_ADMIN, *_SYSTEM),
    "keep_people": (*_GUARDS, *_SYSTEM),
    "end_sessions": (*_GUARDS, *_SYSTEM),
    "remove_factor": (*_GUARDS, *_SYSTEM),
    "export": (("leader", "any"), *_OFFICE, *_UNIT, *_SIGN, *_SYSTEM),
    "operate": (*_RUNS, *_SYSTEM),
    "read_mail": (*_OFFICE, ("system_administrator", "any")),
    "read_audit": (*_AUDITS, *_SYSTEM),
    "verify_audit": (*_RUNS, ("auditor", "any"), *_SYSTEM),
}


def granted(action: str, separate: bool = False) -> tuple[tuple[str, str], ...]:
    """Who may do this, as (role, relation); `separate`: as where the three posts are."""
    grants = GRANTS[action]
    if separate and any(role in THREE_POSTS for role, _relation in grants):
        return tuple(grant for grant in grants if grant[0] != "administrator")
    return grants


def clash(roles: Collection[str]) -> tuple[str, str] | None:
    """Two of the roles that nobody holds together where the three posts are separate, if any."""
    held = [post for post in THREE_POSTS if post in roles]
    if len(held) > 1:
        return held[0], held[1]
    others = [role for role in ROLES if role in roles and role not in THREE_POSTS]
    return ("auditor", others[0]) if "auditor" in held and others else None


def in_force(posts: Collection[Post], separate: bool) -> frozenset[Post]:
    """The posts of a person that count. Whoever came to hold what is kept apart, such as before
    the installation asked for it, acts in none of the three posts until that is put in order."""
    if separate and clash({post.role for post in posts}):
        return frozenset(post for post in posts if post.role not in THREE_POSTS)
    return frozenset(posts)


def may(actor: Actor, action: str, subject: Subject = NOBODY) -> bool:
    """Whether the actor may do this to the subject."""
    for role, relation in granted(action, actor.separate):
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
        raise _refused(actor, action, subject)


def require_for_some(actor: Actor, action: str) -> None:
    """Raise NotAllowed unless there may be a subject to which the actor may do this: asked before
    a file is read that may name many."""
    roles = {role for role, _relation in granted(action, actor.separate)}
    if not (roles & actor.roles or (actor.system and "system" in roles)):
        raise _refused(actor, action, NOBODY)


def _refused(actor: Actor, action: str, subject: Subject) -> NotAllowed:
    roles = {role for role, _ in granted(action, actor.separate)}
    names = TranslatedList(word for role, word in ROLES.items() if role in roles)
    about = {name: number for name, number in vars(subject).items() if number is not None}
    return NotAllowed(
        mark("You may not do this. It is for: {roles}."),
        trace=Trace("refused", what=action, about=about),
        roles=names,
    )


def _stands(actor: Actor, unit_id: int | None, relation: str, subject: Subject) -> bool:
    if relation == "own":
        return unit_id is not None and unit_id == subject.unit_id
    if relation == "lead":
        return unit_id is not None and unit_id == subject.lead_unit_id
    if relation == "other":
        return subject.unit_id is None or subject.unit_id not in actor.unit_ids
    return True
