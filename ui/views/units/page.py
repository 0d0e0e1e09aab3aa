"""单位与联络员: who answers for which unit?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from db.queries.people.directory import CoverRow, PersonRow, covers, people, unfilled_posts
from db.queries.places.places import list_places
from db.queries.units.changes import proposals
from db.queries.units.units import GroupRow, UnitRow, list_groups, list_units
from i18n import _
from ui.components.dates import full_date
from ui.components.figures import KeyFigure, key_figures
from ui.components.lights import tag
from ui.components.states import note
from ui.components.tables import ListColumn, data_table
from ui.components.text import anchor, joined
from ui.shell.page import Page
from ui.views.plan.proposed import proposed_note
from ui.views.shared.office import follow, link, number_of, to_address
from ui.views.units.forms import draw_cover, draw_import, draw_person, draw_unit
from ui.views.units.groups import POLICIES, draw_group
from ui.views.units.merger import draw_merger
from ui.views.units.places import draw_new_place, places_html
from workflow.rules.access.permissions import ROLES, Permission, RoleName, may_for_some
from workflow.verbs.units.save_unit import KINDS


def draw(page: Page) -> None:
    """Units with their people, people with their roles, groups with their members."""
    with page.reading() as c:
        units = list_units(c.session, c.actor, c.today)
        everybody = people(c.session, c.actor, today=c.today)
        groups = list_groups(c.session, c.actor, c.today)
        away = covers(c.session, c.actor, c.today)
        waiting = proposals(c.session, c.actor)
        keeps_people = may_for_some(c.actor, Permission.KEEP_PEOPLE)
        keeps_units = may_for_some(c.actor, Permission.KEEP_UNITS)
        places = list_places(c.session, c.actor)
        unfilled = unfilled_posts(c.session, c.actor, c.today)
    page.title()
    if unfilled:
        words = _(", ").join(_(ROLES[post]) for post in unfilled)
        page.html(note(_("Nobody holds this post yet: {posts}.", posts=words), "warning"))
    page.html(_figures(units, everybody, away))
    names = {"units": _("Units"), "people": _("People"), "groups": _("Groups")}
    if len(places) > 1:
        names["places"] = _("Places")
    follow("list", page.param("list") if page.param("list") in names else "units")
    shown = st.segmented_control(
        _("Show"), list(names), format_func=names.__getitem__, key="list",
        label_visibility="collapsed", on_change=page.callback(_show),
    )  # fmt: skip
    if shown == "people":
        if keeps_people:
            draw_person(page, units, everybody)
            draw_cover(page, everybody, away)
            draw_import(page)
        page.html(_people(everybody))
    elif shown == "places":
        if keeps_units:
            draw_new_place(page, units, places)
        page.html(places_html(places))
    elif shown == "groups":
        page.html(proposed_note(waiting))
        asked = number_of(page, "group")
        chosen = next((group for group in groups if group.group_id == asked), None)
        if chosen is None:
            page.html(_groups(groups))
        else:
            draw_group(page, chosen, units, changes=keeps_units)
    else:
        if keeps_units:
            draw_unit(page, units)
            draw_merger(page, units)
        page.html(_units(units, everybody))


def _show() -> None:
    to_address("list")
    st.query_params.pop("group", None)


def _figures(
    units: Sequence[UnitRow], everybody: Sequence[PersonRow], away: Sequence[CoverRow]
) -> Markup:
    active = [unit for unit in units if unit.active]
    unreached = sum(not unit.reachable for unit in active)
    waiting = sum(person.invited for person in everybody)
    return key_figures(
        [
            KeyFigure(_("Units"), str(len(active)), _("in use")),
            KeyFigure(_("Without a reachable contact"), str(unreached), _("no mail gets there"),
                   "red" if unreached else "green"),
            KeyFigure(_("People"), str(len(everybody)), _("{n} have not chosen a password yet",
                   n=waiting), "accent", "/units?list=people"),
            KeyFigure(_("On leave"), str(len(away)), _("with a substitute")),
        ]
    )  # fmt: skip


def _units(units: Sequence[UnitRow], everybody: Sequence[PersonRow]) -> Markup:
    held: dict[tuple[int, str], list[str]] = defaultdict(list)
    for person in everybody:
        for post in person.roles:
            if post.unit_id is not None:
                held[post.unit_id, post.role].append(person.name)
    rows = [
        [
            joined([unit.name, _use(unit)]),
            _(KINDS.get(unit.kind, unit.kind)),
            _(", ").join(held[unit.unit_id, RoleName.LIAISON]) or tag(_("none"), "warning"),
            _(", ").join(held[unit.unit_id, RoleName.DEPUTY_HEAD]) or tag(_("none"), "warning"),
            _(", ").join(unit.aliases),
            unit.phone,
        ]
        for unit in units
    ]
    columns = [
        ListColumn(_("Unit"), "lead"), ListColumn(_("Kind")), ListColumn(_("Liaison")),
        ListColumn(_("Deputy head")),
        ListColumn(_("Other names")), ListColumn(_("Telephone")),
    ]  # fmt: skip
    return data_table(_("Units"), columns, rows)


def _use(unit: UnitRow) -> Markup | str:
    if unit.successor:
        return tag(_("merged into {unit}", unit=unit.successor))
    return "" if unit.active else tag(_("not in use"))


def _people(everybody: Sequence[PersonRow]) -> Markup:
    rows = [
        [
            person.name,
            person.unit,
            _(", ").join(dict.fromkeys(_(ROLES[post.role]) for post in person.roles)),
            person.email,
            person.phone,
            _standing(person),
        ]
        for person in everybody
    ]
    columns = [
        ListColumn(_("Name"), "lead"),
        ListColumn(_("Unit")),
        ListColumn(_("Role")),
        ListColumn(_("Address")),
        ListColumn(_("Telephone")),
        ListColumn(_("Login")),
    ]
    return data_table(_("People"), columns, rows)


def _standing(person: PersonRow) -> Markup | str:
    if person.unreachable:
        return tag(_("mail comes back"), "warning")
    if person.substitute:
        return tag(_("on leave, {name} acts", name=person.substitute))
    return tag(_("invited"), "") if person.invited else tag(_("in use"), "accent")


def _groups(groups: Sequence[GroupRow]) -> Markup:
    rows = [
        [
            anchor(link("units", list="groups", group=group.group_id), group.name),
            _(POLICIES[group.policy]),
            _(", ").join(
                member.unit
                if member.valid_to.year == 9999
                else _("{unit} (until {day})", unit=member.unit, day=full_date(member.valid_to))
                for member in group.members
            ),
        ]
        for group in groups
    ]
    columns = [
        ListColumn(_("Group"), "lead"),
        ListColumn(_("Who answers")),
        ListColumn(_("Members"), "wide"),
    ]
    return data_table(_("Groups"), columns, rows)
