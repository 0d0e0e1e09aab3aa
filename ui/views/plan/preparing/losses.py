"""What may be wrong with a copy as a whole, above all that is in it: what its reading lost, and
where the parts of what was taken down do not make what was asked."""

from __future__ import annotations

from markupsafe import Markup

from i18n import _
from tasks_catalog.checking.lost import LOST
from ui.components.states import note
from ui.components.text import anchor, joined
from ui.views.plan.preparing.desk import CopyDesk


def losses_html(desk: CopyDesk) -> Markup:
    """Each loss with what to do, until somebody has settled it."""
    return Markup("").join(
        note(
            joined([found.message, found.suggestion or "",
                    anchor(desk.way(part="findings", finding=no), _("Compare and settle"))]),
            "warning",
        )
        for no, found in enumerate(desk.catalogue.findings, 1)
        if found.kind in LOST and desk.is_open(no)
    )  # fmt: skip


def split_html(desk: CopyDesk) -> Markup:
    """Each number whose parts differ from what the level above asked, with both numbers; gone when
    they agree. More than was asked is allowed and said, less is a warning."""
    return Markup("").join(
        note(
            joined(
                [
                    _(one.message, **one.fields),
                    joined([anchor(desk.way(task=code), code) for code in one.codes]),
                ]
            ),
            "warning" if one.short else "note",
        )
        for one in desk.split
    )
