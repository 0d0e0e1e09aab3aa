"""Who may do what: one table, asked by every verb through `require()`.

A grant names a role and how the unit it is held for must stand to the subject:
own (it is the subject's unit), lead (it is the unit that collects), other (whoever holds no post
at all for the subject's unit: nobody reviews their own unit), any. The last two hold in the place
of the post: a county's reviewer is nobody in its city, and the city's is nobody in the county.

Three posts (三员分立) keep the installation: the system administrator its settings and running,
the security administrator people, roles and sessions, the auditor the record. Where it asks
for it they are separate: what one of them may do is no administrator's any more, nobody holds two
of them, and the auditor holds nothing else. Where it does not, the administrator may do all of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from i18n import TranslatedList, mark
from workflow.rules.refusals import NotAllowed, Trace


class RoleName(StrEnum):
    """What a person acts as."""

    LIAISON = "liaison"
    DEPUTY_HEAD = "deputy_head"
    HEAD = "head"
    REVIEWER = "reviewer"
    LEADER = "leader"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"
    SYSTEM_ADMINISTRATOR = "system_administrator"
    SECURITY_ADMINISTRATOR = "security_administrator"
    AUDITOR = "auditor"


ROLES: Mapping[str, str] = {
    RoleName.LIAISON: mark("liaison"),
    RoleName.DEPUTY_HEAD: mark("deputy head"),
    RoleName.HEAD: mark("head"),
    RoleName.REVIEWER: mark("reviewer"),
    RoleName.LEADER: mark("leader"),
    RoleName.COORDINATOR: mark("member of the coordinating body"),
    RoleName.ADMINISTRATOR: mark("administrator"),
    RoleName.SYSTEM_ADMINISTRATOR: mark("system administrator"),
    RoleName.SECURITY_ADMINISTRATOR: mark("security administrator"),
    RoleName.AUDITOR: mark("auditor"),
}
THREE_POSTS = (
    RoleName.SYSTEM_ADMINISTRATOR,
    RoleName.SECURITY_ADMINISTRATOR,
    RoleName.AUDITOR,
)
"""Posts of the whole installation; they are held for no unit."""
OFFICE = frozenset(
    {RoleName.REVIEWER, RoleName.LEADER, RoleName.COORDINATOR, RoleName.ADMINISTRATOR}
)
"""Roles held in a place that read all of it; all others read what concerns their units."""
TOP_PLACE = 1
"""The place without one above it. What concerns the whole installation is its business."""


@dataclass(frozen=True)
class Post:
    """A role held for a unit, in the unit's place; a leader's post may have no unit."""

    role: str
    unit_id: int | None
    place_id: int = TOP_PLACE


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
    def place_ids(self) -> frozenset[int]:
        """The places of which everything may be read."""
        return frozenset(post.place_id for post in self.posts if post.role in OFFICE)

    def reads_all_of(self, place_id: int) -> bool:
        """Whether everything of a place may be read."""
        return bool(self.system) or place_id in self.place_ids


def system(name: str) -> Actor:
    """The explicit actor of work without a person, such as a flow."""
    return Actor(None, frozenset(), name)


@dataclass(frozen=True)
class Subject:
    """What an action is about, as far as permission depends on it."""

    place_id: int
    unit_id: int | None = None
    lead_unit_id: int | None = None
    person_id: int | None = None


INSTALLATION = Subject(TOP_PLACE)
"""What concerns the installation itself."""

Relation = Literal["own", "lead", "other", "any"]
SYSTEM: Literal["system"] = "system"
"""Stands where a role does: work without a person."""
Grant = tuple[RoleName | Literal["system"], Relation]

_UNIT: tuple[Grant, ...] = ((RoleName.LIAISON, "own"),)
_SIGN: tuple[Grant, ...] = ((RoleName.DEPUTY_HEAD, "own"), (RoleName.HEAD, "own"))
_OFFICE: tuple[Grant, ...] = ((RoleName.REVIEWER, "any"), (RoleName.ADMINISTRATOR, "any"))
_ADMIN: tuple[Grant, ...] = ((RoleName.ADMINISTRATOR, "any"),)
_SYSTEM: tuple[Grant, ...] = ((SYSTEM, "any"),)
_RUNS: tuple[Grant, ...] = (*_ADMIN, (RoleName.SYSTEM_ADMINISTRATOR, "any"))
_GUARDS: tuple[Grant, ...] = (*_ADMIN, (RoleName.SECURITY_ADMINISTRATOR, "any"))
_AUDITS: tuple[Grant, ...] = (*_ADMIN, (RoleName.AUDITOR, "any"))


class Permission(StrEnum):
    """What may be asked for."""

    PREPARE = "prepare"
    LOAD_PLAN = "load_plan"
    CHANGE_PLAN = "change_plan"
    SET_YEAR_TARGETS = "set_year_targets"
    CONSULT = "consult"
    COMMENT = "comment"
    ANSWER_COMMENT = "answer_comment"
    ISSUE = "issue"
    ACKNOWLEDGE = "acknowledge"
    DISPUTE = "dispute"
    DECIDE = "decide"
    REQUEST = "request"
    INSTRUCT = "instruct"
    LOOK = "look"
    OPEN_ROUNDS = "open_rounds"
    CLOSE_ROUNDS = "close_rounds"
    FILE = "file"
    ASK_SUPPORTS = "ask_supports"
    RECEIVE = "receive"
    SIGN_OFF = "sign_off"
    SIGN_OFF_ON_PAPER = "sign_off_on_paper"
    REVIEW = "review"
    WAIVE = "waive"
    EXTEND_REPORT = "extend_report"
    REMIND = "remind"
    RECORD_CALL = "record_call"
    PAUSE_REMINDERS = "pause_reminders"
    CHASE = "chase"
    DELIVER = "deliver"
    COLLECT = "collect"
    RESEND = "resend"
    KEEP_SCHEME = "keep_scheme"
    ASSESS = "assess"
    NOTE_MERIT = "note_merit"
    OBJECT = "object"
    SELF_ASSESS = "self_assess"
    ANSWER_OBJECTION = "answer_objection"
    RATE_DEBRIEFING = "rate_debriefing"
    KEEP_PROCEDURE = "keep_procedure"
    REVIEW_RESULT = "review_result"
    APPROVE_RESULT = "approve_result"
    APPROVE_SCHEME = "approve_scheme"
    SET_INDICATOR = "set_indicator"
    REPORT_INDICATOR_VALUE = "report_indicator_value"
    CONFIRM_INDICATOR_VALUE = "confirm_indicator_value"
    OBJECT_TO_INDICATOR_VALUE = "object_to_indicator_value"
    KEEP_UNITS = "keep_units"
    KEEP_PEOPLE = "keep_people"
    END_SESSIONS = "end_sessions"
    REMOVE_FACTOR = "remove_factor"
    EXPORT = "export"
    OPERATE = "operate"
    READ_MAIL = "read_mail"
    READ_AUDIT = "read_audit"
    VERIFY_AUDIT = "verify_audit"


GRANTS: dict[Permission, tuple[Grant, ...]] = {
    # plan and tasks
    Permission.PREPARE: (*_OFFICE, *_SYSTEM),
    Permission.LOAD_PLAN: (*_ADMIN, *_SYSTEM),
    Permission.CHANGE_PLAN: _ADMIN,
    Permission.SET_YEAR_TARGETS: (*_OFFICE, *_SYSTEM),
    Permission.CONSULT: (*_OFFICE, *_SYSTEM),
    Permission.COMMENT: (*_UNIT, *_SIGN),
    Permission.ANSWER_COMMENT: _OFFICE,
    Permission.ISSUE: (*_OFFICE, *_SYSTEM),
    Permission.ACKNOWLEDGE: (*_UNIT, *_SIGN),
    Permission.DISPUTE: (*_UNIT, *_SIGN),
    Permission.DECIDE: ((RoleName.REVIEWER, "other"), (RoleName.ADMINISTRATOR, "other")),
    Permission.REQUEST: (*_UNIT, *_SIGN),
    Permission.INSTRUCT: ((RoleName.LEADER, "any"), (RoleName.REVIEWER, "any")),
    Permission.LOOK: ((RoleName.LEADER, "any"), (RoleName.REVIEWER, "any")),
    # rounds and reports
    Permission.OPEN_ROUNDS: (*_OFFICE, *_SYSTEM),
    Permission.CLOSE_ROUNDS: (*_OFFICE, *_SYSTEM),
    Permission.FILE: _UNIT,
    Permission.ASK_SUPPORTS: ((RoleName.LIAISON, "lead"), (RoleName.REVIEWER, "any")),
    Permission.RECEIVE: ((RoleName.LIAISON, "lead"), (RoleName.DEPUTY_HEAD, "lead")),
    Permission.SIGN_OFF: _SIGN,
    Permission.SIGN_OFF_ON_PAPER: (*_UNIT, *_SIGN),
    Permission.REVIEW: ((RoleName.REVIEWER, "other"),),
    Permission.WAIVE: ((RoleName.REVIEWER, "other"),),
    Permission.EXTEND_REPORT: ((RoleName.REVIEWER, "other"),),
    # reminders and mail
    Permission.REMIND: (*_OFFICE, *_SYSTEM),
    Permission.RECORD_CALL: _OFFICE,
    Permission.PAUSE_REMINDERS: _OFFICE,
    Permission.CHASE: _OFFICE,
    Permission.DELIVER: (*_RUNS, *_SYSTEM),
    Permission.COLLECT: (*_RUNS, *_SYSTEM),
    Permission.RESEND: (*_OFFICE, (RoleName.SYSTEM_ADMINISTRATOR, "any")),
    # year-end
    Permission.KEEP_SCHEME: (*_ADMIN, *_SYSTEM),
    Permission.ASSESS: (*_OFFICE, *_SYSTEM),
    Permission.NOTE_MERIT: ((RoleName.REVIEWER, "other"), (RoleName.ADMINISTRATOR, "other")),
    Permission.OBJECT: (*_UNIT, *_SIGN),
    Permission.SELF_ASSESS: (*_UNIT, *_SIGN),
    Permission.ANSWER_OBJECTION: (
        (RoleName.REVIEWER, "other"),
        (RoleName.ADMINISTRATOR, "other"),
        (RoleName.LEADER, "other"),
    ),
    Permission.RATE_DEBRIEFING: (
        (RoleName.REVIEWER, "other"),
        (RoleName.ADMINISTRATOR, "other"),
        (RoleName.LEADER, "other"),
    ),
    Permission.KEEP_PROCEDURE: _OFFICE,
    Permission.REVIEW_RESULT: ((RoleName.COORDINATOR, "any"), (RoleName.LEADER, "any")),
    Permission.APPROVE_RESULT: (*_ADMIN, (RoleName.LEADER, "any")),
    Permission.APPROVE_SCHEME: (*_ADMIN, (RoleName.LEADER, "any")),
    # main indicators; the unit of a verdict is the data source
    Permission.SET_INDICATOR: _OFFICE,
    Permission.REPORT_INDICATOR_VALUE: (*_UNIT, *_SIGN, *_OFFICE),
    Permission.CONFIRM_INDICATOR_VALUE: (*_UNIT, *_SIGN),
    Permission.OBJECT_TO_INDICATOR_VALUE: (*_UNIT, *_SIGN),
    # people and installation
    Permission.KEEP_UNITS: (*_ADMIN, *_SYSTEM),
    Permission.KEEP_PEOPLE: (*_GUARDS, *_SYSTEM),
    Permission.END_SESSIONS: (*_GUARDS, *_SYSTEM),
    Permission.REMOVE_FACTOR: (*_GUARDS, *_SYSTEM),
    Permission.EXPORT: ((RoleName.LEADER, "any"), *_OFFICE, *_UNIT, *_SIGN, *_SYSTEM),
    Permission.OPERATE: (*_RUNS, *_SYSTEM),
    Permission.READ_MAIL: (*_OFFICE, (RoleName.SYSTEM_ADMINISTRATOR, "any")),
    Permission.READ_AUDIT: (*_AUDITS, *_SYSTEM),
    Permission.VERIFY_AUDIT: (*_RUNS, (RoleName.AUDITOR, "any"), *_SYSTEM),
}


def granted(action: Permission, separate: bool = False) -> tuple[Grant, ...]:
    """Who may do this, as (role, relation); `separate`: as where the three posts are."""
    grants = GRANTS[action]
    if separate and any(role in THREE_POSTS for role, _relation in grants):
        return tuple(grant for grant in grants if grant[0] != RoleName.ADMINISTRATOR)
    return grants


def clash(roles: Collection[str]) -> tuple[str, str] | None:
    """Two of the roles that nobody holds together where the three posts are separate, if any."""
    held = [post for post in THREE_POSTS if post in roles]
    if len(held) > 1:
        return held[0], held[1]
    others = [role for role in ROLES if role in roles and role not in THREE_POSTS]
    return (RoleName.AUDITOR, others[0]) if RoleName.AUDITOR in held and others else None


def in_force(posts: Collection[Post], separate: bool) -> frozenset[Post]:
    """The posts of a person that count. Whoever came to hold what is kept apart, such as before
    the installation asked for it, acts in none of the three posts until that is put in order."""
    if separate and clash({post.role for post in posts}):
        return frozenset(post for post in posts if post.role not in THREE_POSTS)
    return frozenset(posts)


def may(actor: Actor, action: Permission, subject: Subject) -> bool:
    """Whether the actor may do this to the subject."""
    for role, relation in granted(action, actor.separate):
        if role == SYSTEM:
            if actor.system:
                return True
            continue
        for post in actor.posts:
            if post.role == role and _stands(actor, post, relation, subject):
                return True
    return False


def may_for_some(actor: Actor, action: Permission) -> bool:
    """Whether there may be a subject to which the actor may do this."""
    roles = {role for role, _relation in granted(action, actor.separate)}
    return bool(roles & actor.roles or (actor.system and SYSTEM in roles))


def require(actor: Actor, action: Permission, subject: Subject) -> None:
    """Raise NotAllowed, naming the roles that may, unless the actor may do this."""
    if not may(actor, action, subject):
        raise _refused(actor, action, subject)


def require_for_some(actor: Actor, action: Permission) -> None:
    """Raise NotAllowed unless there may be a subject to which the actor may do this: asked before
    a file is read that may name many."""
    if not may_for_some(actor, action):
        raise _refused(actor, action, None)


def _refused(actor: Actor, action: Permission, subject: Subject | None) -> NotAllowed:
    roles = {role for role, _ in granted(action, actor.separate)}
    names = TranslatedList(word for role, word in ROLES.items() if role in roles)
    known = vars(subject) if subject else {}
    about = {name: number for name, number in known.items() if number and name != "place_id"}
    return NotAllowed(
        mark("You may not do this. It is for: {roles}."),
        trace=Trace("refused", what=action, about=about),
        roles=names,
    )


def _stands(actor: Actor, post: Post, relation: Relation, subject: Subject) -> bool:
    if relation == "own":
        return post.unit_id is not None and post.unit_id == subject.unit_id
    if relation == "lead":
        return post.unit_id is not None and post.unit_id == subject.lead_unit_id
    here = post.place_id == subject.place_id or post.role in THREE_POSTS
    return here and (relation == "any" or subject.unit_id not in actor.unit_ids)
