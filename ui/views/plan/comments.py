"""征求意见: what units said of the draft, and what became of it (采纳情况)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup

from db.queries.requests.requests import RequestRow
from i18n import _
from ui.components.dates import full_date
from ui.components.lights import tag
from ui.components.tables import ListColumn, data_table
from ui.components.text import anchor, heading, joined, soft
from ui.shell.page import Page
from ui.views.shared.office import link, local_day
from workflow.rules.access.permissions import RoleName
from workflow.rules.requests import COMMENT_OUTCOMES, CommentOutcome


def comments_html(page: Page, comments: Sequence[RequestRow]) -> Markup:
    """The counts, and every comment with its answer."""
    answers = RoleName.REVIEWER in page.visitor().roles
    rows = [
        [
            anchor(link("task", task=one.task_id), joined([one.code, one.title])),
            one.unit,
            one.reason,
            _outcome(one, answers),
            one.reply,
            full_date(local_day(one.at, page)),
        ]
        for one in comments
    ]
    columns = [
        ListColumn(_("Task"), "lead"),
        ListColumn(_("Unit"), "short"),
        ListColumn(_("Comment"), "wide"),
        ListColumn(_("What became of it"), "short"),
        ListColumn(_("Reply"), "wide"),
        ListColumn(_("Said on"), "short"),
    ]
    return (
        heading(2, _("Comments of the units"))
        + soft(_counts(comments))
        + data_table(_("Comments"), columns, rows)
    )


def _counts(comments: Sequence[RequestRow]) -> str:
    found = Counter(one.outcome or "pending" for one in comments)
    return _(
        "{n} comments: {adopted} adopted, {partly} in part, {not_adopted} not, {pending} to be "
        "answered.",
        n=len(comments),
        adopted=found[CommentOutcome.ADOPTED],
        partly=found[CommentOutcome.PARTLY],
        not_adopted=found[CommentOutcome.NOT_ADOPTED],
        pending=found["pending"],
    )


def _outcome(one: RequestRow, answers: bool) -> Markup:
    if one.outcome in COMMENT_OUTCOMES:
        return tag(
            _(COMMENT_OUTCOMES[one.outcome]),
            "accent" if one.outcome == CommentOutcome.ADOPTED else "",
        )
    if answers and one.may_decide:
        return anchor(
            link("review", view="requests", request=one.request_id),
            _("Answer"),
            _("Answer: {unit}, {title}", unit=one.unit, title=one.title),
        )
    return tag(_("to be answered"), "warning")
