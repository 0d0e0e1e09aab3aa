"""Make drafts of what an answer by mail says in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from db.models import Outbox, Reminder
from db.queries.reports.form import ReportForm, report_form
from db.queries.reports.my_tasks import ReportCard, my_tasks
from documents.mail.mail_file import IncomingMail
from workflow.rules.mail.returns import ReturnKind, ReturnOutcome
from workflow.rules.reporting.content import LONGEST
from workflow.rules.reporting.replies import ReplyField, place
from workflow.rules.reporting.segments import NamedReport, only_thanks, segments
from workflow.verbs.collecting.lay_draft import keep_reply, lay_draft
from workflow.verbs.collecting.numerals import in_digits
from workflow.verbs.collecting.record_return import ReturnResult
from workflow.verbs.context import Context

_SHORTEST = 12
"""Characters below which words beside the reports, without any number, are a greeting."""


@dataclass(frozen=True)
class ReplyTaken:
    """What an answer came to: its result, and the reports whose drafts it made."""

    result: ReturnResult
    drafts: tuple[ReportCard, ...] = ()


def take_in_reply(c: Context, return_id: int, mail: IncomingMail) -> ReplyTaken:
    """Lay what a person's mail says into drafts of their own open reports, to be confirmed.

    Who may: the liaison of the unit; of others nothing is taken. The mail is about the reports of
    the reminder that it answers, else about any that is open. Each part that names a report by its
    number or title belongs to it; what names none belongs to the only one there is, and else waits
    to be placed by a person. Words that hold a number, too, whose field is not certain.
    """
    desk = my_tasks(c.session, c.actor, c.today, c.now)
    cards = {card.paper.id: card for card in (*desk.returned, *desk.to_do)}
    said = mail.text or mail.forwarded
    if not said or only_thanks(said):
        return ReplyTaken(_result(ReturnOutcome.THANKS if said else ReturnOutcome.EMPTY))
    if not cards:
        return ReplyTaken(_result(ReturnOutcome.NOTHING_OPEN))
    asked = [one for one in _asked_about(c, mail) if one in cards] or list(cards)
    named = [NamedReport(card.paper.id, card.code, card.title) for card in cards.values()]
    # What was only passed on is somebody else's: a person says what of it is reported.
    only = asked[0] if len(asked) == 1 and mail.text else None
    parts = segments(said, named if mail.text else [], only)
    drafts, loose = [], []
    for report_id, text in parts:
        if report_id is None:
            if not _is_greeting(text):
                loose.append(text)
        else:
            _lay(c, return_id, cards[report_id], text)
            drafts.append(cards[report_id])
    if loose:
        keep_reply(c, return_id, None, "\n".join(loose)[:LONGEST], {})
    outcome = ReturnOutcome.DRAFTED if drafts else ReturnOutcome.TO_PLACE
    unit = (drafts or list(cards.values()))[0]
    return ReplyTaken(
        _result(outcome, len(drafts), unit.paper.unit_id, unit.paper.period), tuple(drafts)
    )


def read_words(form: ReportForm, text: str) -> tuple[dict[str, tuple[str, str]], tuple[str, ...]]:
    """What words say of a report: field → its text and the words in which it stood, and the numbers
    for which no field is certain."""
    fields = [
        ReplyField(one.measure_id, one.metric, one.unit, one.kind, one.last, form.title)
        for one in form.measures
        if one.asked
    ]
    found = place(in_digits(text), fields)
    numbers = {f"value:{one.measure_id}": (one.value, one.words) for one in found.placed}
    return {"text": (text[:LONGEST], ""), **numbers}, found.doubtful


def _is_greeting(text: str) -> bool:
    return only_thanks(text) or (len(text) < _SHORTEST and not any(map(str.isdigit, text)))


def _lay(c: Context, return_id: int, card: ReportCard, text: str) -> None:
    form = report_form(c.session, c.actor, card.paper.id, c.today, c.now)
    said, doubtful = read_words(form, text)
    placed = lay_draft(c, form, {field: value for field, (value, _words) in said.items()})
    # A field in which something else stands keeps it; what the mail says is shown beside.
    kept_out = [words for field, (_value, words) in said.items() if field not in placed and words]
    keep_reply(c, return_id, card.paper.id, text[:LONGEST], placed, (*doubtful, *kept_out))


def _asked_about(c: Context, mail: IncomingMail) -> Sequence[int]:
    """The reports of the reminder that a mail answers; none where it answers none of this
    person's."""
    return c.session.scalars(
        select(Reminder.subject_id)
        .join(Outbox, Outbox.digest_id == Reminder.digest_id)
        .where(
            Reminder.subject == "report",
            Outbox.message_id.in_(mail.references),
            Outbox.person_id == c.actor.person_id,
        )
        .distinct()
    ).all()


def _result(
    outcome: ReturnOutcome, drafted: int = 0, unit_id: int | None = None, period: str = ""
) -> ReturnResult:
    return ReturnResult(outcome, ReturnKind.REPLY, drafted=drafted, unit_id=unit_id, period=period)
