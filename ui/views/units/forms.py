"""The forms of 单位与联络员: a unit, a person, a leave, a file of people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypedDict

import streamlit as st

from db.queries.people.directory import CoverRow, PersonRow
from db.queries.units.units import UnitRow
from documents.lists.list_file import ListLine
from documents.lists.people_file import read_people
from i18n import LANGUAGES, _, mark
from ui.components.dates import full_date
from ui.components.plain_label import plain
from ui.components.states import note
from ui.components.text import paragraph
from ui.components.uploads import read_upload
from ui.shell.page import Page
from workflow.rules.access.permissions import ROLES, Permission, RoleName
from workflow.verbs.access.end_session import end_sessions_of
from workflow.verbs.access.enrol_factor import remove_factor
from workflow.verbs.people.cover import cover, end_cover
from workflow.verbs.people.import_people import PeopleImported, import_people
from workflow.verbs.people.save_person import (
    add_person,
    change_person,
    deactivate_person,
    end_role,
    give_role,
    invite_again,
)
from workflow.verbs.units.save_unit import KINDS, save_unit

LANGUAGE_NAMES = {"zh": mark("Chinese"), "en": mark("English")}
Post = tuple[str, int | None]
_OF_THE_PLACE = frozenset({RoleName.LEADER, RoleName.COORDINATOR})
"""Posts that are held for no unit."""


def draw_unit(page: Page, units: Sequence[UnitRow]) -> None:
    """Add a unit or change one."""
    known = {unit.unit_id: unit for unit in units}
    with st.expander(_("Add or change a unit")):
        chosen = st.selectbox(
            _("Unit"), [None, *known], key="unit_chosen",
            format_func=lambda key: known[key].name if key else _("a new unit"),
        )  # fmt: skip
        old = known.get(chosen) if chosen else None
        kinds = list(KINDS)
        with st.form(f"unit_{chosen}", border=False):
            name = st.text_input(_("Name of the unit"), value=old.name if old else "")
            kind = st.selectbox(
                _("Kind"), kinds, index=kinds.index(old.kind) if old and old.kind in kinds else 0,
                format_func=lambda key: _(KINDS[key]),
            )  # fmt: skip
            aliases = st.text_input(
                _("Other names, with commas between"),
                value=_(", ").join(old.aliases) if old else "",
            )
            phone = st.text_input(_("Telephone of the office"), value=old.phone if old else "")
            duties = st.text_input(
                _("Fields of duty, with commas between"), value=old.duties if old else "",
                help=_("Tasks in which these words stand are suggested to the unit."),
            )  # fmt: skip
            active = st.checkbox(_("in use"), value=old.active if old else True)
            if st.form_submit_button(_("Save"), type="primary"):
                with page.trying():
                    with page.acting() as c:
                        save_unit(
                            c, unit_id=chosen, name=name, kind=kind, aliases=_listed(aliases),
                            parent_id=old.parent_id if old else None, phone=phone,
                            duties=_listed(duties), active=active,
                        )  # fmt: skip
                    page.say(_("{name} is saved.", name=name))
                    st.rerun()


def _listed(text: str) -> list[str]:
    for comma in ("，", "、", ";", "；"):
        text = text.replace(comma, ",")
    return text.split(",")


def draw_person(page: Page, units: Sequence[UnitRow], everybody: Sequence[PersonRow]) -> None:
    """Add a person or change one, with the roles they hold."""
    known = {person.id: person for person in everybody}
    names = {unit.unit_id: unit.name for unit in units if unit.active}
    with st.expander(_("Add or change a person")):
        chosen = st.selectbox(
            _("Person"), [None, *known], key="person_chosen",
            format_func=lambda key: f"{known[key].name} {known[key].unit}" if key
            else _("a new person"),
        )  # fmt: skip
        old = known.get(chosen) if chosen else None
        with st.form(f"person_{chosen}", border=False):
            name = st.text_input(_("Name"), value=old.name if old else "")
            email = st.text_input(_("Mail address"), value=old.email if old else "")
            keys = [None, *names]
            unit = st.selectbox(
                _("Unit"), keys,
                index=keys.index(old.unit_id) if old and old.unit_id in names else 0,
                format_func=lambda key: names[key] if key else _("none"),
            )  # fmt: skip
            phone = st.text_input(_("Telephone"), value=old.phone if old else "")
            language = st.selectbox(
                _("Language"), LANGUAGES, index=LANGUAGES.index(old.language) if old else 0,
                format_func=lambda key: _(LANGUAGE_NAMES[key]),
            )  # fmt: skip
            held = [post.role for post in old.roles] if old else []
            roles = st.pills(
                _("Roles"), list(ROLES), selection_mode="multi", default=held,
                format_func=lambda key: _(ROLES[key]),
            )  # fmt: skip
            if st.form_submit_button(_("Save"), type="primary"):
                with page.trying():
                    _save(page, old, name, email, unit, phone, language, roles)
                    page.say(_("{name} is saved.", name=name))
                    st.rerun()
        if old:
            _beyond(page, old)


class _Person(TypedDict):
    email: str
    name: str
    unit_id: int | None
    language: str
    phone: str


def _save(
    page: Page, old: PersonRow | None, name: str, email: str, unit: int | None, phone: str,
    language: str, roles: Sequence[str],
) -> None:  # fmt: skip
    with page.acting() as c:
        given = _Person(email=email, name=name, unit_id=unit, language=language, phone=phone)
        if old:
            change_person(c, old.id, **given)
        person = old.id if old else add_person(c, at=page.installation.wall(), **given)
        before: set[Post] = {(post.role, post.unit_id) for post in old.roles} if old else set()
        for role, held_for in sorted(before, key=str):
            if role not in roles:
                end_role(c, person, role, held_for)
        for role in roles:
            if role not in {name for name, _unit in before}:
                give_role(c, person, role, None if role in _OF_THE_PLACE else unit)


def _beyond(page: Page, person: PersonRow) -> None:
    with st.container(horizontal=True):
        if st.button(_("Mail a new link for the password")):
            with page.trying():
                with page.acting() as c:
                    invite_again(c, person.id, at=page.installation.wall())
                page.say(_("The link is on its way to {name}.", name=person.name))
                st.rerun()
        if st.button(_("End all sessions of {name}", name=plain(person.name))):
            with page.trying():
                with page.acting() as c:
                    ended = end_sessions_of(c, person_id=person.id, at=page.installation.wall())
                page.say(_("{n} sessions of {name} ended.", n=ended, name=person.name))
                st.rerun()
        if person.second_factor and st.button(_("Remove the lost second factor")):
            with page.trying():
                with page.acting() as c:
                    remove_factor(c, person.id, at=page.installation.wall())
                page.say(_("{name} logs in with the password alone now and can set up another "
                           "second factor.", name=person.name))  # fmt: skip
                st.rerun()
        if st.button(_("{name} has left: end all roles", name=plain(person.name))):
            with page.trying():
                with page.acting() as c:
                    deactivate_person(c, person.id, at=page.installation.wall())
                page.say(_("{name} can no longer log in; what they did stays.", name=person.name))
                st.rerun()


def draw_cover(page: Page, everybody: Sequence[PersonRow], away: Sequence[CoverRow]) -> None:
    """Name a substitute for somebody on leave; end a leave early."""
    names = {person.id: f"{person.name} {person.unit}" for person in everybody}
    today: date = page.installation.today()
    name = _("Leave and substitutes ({n})", n=len(away))
    with st.expander(name, key="covers", on_change="rerun") as opened:
        if not opened.open:
            return
        for row in away:
            said = _("{person}: {first} to {last}, {substitute} acts", person=row.person,
                     first=full_date(row.first), last=full_date(row.last),
                     substitute=row.substitute)  # fmt: skip
            page.html(paragraph(said))
            if st.button(_("End this leave"), key=f"cover_{row.id}"):
                with page.trying():
                    with page.acting() as c:
                        end_cover(c, cover_id=row.id)
                    st.rerun()
        with st.form("cover", border=False):
            person = st.selectbox(_("On leave"), list(names), format_func=names.__getitem__)
            other = st.selectbox(_("Substitute"), list(names), format_func=names.__getitem__)
            first = st.date_input(_("First day"), value=today, format="YYYY-MM-DD")
            last = st.date_input(_("Last day"), value=today, format="YYYY-MM-DD")
            if st.form_submit_button(_("Name the substitute")):
                with page.trying():
                    with page.acting() as c:
                        cover(c, person_id=person, substitute_id=other, first=first, last=last)
                    page.say(_("The substitute is named."))
                    st.rerun()


def draw_import(page: Page) -> None:
    """Take in a file of people: looked at first, then taken in as a whole."""
    name = _("Take in a file of people (csv or xlsx)")
    with st.expander(name, key="people_file", on_change="rerun") as opened:
        if not opened.open:
            return
        page.html(paragraph(
            _("Columns: email, name, unit, role; also language and telephone. One row a role.")
        ))  # fmt: skip
        file = st.file_uploader(_("File"), type=["csv", "xlsx"])
        if file is None:
            return
        with page.trying():
            lines = read_upload(page, Permission.KEEP_PEOPLE, read_people, file)
            seen = _import(page, lines, dry_run=True)
            said = _(
                "New: {added}, changed: {changed}, roles added: {roles}",
                added=len(seen.added), changed=len(seen.changed), roles=seen.roles,
            )  # fmt: skip
            page.html(note(said, "note"))
            if st.button(_("Take them in"), type="primary"):
                _import(page, lines, dry_run=False)
                page.say(said)
                st.rerun()


def _import(page: Page, lines: list[ListLine], *, dry_run: bool) -> PeopleImported:
    with page.acting() as c:
        return import_people(c, lines, at=page.installation.wall(), dry_run=dry_run)
