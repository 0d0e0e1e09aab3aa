"""The queue of reports that await review, as HTML."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from db.queries.reports.review import ReviewEntry
from i18n import _, mark
from ui.components.dates import workdays_left
from ui.components.lights import tag
from ui.components.text import anchor, paragraph
from ui.views.review.sharing import Shares, is_others, share_of
from ui.views.shared.office import chips, period_name
from ui.views.shared.plans import PlansShown

KINDS_SHOWN = {
    "late": mark("overdue"),
    "flagged": mark("flagged"),
    "new": mark("unflagged"),
}
"""What the queue can be narrowed to, with its name."""


def fits(entry: ReviewEntry, shown: str) -> bool:
    """Whether an entry belongs to a narrowed queue; "" is the whole."""
    late, flagged = entry.workdays < 0, bool(entry.flags)
    return {"late": late, "flagged": flagged, "new": not flagged}.get(shown, True)


def chosen_of(entries: Sequence[ReviewEntry]) -> int | None:
    """The report to begin with: the first that the visitor may judge."""
    mine = [entry for entry in entries if entry.mine]
    first = mine or list(entries)
    return first[0].paper.id if first else None


def tabs(plans: PlansShown, reports: int, requests: int, view: str) -> Markup:
    """The two parts of the page as links."""
    parts = (
        ("", _("Reports ({n})", n=reports), view != "requests"),
        ("requests", _("Requests to decide ({n})", n=requests), view == "requests"),
    )
    links = [(plans.link("review", view=key), name, here) for key, name, here in parts]
    return chips(links, "ls-tabs", _("What waits"))


def queue_html(
    plans: PlansShown,
    entries: Sequence[ReviewEntry],
    fitting: Sequence[ReviewEntry],
    shown: str,
    report_id: int | None,
    shares: Shares,
) -> Markup:
    """What to narrow to, the way to all unflagged ones, and the entries in order."""
    kinds = [
        (
            plans.link("review", show=code),
            _("{name} {n}", name=name, n=sum(fits(e, code) for e in entries)),
            shown == code,
        )
        for code, name in [("", _("all")), *((c, _(n)) for c, n in KINDS_SHOWN.items())]
    ]
    plain = sum(
        entry.mine and not entry.flags and not is_others(shares, entry) for entry in entries
    )
    at_once = (
        paragraph(
            anchor(
                plans.link("review", view="plain"),
                _("Look through {n} unflagged ones at once", n=plain),
            )
        )
        if plain > 1
        else Markup("")
    )
    listed = Markup("").join(_entry(plans, entry, shown, report_id, shares) for entry in fitting)
    return Markup('{}{}<ol class="ls-queue">{}</ol>').format(
        chips(kinds, "ls-chips", _("Narrow the queue")), at_once, listed
    )


def _entry(
    plans: PlansShown, entry: ReviewEntry, shown: str, report_id: int | None, shares: Shares
) -> Markup:
    here = Markup(' aria-current="true"') if entry.paper.id == report_id else ""
    tags = [tag(_("{n} flags", n=len(entry.flags)), "warning")] if entry.flags else []
    if of_plan := plans.tag(entry.paper.plan_id):
        tags.append(of_plan)
    if entry.late:
        tags.append(tag(_("came late")))
    if entry.again:
        tags.append(tag(_("again, version {n}", n=entry.no)))
    if not entry.mine:
        tags.append(tag(_("own unit")))
    if held := share_of(shares, entry):
        tags.append(tag(_("yours") if held.mine else held.person, "accent" if held.mine else ""))
    return Markup(
        '<li{}><a href="{}"><b>{}</b> {}</a><p>{}</p><p class="ls-soft">{}</p><p>{}</p></li>'
    ).format(
        here,
        plans.link("review", report=entry.paper.id, show=shown),
        entry.code,
        entry.title,
        f"{entry.unit} · {period_name(entry.paper.period)}",
        _("review: {left}", left=workdays_left(entry.workdays)),
        Markup(" ").join(tags),
    )
