"""The papers of an assessment: the circular of the ranking, and the score sheet of a unit."""

from __future__ import annotations

from documents.official.paper import Block, Grid, Heading, Paper, PaperKind, Paragraph
from documents.official.words import first_heading
from documents.score_papers import basis, no_total, result_title, sheet_title, standing, why_of
from i18n import _
from workflow.rules.assessment.result import Ranking, ScoreSheet, UnitResult
from workflow.rules.assessment.robustness import Robustness


def ranking_paper(found: Ranking, firm: Robustness | None, zone: str) -> Paper:
    """The places of all units, a table a group, with what bars a grade and how firm each place is;
    `firm` None for who does not see all."""
    run = found.run
    blocks: list[Block] = [Paragraph(basis(run, zone) + _("."))]
    groups = dict.fromkeys(place.group_title for place in found.places)
    for no, group in enumerate(groups, 1):
        mine = [place for place in found.places if place.group_title == group]
        blocks.append(Heading(first_heading(no, group or _("Not compared"))))
        blocks.append(_group(mine, firm))
    if firm is not None:
        blocks.append(Paragraph(firm_note(firm)))
    return Paper(PaperKind.RANKING, result_title(run), run.year, blocks)


def _group(places: list[UnitResult], firm: Robustness | None) -> Grid:
    heads = [_("Place"), _("Unit"), _("Total"), _("Grade")]
    widths = [9, 32, 14, 14]
    if firm is not None:
        heads.append(_("Range of places"))
        widths.append(18)
    rows = []
    for place in places:
        total = str(place.total) if place.total is not None else no_total(place)
        row = [str(place.rank or "—"), place.unit, total, place.grade_title]
        if firm is not None:
            row.append(range_of(place, firm))
        rows.append([*row, _("; ").join(place.vetoes)])
    return Grid([*heads, _("Bars")], rows, [*widths, 20])


def range_of(place: UnitResult, firm: Robustness) -> str:
    """The places that a unit takes under other weights and with a part left out, in short."""
    one = firm.units.get(place.unit_id)
    if one is None:
        return "—"
    low, high = min(one.best, one.left_out[0]), max(one.worst, one.left_out[1])
    return f"{low}–{high}" if low < high else _("{place}, always", place=low)


def firm_note(firm: Robustness) -> str:
    """What the ranges mean, with what is needed to draw them again."""
    return _(
        "How firm: the range of places within the group when the weights of the parts vary by "
        "{swing}% either way (drawn: {draws}, seed: {seed}) and when one part is left out.",
        swing=firm.swing // 10,
        draws=firm.draws,
        seed=firm.seed,
    )


def sheet_paper(found: ScoreSheet, zone: str) -> Paper:
    """One unit's score, line by line with its reasons, and what was objected."""
    heads = [_("Line"), _("Points"), _("Of"), _("Why"), _("Evidence")]
    rows = [
        [
            "　" * line.depth + line.title,
            str(line.points),
            "" if line.points_max is None else str(line.points_max),
            why_of(line),
            " ".join(line.evidence) if line.leaf else "",
        ]
        for line in found.lines
    ]
    blocks: list[Block] = [
        Paragraph(basis(found.run, zone) + _(".")),
        Paragraph(standing(found.place) + _(".")),
        Grid(heads, rows, [30, 10, 10, 56, 16]),
    ]
    said = [one for line in found.lines for one in line.objections]
    if said:
        outcome = {None: _("awaiting an answer"), True: _("upheld"), False: _("not upheld")}
        answers = [[one.line, one.text, outcome[one.upheld], one.reply] for one in said]
        blocks += [
            Heading(first_heading(1, _("Objections"))),
            Grid([_("Line"), _("Objection"), _("Outcome"), _("Answer")], answers, [24, 40, 14, 40]),
        ]
    return Paper(PaperKind.SCORE_SHEET, sheet_title(found), found.run.year, blocks)
