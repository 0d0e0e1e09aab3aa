"""What the reading of a document may have lost, above everything that was read out of it."""

from __future__ import annotations

from markupsafe import Markup

from i18n import _
from tasks_catalog.checking.lost import LOST
from ui.components.states import note
from ui.views.plan.preparing.desk import CopyDesk


def losses_html(desk: CopyDesk) -> Markup:
    """Each loss with what to do, until somebody has settled it."""
    return Markup("").join(
        note(
            Markup('{} {} <a href="{}">{}</a>').format(
                found.message, found.suggestion or "", desk.way(part="findings", finding=no),
                _("Compare and settle"),
            ),
            "warning",
        )
        for no, found in enumerate(desk.catalogue.findings, 1)
        if found.kind in LOST and desk.is_open(no)
    )  # fmt: skip
