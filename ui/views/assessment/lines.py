"""The lines of a score sheet with rule, inputs and evidence; the ways to its papers."""

from __future__ import annotations

from datetime import date

from markupsafe import Markup, escape

from documents.official.pdf import can_make_pdf
from documents.score_papers import inputs_of, sentences_of
from i18n import _, mark
from ui.components.lights import tag
from ui.views.assessment.objections import objected
from ui.views.shared.office import link
from workflow.rules.assessment.result import AssessmentRun, ScoreSheet, SheetLine

CHANGES = {
    "limit": mark("{title}: cap or floor"),
    "factor": mark("{title}: factor"),
    "rounding": mark("{title}: rounding"),
}
"""Lines that bring what stands above them to other points, by their rule."""


def lines_html(score: ScoreSheet, tasks: dict[str, int]) -> Markup:
    """Each line with its points; a leaf opens to its rule, what was looked at, and the evidence."""
    return Markup('<div class="ls-lines">{}</div>').format(
        Markup("").join(
            _line(line, tasks, score.files, _below(line, score))
            for line in score.lines
            if line.depth
        )
    )


def _below(line: SheetLine, score: ScoreSheet) -> list[SheetLine]:
    """The lines right below one."""
    inside = f"{line.path}/"
    return [
        one for one in score.lines if one.path.startswith(inside) and one.depth == line.depth + 1
    ]


def _made_up(line: SheetLine, below: list[SheetLine]) -> str:
    """The points of a line as those of its parts, where its rule has no words of its own."""
    terms = [f"{one.title} {one.points}" for one in below if one.points]
    return _("{terms}; together {points}", terms=_("; ").join(terms) or "0", points=line.points)


def _line(
    line: SheetLine, tasks: dict[str, int], files: dict[int, str], below: list[SheetLine]
) -> Markup:
    points = str(line.points) if line.points_max is None else f"{line.points} / {line.points_max}"
    said = Markup(" ").join(objected(one) for one in line.objections)
    if line.question:
        said = tag(_("to be decided"), "warning") + said
    lost = (line.points_max or line.points) - line.points
    if line.leaf and line.points_max and lost > 0:
        said = Markup('<span class="ls-soft">{}</span> {}').format(_("lost {n}", n=lost), said)
    title = _(CHANGES[line.rule], title=line.title) if line.rule in CHANGES else line.title
    head = Markup(
        '<span class="ls-line-title">{}</span> <b class="ls-line-points">{}</b> {}'
    ).format(title, points, said)
    rows = [(_("Rule"), escape(line.clause))] if line.clause else []
    if not line.leaf and not line.why:
        rows.append((_("How it is worked out"), escape(_made_up(line, below))))
    elif line.why or line.question:
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
