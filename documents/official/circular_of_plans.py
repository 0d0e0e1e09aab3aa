"""通报 over several plans: each plan a part of its own, all from the record."""

from __future__ import annotations

from collections.abc import Sequence

from documents.official.circular import chapters_of, circular_paper
from documents.official.circular_tables import circular_tables
from documents.official.paper import Attachment, Block, Heading, Paper, PaperKind, Paragraph
from documents.official.words import first_heading, listed, second_heading
from i18n import _
from workflow.rules.papers.circular import Circular
from workflow.rules.reporting.periods import period_name


def circular_of_plans(found: Sequence[Circular]) -> Paper:
    """The circulars of plans as one paper, in their order; of one plan it is its own. Not of none.

    It stands in the name of the office of the first."""
    if len(found) == 1:
        return circular_paper(found[0])
    first = found[0]
    parts: list[Block] = [Paragraph(_opening(found))]
    attached: list[Attachment] = []
    for no, one in enumerate(found, 1):
        parts.append(Heading(first_heading(no, _("“{plan}”", plan=one.plan))))
        for at, (title, blocks) in enumerate(chapters_of(one, 2, len(attached)), 1):
            parts += [Heading(second_heading(at, title), 2), *blocks]
        attached += [
            Attachment(_("{title} (“{plan}”)", title=of.title, plan=one.plan), of.blocks)
            for of in circular_tables(one)
        ]
    parts += [Paragraph("", flush=True), *listed(attached)]
    return Paper(
        PaperKind.CIRCULAR,
        _("Circular on the carrying out of {n} plans as of {day}", n=len(found), day=first.day),
        first.day.year,
        parts,
        issuer=first.office,
        mark=_("Document of {office}", office=first.office),
        recipients=_("To all units concerned:"),
        attachments=attached,
    )


def _opening(found: Sequence[Circular]) -> str:
    plans = _("; ").join(
        _("“{plan}” ({period})", plan=one.plan, period=period_name(one.period)) for one in found
    )
    return _(
        "Of the carrying out of the plans below the following is made known: {plans}. Unless "
        "something else is said, the figures are as of {day} and come from the reports that the "
        "units filed and signed off; for each number it is said for which period it was reported, "
        "how firm it is, and whether it was accepted by review.",
        plans=plans, day=found[0].day,
    )  # fmt: skip
