"""A newer edition of a running plan: proposed matches, what it adds, drops and changes, and the
step that brings it into force."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st
from markupsafe import Markup

from i18n import _
from tasks_catalog.comparing import Differences, FieldChange, PairProposal, take_all
from tasks_catalog.comparing.saying import FIELD_WORDS, said
from tasks_catalog.model import CatalogueTask
from ui.components.figures import KeyFigure, key_figures
from ui.components.lists import attention, bullets, pairs
from ui.components.rendering import macro
from ui.components.states import note
from ui.components.stories import changed_text
from ui.components.text import heading, named, replaced, soft
from ui.shell.page import Page
from ui.views.plan.preparing.desk import CopyDesk
from ui.views.plan.preparing.words import PIECES, led_by
from workflow.rules.access.permissions import RoleName
from workflow.verbs.editions.apply_copy import apply_copy
from workflow.verbs.editions.compare_editions import EditionPreview, preview_edition

LONG = frozenset({"text", "title"})


def draw_edition(page: Page, desk: CopyDesk) -> None:
    """Proposals first, one at a time; then everything that would change; then the step."""
    said_so: dict[str, str] = st.session_state.setdefault(f"plan_matches_{desk.sheet.id}", {})
    known = tuple(sorted(said_so.items()))
    seen = page.keep(
        "plan_edition",
        lambda c: preview_edition(
            c, plan_id=desk.sheet.plan_id or 0, catalogue=desk.catalogue, confirmed=dict(known)
        ),
        desk.sheet.id, known,
    )  # fmt: skip
    found = seen.differences
    page.html(_figures(found), _overtaken(seen))
    if found.proposals:
        _draw_proposal(page, found, said_so)
    page.html(differences_html(found))
    _draw_step(page, desk, seen, said_so)


def _figures(found: Differences) -> Markup:
    return key_figures(
        [
            KeyFigure(_("To be matched"), str(len(found.proposals)), _("one task or two?"),
                   "yellow" if found.proposals else "green"),
            KeyFigure(_("Added"), str(len(found.added)), _("tasks")),
            KeyFigure(_("Dropped"), str(len(found.dropped)), _("tasks")),
            KeyFigure(_("Changed"), str(len(found.changed)), _("tasks")),
        ]
    )  # fmt: skip


def _overtaken(seen: EditionPreview) -> Markup:
    if not seen.overtaken:
        return Markup("")
    lines = [
        _(
            "{code}: {field} stands at {stands} by a decision; the new edition says {after}",
            code=one.code, field=_(FIELD_WORDS.get(one.field, one.field)), stands=one.stands,
            after=one.after,
        )
        for one in seen.overtaken
    ]  # fmt: skip
    return note(bullets(_("Decisions that the new edition would overrule"), lines), "warning")


def _draw_proposal(page: Page, found: Differences, said_so: dict[str, str]) -> None:
    one = found.proposals[0]
    with st.container(key="plan_match"):
        page.html(_proposal(one, len(found.proposals)))
        with st.container(horizontal=True):
            take = page.callback(said_so.update)
            same, other = {one.new.code: one.old.code}, {one.new.code: ""}
            st.button(_("It is the same task"), key="plan_same", type="primary",
                      on_click=take, args=(same,))  # fmt: skip
            st.button(_("It is a new task"), key="plan_other", on_click=take, args=(other,))
            if len(found.proposals) > 1:
                st.button(
                    _("All {n} are the same tasks", n=len(found.proposals)), key="plan_all_same",
                    on_click=take, args=(take_all(found),),
                )  # fmt: skip


def _proposal(one: PairProposal, n: int) -> Markup:
    both = [
        (_("In force"), named(one.old.code, one.old.title)),
        (_("New edition"), named(one.new.code, one.new.title)),
    ]
    why = _("{why}; {percent}% alike", why=one.why, percent=int(one.likeness * 100))
    head = heading(2, _("Is it the same task? ({n} to settle)", n=n)) + soft(why)
    return head + pairs(both) + _fields(one.fields)


def differences_html(found: Differences) -> Markup:
    """Everything that would change, task by task."""
    if found.empty:
        return note(_("The editions demand the same."))
    changed = [
        macro(PIECES, "changed_task", one.new.code, one.new.title, _fields(one.fields))
        for one in found.changed
    ]
    out = attention(changed, _("Changed tasks"))
    out += attention(_tasks(found.added), _("Added tasks"))
    out += attention(_tasks(found.dropped), _("Dropped tasks"))
    if found.head:
        out += heading(2, _("Head of the plan")) + _fields(found.head)
    others = [
        _("{n} headings", n=len(found.items)) if found.items else "",
        _("{n} groups of units", n=len(found.groups)) if found.groups else "",
        _("{n} indicators", n=len(found.indicators)) if found.indicators else "",
    ]
    if any(others):
        told = _(", ").join(filter(None, others))
        out += soft(_("Also changed: {what}.", what=told))
    return out


def _tasks(tasks: Iterable[CatalogueTask]) -> list[Markup]:
    return [named(task.code, task.title, _(", ").join(led_by(task))) for task in tasks]


def _fields(changes: Sequence[FieldChange]) -> Markup:
    return pairs([(_(FIELD_WORDS[one.field]), _change(one)) for one in changes])


def _change(one: FieldChange) -> Markup:
    before, after = said(one.field, one.before), said(one.field, one.after)
    if one.field in LONG:
        return changed_text(before, after)
    return replaced(before, after)


def _draw_step(page: Page, desk: CopyDesk, seen: EditionPreview, said_so: dict[str, str]) -> None:
    if seen.differences.empty or not desk.open:
        return
    if RoleName.ADMINISTRATOR not in page.visitor().roles:
        page.html(note(_("When all is right, an administrator brings the edition into force.")))
        return
    if seen.differences.proposals:
        page.html(note(_("Settle every match first; nothing is matched without a word of yours.")))
        return
    with st.form("plan_apply", border=False):
        document = st.text_input(
            _("Document that approves the edition"), disabled=not seen.running,
            value=desk.catalogue.plan.document_number or "",
        )  # fmt: skip
        found = seen.differences
        said_what = _(
            "Bring the edition into force: {added} added, {dropped} dropped, {changed} changed",
            added=len(found.added), dropped=len(found.dropped), changed=len(found.changed),
        )  # fmt: skip
        if not st.form_submit_button(said_what, type="primary"):
            return
    with page.trying():
        with page.acting() as c:
            done = apply_copy(
                c, copy_id=desk.sheet.id, revision=desk.sheet.revision, document=document,
                confirmed=dict(said_so), version=seen.version,
            )  # fmt: skip
        page.say(
            _(
                "Edition {no} is in force; tasks added: {added}, dropped: {dropped}, "
                "changed: {changed}.",
                no=done.edition, added=len(done.added), dropped=len(done.dropped),
                changed=len(done.changed),
            )
        )  # fmt: skip
        if done.shares:
            page.say(
                _("Year targets no longer make the whole: {codes}",
                  codes=_(", ").join(done.shares)),
                "warning",
            )  # fmt: skip
        page.navigate("plan", plan=desk.sheet.plan_id or "")
