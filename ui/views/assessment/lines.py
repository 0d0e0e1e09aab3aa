"""The lines of a score sheet with rule, inputs and evidence; objections to them and answers."""

from __future__ import annotations

from datetime import date

import streamlit as st
from markupsafe import Markup, escape

from db.queries.assessment.assessment import objections
from db.queries.assessment.judges import has_judged
from db.queries.places.places import about_unit
from documents.official.pdf import can_make_pdf
from documents.score_papers import inputs_of, sentences_of
from i18n import _, mark
from ui.components.lights import tag
from ui.components.states import note
from ui.shell.page import Page
from ui.views.shared.office import link
from workflow.rules.access.permissions import Permission, may
from workflow.rules.assessment.result import AssessmentRun, LineObjection, ScoreSheet, SheetLine
from workflow.verbs.assessment.answer_objection import answer_objection
from workflow.verbs.assessment.object_to_score import object_to_score

CHANGES = {
    "limit": mark("{title}: cap or floor"),
    "factor": mark("{title}: factor"),
    "rounding": mark("{title}: rounding"),
}
"""Lines that bring what stands above them to other points, by their rule."""


def lines_html(score: ScoreSheet, tasks: dict[str, int]) -> Markup:
    """Each line with its points; a leaf opens to its rule, what was looked at, and the evidence."""
    return Markup('<div class="ls-lines">{}</div>').format(
        Markup("").join(_line(line, tasks, score.files) for line in score.lines if line.depth)
    )


def _line(line: SheetLine, tasks: dict[str, int], files: dict[int, str]) -> Markup:
    points = str(line.points) if line.points_max is None else f"{line.points} / {line.points_max}"
    said = Markup(" ").join(_objected(one) for one in line.objections)
    if line.question:
        said = tag(_("to be decided"), "warning") + said
    lost = (line.points_max or line.points) - line.points
    if line.leaf and line.points_max and lost > 0:
        said = Markup('<span class="ls-soft">{}</span> {}').format(_("lost {n}", n=lost), said)
    title = _(CHANGES[line.rule], title=line.title) if line.rule in CHANGES else line.title
    head = Markup(
        '<span class="ls-line-title">{}</span> <b class="ls-line-points">{}</b> {}'
    ).format(title, points, said)
    if not line.leaf and not line.why:
        return Markup('<div id="line-{}" class="ls-line ls-depth-{}">{}</div>').format(
            line.path, line.depth, head
        )
    rows = [(_("Rule"), escape(line.clause))] if line.clause else []
    if line.why or line.question:
        rows += [(_("How it is worked out"), escape(text)) for text in sentences_of(line)]
    else:
        rows += [(name, escape(value)) for name, value in inputs_of(line)]
    if line.note:
        rows.append((_("Note"), escape(_(line.note, **line.inputs))))
    if line.evidence or line.inputs.get("task") in tasks:
        rows.append((_("Evidence"), _evidence(line, tasks, files)))
    body = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(*row) for row in rows)
    return Markup(
        '<details id="line-{}" class="ls-line ls-depth-{}"><summary>{}</summary>'
        "<dl>{}</dl></details>"
    ).format(line.path, line.depth, head, body)


def _objected(one: LineObjection) -> Markup:
    if one.upheld is None:
        return tag(_("objection awaits an answer"), "warning")
    return tag(_("objection upheld") if one.upheld else _("objection not upheld"))


def _evidence(line: SheetLine, tasks: dict[str, int], files: dict[int, str]) -> Markup:
    """Links to the files, and to the task whose story holds the reports."""
    found = []
    for reference in line.evidence:
        kind, _colon, number = reference.partition(":")
        if kind == "evidence" and int(number) in files:
            found.append((f"/files/evidence/{number}", files[int(number)], "ls-out"))
        elif kind == "merit":
            found.append((f"#merit-{number}", _("Noted of the year"), ""))
        elif kind == "given_fact":
            found.append((f"#given-{number}", _("Given facts of the year"), ""))
    task = tasks.get(line.inputs.get("task", ""))
    if task is not None:
        story = _("the reports in the story of task {code}", code=line.inputs["task"])
        found.append((link("task", task=task), story, ""))
    return escape(_(", ")).join(
        Markup('<a class="{}" href="{}">{}</a>').format(kind, href, text)
        for href, text, kind in found
    )


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
                page.say(_("The objection is with the talent office."))
                st.rerun()


def files_html(kind: str, run: AssessmentRun, unit_id: int | None = None) -> Markup:
    """Links to the papers: as a table, as a document and, where one can be made, as PDF."""
    forms = [
        ("xlsx", _("Download as a table (xlsx)")),
        ("docx", _("Download as a document (docx)")),
        *([("pdf", _("Download as PDF"))] if can_make_pdf() else []),
    ]
    return _links(
        [
            (link(f"files/export/{kind}", run=run.id, unit=unit_id or "", form=form), words)
            for form, words in forms
        ]
    )


def ledger_link(plan_id: int, year: int, today: date) -> Markup:
    """The way to the year's ledger, as it stood at the year's end or stands."""
    at = f"{year}-12-31" if year < today.year else ""
    address = link("files/export/year_ledger", plan=plan_id, at=at)
    return _links([(address, _("Ledger of {year} (xlsx)", year=year))])


def _links(ways: list[tuple[str, str]]) -> Markup:
    return Markup('<p class="ls-links">{}</p>').format(
        Markup(" · ").join(
            Markup('<a class="ls-out" href="{}">{}</a>').format(address, words)
            for address, words in ways
        )
    )


def draw_answers(page: Page, run: AssessmentRun, unit_id: int | None = None) -> None:
    """Objections with their answers; who may answers those that wait."""
    with page.reading() as c:
        found = [
            one for one in objections(c.session, c.actor, run.id) if unit_id in (None, one.unit_id)
        ]
        mine = {
            one.id
            for one in found
            if one.upheld is None
            and may(c.actor, Permission.ANSWER_OBJECTION, about_unit(c.session, one.unit_id))
            and not has_judged(c.session, c.actor, run.plan_id, run.year, one.unit_id)
        }
    if not found:
        return
    page.html(Markup('<h2 id="objections">{}</h2>').format(_("Objections")))
    for one in found:
        page.html(note(_words(one), "note"))
        if one.id in mine:
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


def _words(one: LineObjection) -> Markup:
    answer = _("Answer: {text}", text=one.reply) if one.reply else ""
    proof = _("Shown by: {text}", text=one.proof) if one.proof else ""
    to = _("version {no}", no=one.no)
    return Markup("<b>{}</b> {} ({}): {} {} {} {}").format(
        one.unit, one.line, to, one.text, proof, _objected(one), answer
    )
