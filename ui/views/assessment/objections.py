"""Objections to lines of a score, what shows them, and their answers."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from db.queries.assessment.assessment import objections
from db.queries.assessment.judges import has_judged
from db.queries.assessment.objection_files import ObjectionPaper, objection_files
from db.queries.places.places import about_unit
from i18n import _
from ui.components.lights import tag
from ui.components.states import note
from ui.shell.page import Page
from ui.views.shared.evidence import file_size, refused_files, upload_field
from workflow.rules.access.permissions import Permission, may
from workflow.rules.assessment.result import AssessmentRun, LineObjection, ScoreSheet
from workflow.verbs.assessment.answer_objection import answer_objection
from workflow.verbs.assessment.attach_to_objection import (
    attach_to_objection,
    may_attach_to_objection,
)
from workflow.verbs.assessment.object_to_score import object_to_score
from workflow.verbs.context import Context


def objected(one: LineObjection) -> Markup:
    """What became of an objection."""
    if one.upheld is None:
        return tag(_("objection awaits an answer"), "warning")
    return tag(_("objection upheld") if one.upheld else _("objection not upheld"))


def draw_objection(page: Page, score: ScoreSheet) -> None:
    """A unit objects to a line of its newest score."""
    unit_id = score.place.unit_id
    with page.reading() as c:
        if not may(c.actor, Permission.OBJECT, about_unit(c.session, unit_id)):
            return
    lines = {line.id: line for line in score.lines}
    if not lines:
        return
    with st.expander(_("Object to a line of this score")), st.form("object", border=False):
        chosen = st.selectbox(
            _("Line"),
            list(lines),
            format_func=lambda key: f"{lines[key].title} {lines[key].points}",
        )
        text = st.text_area(_("What is not right"), height=100)
        proof = st.text_input(_("What shows it: document and number, or a file of a report"))
        if st.form_submit_button(_("Send the objection"), type="primary"):
            with page.trying():
                with page.acting() as c:
                    object_to_score(c, line_id=chosen, text=text, proof=proof)
                page.say(
                    _("The objection is with the talent office. Files that show it go below it.")
                )
                st.rerun()


def draw_answers(page: Page, run: AssessmentRun, unit_id: int | None = None) -> None:
    """Objections with their files and answers; who may answers those that wait."""
    with page.reading() as c:
        found = [
            one for one in objections(c.session, c.actor, run.id) if unit_id in (None, one.unit_id)
        ]
        files = objection_files(c.session, c.actor, [one.id for one in found])
        mine = {one.id for one in found if _answers(c, run, one)}
        ours = {
            one.id
            for one in found
            if one.upheld is None
            and may(c.actor, Permission.OBJECT, about_unit(c.session, one.unit_id))
        }
    if not found:
        return
    page.html(Markup('<h2 id="objections">{}</h2>').format(_("Objections")))
    for one in found:
        page.html(note(_words(one, files.get(one.id, ())), "note"))
        if one.id in ours:
            _draw_files(page, one.id, bool(files.get(one.id)))
        if one.id in mine:
            _draw_answer(page, one)


def _answers(c: Context, run: AssessmentRun, one: LineObjection) -> bool:
    return (
        one.upheld is None
        and may(c.actor, Permission.ANSWER_OBJECTION, about_unit(c.session, one.unit_id))
        and not has_judged(c.session, c.actor, run.plan_id, run.year, one.unit_id)
    )


def _draw_files(page: Page, objection_id: int, more: bool) -> None:
    name = f"objection_{objection_id}"
    page.html(*refused_files(name))
    upload_field(
        page,
        name,
        lambda c: may_attach_to_objection(c, objection_id=objection_id),
        lambda c, file: attach_to_objection(c, objection_id=objection_id, file=file),
        more=more,
    )


def _draw_answer(page: Page, one: LineObjection) -> None:
    with st.form(f"answer_{one.id}", border=False):
        reply = st.text_area(_("Answer"), height=80)
        with st.container(horizontal=True):
            upheld = st.form_submit_button(_("Uphold"), type="primary")
            refused = st.form_submit_button(_("Do not uphold"))
    if upheld or refused:
        with page.trying():
            with page.acting() as c:
                answer_objection(c, objection_id=one.id, upheld=upheld, reply=reply)
            page.say(_("The unit is told."))
            st.rerun()


def _words(one: LineObjection, files: tuple[ObjectionPaper, ...]) -> Markup:
    answer = _("Answer: {text}", text=one.reply) if one.reply else ""
    proof = _("Shown by: {text}", text=one.proof) if one.proof else ""
    to = _("version {no}", no=one.no)
    links = Markup(" ").join(
        Markup('<a class="ls-out" href="/files/objection/{}">{}</a> ({})').format(
            file.id, file.name, file_size(file.size)
        )
        for file in files
    )
    return Markup("<b>{}</b> {} ({}): {} {} {} {} {}").format(
        one.unit, one.line, to, one.text, proof, links, objected(one), answer
    )
