"""Take in people and their roles from a file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from sqlalchemy import select

from db.models import Person
from db.queries.places.places import own_place
from documents.lists.list_file import LONGEST, ListLine, code_of
from documents.lists.people_file import LANGUAGE_WORDS, ROLE_WORDS
from i18n import TranslatedList, mark
from notifications.rendering import is_address
from workflow.rules.access.permissions import ROLES, Permission, Subject
from workflow.rules.refusals import Invalid, Problem
from workflow.verbs.context import Context
from workflow.verbs.directory import Directory
from workflow.verbs.people.save_person import NEED_A_UNIT, add_person, change_person, give_role
from workflow.verbs.people.separate_posts import PostsClash

_PHONE = re.compile(r"[+0-9][0-9 ()\-－—]{3,30}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
MOST_PROBLEMS = 100


@dataclass(frozen=True)
class PeopleImported:
    """What an import did, or with `dry_run` would do: addresses, and how many roles are new."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    roles: int
    dry_run: bool


@dataclass
class _Wanted:
    line: ListLine
    unit_id: int | None
    language: str
    posts: set[tuple[str, int | None]]


def import_people(
    c: Context,
    lines: Sequence[ListLine],
    *,
    at: datetime,
    dry_run: bool = False,
    place_id: int | None = None,
) -> PeopleImported:
    """Take in every person and role of a file's lines (`read_people`), or nothing if one is wrong.

    Who may: who keeps people, and the operator. People are known by their address: new ones get a
    link by mail to choose a password, known ones are changed; an empty language or telephone
    leaves what is known. Roles are added, never taken. Units are those of the place `place_id`, by
    default the actor's. Leaves an event a person that changed.
    Raises Invalid with every problem by row and column. `at`: real time (UTC).
    """
    place = own_place(c.actor) if place_id is None else place_id
    c.require(Permission.KEEP_PEOPLE, Subject(place))
    wanted = _understood(c, lines, place)
    known = {
        person.email: person
        for person in c.session.scalars(select(Person).where(Person.email.in_(wanted)))
    }
    done: dict[str, list[str]] = {"added": [], "changed": [], "unchanged": []}
    roles = 0
    part = c.session.begin_nested()
    written = len(c.session.info.get("events", []))
    problems: list[Problem] = []
    for email, person in wanted.items():
        try:
            outcome, given = _take_in(c, person, known.get(email), place, at)
        except PostsClash as refusal:
            problems.append(person.line.problem("role", refusal.message, **refusal.fields))
            continue
        done[outcome].append(email)
        roles += given
    _all_right(problems)
    if dry_run:
        part.rollback()
        del c.session.info.setdefault("events", [])[written:]
    return PeopleImported(**{k: tuple(v) for k, v in done.items()}, roles=roles, dry_run=dry_run)


def _take_in(
    c: Context, wanted: _Wanted, known: Person | None, place_id: int, at: datetime
) -> tuple[str, int]:
    line = wanted.line
    if known is None:
        person_id = add_person(
            c,
            email=line["email"],
            name=line["name"],
            unit_id=wanted.unit_id,
            language=wanted.language or "zh",
            phone=line["phone"],
            at=at,
        )
        outcome = "added"
    else:
        person_id = known.id
        back = not known.active
        known.active = True
        differs = change_person(
            c,
            person_id,
            email=line["email"],
            name=line["name"],
            unit_id=wanted.unit_id,
            language=wanted.language or known.language,
            phone=line["phone"] or known.phone,
        )
        outcome = "changed" if differs or back else "unchanged"
    order = sorted(wanted.posts, key=lambda post: (post[0], post[1] or 0))
    given = sum(give_role(c, person_id, role, unit_id, place_id) for role, unit_id in order)
    if given and outcome == "unchanged":
        outcome = "changed"
    return outcome, given


def _understood(c: Context, lines: Sequence[ListLine], place_id: int) -> dict[str, _Wanted]:
    """The people of the file by address; raises Invalid with every problem."""
    directory = Directory(c, place_id)
    names = sorted(directory.names)
    wanted: dict[str, _Wanted] = {}
    problems: list[Problem] = []
    if not lines:
        problems.append(Problem("", mark("There is nobody in the file.")))
    for line in lines:
        if len(problems) >= MOST_PROBLEMS:
            break
        unit_id = directory.unit(line["unit"]) if line["unit"] else None
        found = _unfit(line) or [*_faults(line), *_unit_faults(line, unit_id, names)]
        email = line["email"].lower()
        first = wanted.get(email)
        if first is not None and first.line["name"] != line["name"]:
            other = mark("row {row} gives this address to somebody else")
            found.append(line.problem("email", other, row=first.line.row))
        problems += found
        if found:
            continue
        role = code_of(ROLE_WORDS, line["role"]) or ""
        language = code_of(LANGUAGE_WORDS, line["language"]) or ""
        person = wanted.setdefault(email, _Wanted(line, unit_id, language, set()))
        person.posts.add((role, unit_id))
    _all_right(problems)
    return wanted


def _all_right(problems: list[Problem]) -> None:
    if problems:
        raise Invalid(
            mark("Nothing was taken in. Please correct the file and import it again."),
            tuple(problems[:MOST_PROBLEMS]),
        )


def _unfit(line: ListLine) -> list[Problem]:
    """Cells that hold no name of anything; nothing is searched for what stands there."""
    return [
        line.problem(field, mark("The text is too long or holds control characters."))
        for field in line.headings
        if len(text := line[field]) > LONGEST or _CONTROL.search(text)
    ]


def _faults(line: ListLine) -> list[Problem]:
    found = []
    if not is_address(line["email"]):
        found.append(line.problem("email", mark("“{email}” is no e-mail address."),
                                  email=line["email"]))  # fmt: skip
    if not line["name"]:
        found.append(line.problem("name", mark("The name is missing.")))
    if code_of(ROLE_WORDS, line["role"]) is None:
        message = mark("“{role}” is no role. The roles are: {known}.")
        known = TranslatedList(ROLES[role] for role in ROLE_WORDS)
        found.append(line.problem("role", message, role=line["role"], known=known))
    if line["language"] and code_of(LANGUAGE_WORDS, line["language"]) is None:
        found.append(line.problem("language", mark("The language is zh or en.")))
    if line["phone"] and not _PHONE.fullmatch(line["phone"]):
        message = mark("“{phone}” is no telephone number.")
        found.append(line.problem("phone", message, phone=line["phone"]))
    return found


def _unit_faults(line: ListLine, unit_id: int | None, names: list[str]) -> list[Problem]:
    if line["unit"] and unit_id is None:
        near = get_close_matches(line["unit"], names, n=3, cutoff=0.45)
        if near:
            message = mark("There is no unit “{unit}”. Is it one of these: {near}?")
            return [line.problem("unit", message, unit=line["unit"], near=", ".join(near))]
        return [line.problem("unit", mark("There is no unit “{unit}”."), unit=line["unit"])]
    if not line["unit"] and code_of(ROLE_WORDS, line["role"]) in NEED_A_UNIT:
        return [line.problem("unit", mark("This role is held for a unit. Choose the unit."))]
    return []
