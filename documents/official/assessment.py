"""The papers of an assessment: the circular of the ranking, and the score sheet of a unit."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from documents.official.paper import Block, Grid, Heading, Paper, PaperKind, Paragraph
from documents.official.words import all_names, first_heading
from documents.score_papers import basis, no_total, result_title, sheet_title, standing, why_of
from i18n import _, mark
from workflow.rules.assessment.result import Ranking, ScoreSheet, UnitResult
from workflow.rules.assessment.robustness import Robustness


def ranking_paper(
    found: Ranking,
    firm: Robustness | None,
    zone: str,
    earlier: Ranking | None = None,
    office: str = "",
) -> Paper:
    """The circular of the results: who has which grade, then a table a group with what bars a
    grade, how firm each place is and, where there is one, the result of the year before.

    `firm` None for who does not see all. A trial is no circular of any office: it has no head.
    """
    run = found.run
    blocks: list[Block] = [
        Paragraph(
            _("The results of the annual assessment {year} of “{plan}” are made known as follows. "
              "{basis}.", year=run.year, plan=run.plan, basis=basis(run, zone))
        ),
        *map(Paragraph, _grades(found)),
    ]  # fmt: skip
    groups = dict.fromkeys(place.group_title for place in found.places)
    for no, group in enumerate(groups, 1):
        mine = [place for place in found.places if place.group_title == group]
        blocks.append(Heading(first_heading(no, group or _("Not compared"))))
        blocks.append(_group(mine, firm, earlier))
    if firm is not None:
        blocks.append(Paragraph(firm_note(firm)))
    if run.trial or not office:
        under = _("(trial, not to be published)") if run.trial else ""
        return Paper(PaperKind.RANKING, result_title(run), run.year, blocks, under=under)
    return Paper(
        PaperKind.RANKING,
        _("Circular on the results of the annual assessment {year} of “{plan}”", year=run.year,
          plan=run.plan),
        run.frozen_at.astimezone(ZoneInfo(zone)).year,
        blocks,
        issuer=office,
        mark=_("Document of {office}", office=office),
        recipients=_("To all units concerned:"),
    )  # fmt: skip


def _grades(found: Ranking) -> Iterator[str]:
    """The units of each grade, and every veto in words."""
    for grade in dict.fromkeys(place.grade_title for place in found.places if place.grade_title):
        names = [place.unit for place in found.places if place.grade_title == grade]
        yield _("{grade}, {n} in number: {units}.", grade=grade, n=len(names),
                units=all_names(names))  # fmt: skip
    for place in found.places:
        if place.vetoes:
            yield _("{unit}: {bars}.", unit=place.unit, bars=_("; ").join(place.vetoes))


def _group(places: list[UnitResult], firm: Robustness | None, earlier: Ranking | None) -> Grid:
    heads = [_("Place"), _("Unit"), _("Total"), _("Grade")]
    widths = [9, 32, 14, 14]
    if firm is not None:
        heads.append(_("Range of places"))
        widths.append(18)
    if earlier is not None:
        heads.append(_("Year before"))
        widths.append(20)
    rows = []
    for place in places:
        total = str(place.total) if place.total is not None else no_total(place)
        row = [str(place.rank or "—"), place.unit, total, place.grade_title]
        if firm is not None:
            row.append(range_of(place, firm))
        if earlier is not None:
            row.append(before_of(place, earlier))
        rows.append([*row, _("; ").join(place.vetoes)])
    return Grid([*heads, _("Bars")], rows, [*widths, 20])


def range_of(place: UnitResult, firm: Robustness) -> str:
    """The places that a unit takes under other weights and with a part left out, in short."""
    one = firm.units.get(place.unit_id)
    if one is None:
        return "—"
    low, high = min(one.best, one.left_out[0]), max(one.worst, one.left_out[1])
    return f"{low}–{high}" if low < high else _("{place}, always", place=low)


def before_of(place: UnitResult, earlier: Ranking) -> str:
    """A unit's place and total in the year before; a dash where it had none."""
    found = next((one for one in earlier.places if one.unit_id == place.unit_id), None)
    if found is None or found.rank is None:
        return "—"
    return _("place {rank}, {total}", rank=found.rank, total=found.total)


def firm_note(firm: Robustness) -> str:
    """What the ranges mean, with what is needed to draw them again."""
    return _(
        "How firm: the range of places within the group when the weights of the parts vary by "
        "{swing}% either way (drawn: {draws}, seed: {seed}) and when one part is left out.",
        swing=firm.swing // 10,
        draws=firm.draws,
        seed=firm.seed,
    )


_KINDS = {
    "submission": mark("report no. {no}"),
    "evidence": mark("evidence no. {no}"),
    "merit": mark("entry no. {no}"),
    "report": mark("report form no. {no}"),
    "request": mark("request no. {no}"),
    "given_fact": mark("given fact no. {no}"),
}


def _reference(text: str) -> str:
    """What a point rests on, as people call it: submission:12 is report no. 12 of the record."""
    kind, _colon, number = text.partition(":")
    return _(_KINDS[kind], no=number) if kind in _KINDS else text


def sheet_paper(found: ScoreSheet, zone: str) -> Paper:
    """One unit's score, line by line with its reasons, and what was objected."""
    heads = [_("Line"), _("Points"), _("Of"), _("Why"), _("Evidence")]
    rows = [
        [
            "　" * line.depth + line.title,
            str(line.points),
            "" if line.points_max is None else str(line.points_max),
            why_of(line),
            "\n".join(map(_reference, line.evidence)) if line.leaf else "",
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
    blocks.append(Paragraph(_("Head of the unit (signature):                Date:"), flush=True))
    return Paper(PaperKind.SCORE_SHEET, sheet_title(found), found.run.year, blocks)
