"""What has come in: every return, by whichever way, with what became of it."""

from __future__ import annotations

from db.queries.collecting.returns import LoggedReturn, return_log
from i18n import _
from ui.components.lights import tag
from ui.components.states import empty
from ui.components.tables import ListColumn, data_table
from ui.components.text import heading
from ui.shell.page import Page
from ui.views.shared.office import moment, period_name, zone_of
from workflow.rules.mail.returns import KINDS, OUTCOMES, WAYS, ReturnOutcome

LOGGED = 100
_LOUD = frozenset({ReturnOutcome.REFUSED, ReturnOutcome.FAILED, ReturnOutcome.UNREADABLE,
                   ReturnOutcome.BOUNCED, ReturnOutcome.TOO_LARGE})  # fmt: skip


def draw_returns(page: Page) -> None:
    """The newest first."""
    with page.reading() as c:
        found = return_log(c.session, c.actor, limit=LOGGED)
    page.html(heading(2, _("What has come in")))
    if not found:
        words = _("Workbooks and mails of units appear here with what became of them.")
        page.html(empty(_("Nothing has come in yet"), words))
        return
    zone = zone_of(page)
    columns = [
        ListColumn(_("From"), "lead"), ListColumn(_("Time"), "short"), ListColumn(_("Way")),
        ListColumn(_("What")), ListColumn(_("Period")), ListColumn(_("What became of it"), "wide"),
    ]  # fmt: skip
    rows = [
        [
            f"{one.person} {one.unit}".strip() or _("nobody known here"),
            moment(one.at, zone),
            _(WAYS[one.way]),
            _(KINDS[one.kind]),
            period_name(one.period) if one.period else "",
            tag(_became(one), "warning" if one.outcome in _LOUD else ""),
        ]
        for one in found
    ]
    page.html(data_table(_("What has come in"), columns, rows))


def _became(one: LoggedReturn) -> str:
    said = [_(OUTCOMES[one.outcome])]
    if one.submitted:
        said.append(_("{n} submitted", n=one.submitted))
    if one.drafted:
        said.append(_("{n} as drafts", n=one.drafted))
    if one.problems:
        said.append(_("{n} places to be put right", n=one.problems))
    return _(", ").join(said)
