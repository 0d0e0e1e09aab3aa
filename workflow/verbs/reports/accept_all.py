"""Accept several reports at once, after a look."""

from __future__ import annotations

from collections.abc import Mapping

from db.queries.reports.review import flags_of
from i18n import mark
from workflow.rules.refusals import Invalid
from workflow.verbs.context import Context
from workflow.verbs.reports.accept import accept


def accept_all(c: Context, *, reports: Mapping[int, int]) -> int:
    """Accept these reports (id → version as shown), all of them or none; how many.

    Who may: as for `accept`. Raises Invalid where one of them is flagged (those want a look of
    their own), and whatever `accept` raises for one of them.
    """
    raised = flags_of(c.session, reports, c.now)
    flagged = sum(bool(raised.get(report_id)) for report_id in reports)
    if flagged:
        raise Invalid(mark("{n} of these reports are flagged; look at them one by one."), n=flagged)
    for report_id, version in sorted(reports.items()):
        accept(c, report_id=report_id, version=version)
    return len(reports)
