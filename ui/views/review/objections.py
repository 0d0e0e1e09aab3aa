"""核对反馈 on 审核: what units say against their scores, with the way to the line."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from db.queries.assessment.waiting import WaitingObjection
from i18n import _
from ui.components.lights import tag
from ui.components.stories import ActionCard, cards
from ui.components.text import heading
from ui.views.shared.office import link, moment


def objections_html(rows: Sequence[WaitingObjection], zone: str) -> Markup:
    """A card each; nothing where none waits."""
    if not rows:
        return Markup("")
    shown = [
        ActionCard(
            _("{unit}: {line}", unit=one.unit, line=one.line),
            link("assessment", plan=one.plan_id, unit=one.unit_id) + "#objections",
            text=one.text,
            above=_("{plan} {year}", plan=one.plan, year=one.year),
            below=tag(moment(one.at, zone)) if one.mine else tag(_("somebody else answers it")),
        )
        for one in rows
    ]
    return Markup("").join([heading(2, _("Objections to scores")), cards(shown)])
