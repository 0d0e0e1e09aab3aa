"""Take in one mail, once: a workbook, an answer in words, or a notice of non-delivery."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from sqlalchemy import select

from db.models import IncomingReturn, Person
from documents.mail.mail_file import IncomingMail, read_mail
from documents.returns.return_file import ReturnFile, read_return
from documents.untrusted.apart import read_apart
from i18n import speaking
from workflow.rules.access.permissions import Actor, RoleName, system
from workflow.rules.mail.incoming import Nature
from workflow.rules.mail.returns import ReturnKind, ReturnOutcome, ReturnWay
from workflow.rules.refusals import Invalid, Problem, Refused
from workflow.verbs.collecting.answer_return import answer_return
from workflow.verbs.collecting.record_bounce import record_bounce
from workflow.verbs.collecting.record_return import ReturnResult, claim_return, settle_return
from workflow.verbs.collecting.take_in_reply import take_in_reply
from workflow.verbs.collecting.take_in_workbook import take_in_workbook
from workflow.verbs.context import Context
from workflow.verbs.returns.tokens import read_token

log = logging.getLogger(__name__)
ActingAs = Callable[[int | Actor], AbstractContextManager[Context]]
"""Opens one transaction of a person or of the system; the edge gives it."""
COLLECTOR = system("collect")


@dataclass(frozen=True)
class _Sender:
    """Who is held to have sent a mail. `known`: by its own address, not only by a token in it."""

    person_id: int
    language: str
    known: bool


@dataclass(frozen=True)
class _Book:
    """A workbook as far as it can be read."""

    file: ReturnFile | None
    refused: Refused | None = None

    @property
    def is_return(self) -> bool:
        """Whether it is a form of ours, be it filled in rightly or wrongly."""
        wrong = isinstance(self.refused, Invalid) and bool(self.refused.problems)
        return self.file is not None or wrong


def take_in_mail(
    acting: ActingAs, content: bytes, *, own: tuple[str, ...], whole: bool = True
) -> ReturnOutcome:
    """Take in a mail as it came, and answer whoever sent it where there is something to say.

    Who may: administrators and the system open the mailbox; what a mail does is done as the person
    who sent it, who may what they may on the pages, and an address alone never makes more than a
    draft. The same mail twice is nothing. Machines get no answer, strangers none. `whole`: False
    for the head of a mail that is too large. An error of the program is put on record too.
    """
    key = f"mail-{hashlib.sha256(content).hexdigest()}"
    with acting(COLLECTOR) as c:
        if c.session.scalar(select(IncomingReturn.id).where(IncomingReturn.key == key)):
            return ReturnOutcome.REPEATED
    try:
        mail = read_apart(read_mail, content, own)
    except Refused:
        return _record(acting, key, ReturnOutcome.UNREADABLE)
    if mail.nature == Nature.MACHINE:
        return _record(acting, key, ReturnOutcome.AUTOMATIC)
    if mail.nature == Nature.BOUNCE:
        with acting(COLLECTOR) as c:
            return _once(c, key, lambda _id: record_bounce(c, mail))
    try:
        return _from_person(acting, key, mail, whole)
    except Exception as error:  # noqa: BLE001 - on record; the mails behind it must go on
        # The error's own words may hold what the mail says.
        log.error("a mail was not taken in: %s", getattr(error, "code", type(error).__name__))
        return _record(acting, key, ReturnOutcome.FAILED)


def _from_person(acting: ActingAs, key: str, mail: IncomingMail, whole: bool) -> ReturnOutcome:
    with acting(COLLECTOR) as c:
        sender = _known(c, mail.sender)
    books = [_read(one.content, sender) for one in mail.workbooks]
    if sender is None:
        with acting(COLLECTOR) as c:
            sender = _by_token(c, books)
    if sender is None:
        return _record(acting, key, ReturnOutcome.UNKNOWN)
    with acting(sender.person_id) as c:
        if RoleName.LIAISON not in c.actor.roles:
            return _only_say(c, key, sender, mail, ReturnOutcome.NOT_THEIRS)
        if not whole:
            return _only_say(c, key, sender, mail, ReturnOutcome.TOO_LARGE)
        returns = [book for book in books if book.is_return]
        if returns or (books and not mail.text):
            return _books(c, key, sender, mail, returns or books)
        # A list of names beside the words is evidence, which is attached on the page.
        return _reply(c, key, sender, replace(mail, others=mail.others + len(books)))


def _known(c: Context, address: str) -> _Sender | None:
    person = c.session.execute(
        select(Person.id, Person.language).where(Person.email == address, Person.active)
    ).one_or_none()
    return _Sender(person.id, person.language, known=True) if person else None


def _by_token(c: Context, books: list[_Book]) -> _Sender | None:
    """Who took the workbook along: a mail from elsewhere that bears it is theirs, as a draft."""
    for book in books:
        token = read_token(c, book.file.token) if book.file else None
        person = c.session.get(Person, token.person_id) if token else None
        if person is not None and person.active:
            return _Sender(person.id, person.language, known=False)
    return None


def _read(content: bytes, sender: _Sender | None) -> _Book:
    with speaking(sender.language if sender else ""):
        try:
            return _Book(read_apart(read_return, content))
        except Refused as refused:
            return _Book(None, refused)


def _once(c: Context, key: str, work: Callable[[int], ReturnResult]) -> ReturnOutcome:
    return_id = claim_return(c, key, ReturnWay.MAIL)
    if return_id is None:
        return ReturnOutcome.REPEATED
    result = work(return_id)
    settle_return(c, return_id, result)
    return result.outcome


def _record(acting: ActingAs, key: str, outcome: ReturnOutcome) -> ReturnOutcome:
    with acting(COLLECTOR) as c:
        return _once(c, key, lambda _id: ReturnResult(outcome, ReturnKind.OTHER))


def _only_say(
    c: Context, key: str, sender: _Sender, mail: IncomingMail, outcome: ReturnOutcome
) -> ReturnOutcome:
    return_id = claim_return(c, key, ReturnWay.MAIL)
    if return_id is None:
        return ReturnOutcome.REPEATED
    told = answer_return(c, sender.person_id, outcome, answers=mail.message_id)
    settle_return(c, return_id, ReturnResult(outcome, ReturnKind.OTHER), told)
    return outcome


def _reply(c: Context, key: str, sender: _Sender, mail: IncomingMail) -> ReturnOutcome:
    return_id = claim_return(c, key, ReturnWay.MAIL)
    if return_id is None:
        return ReturnOutcome.REPEATED
    taken = take_in_reply(c, return_id, mail)
    told = answer_return(
        c, sender.person_id, taken.result.outcome, answers=mail.message_id,
        drafts=[card.paper.id for card in taken.drafts], others=mail.others,
    )  # fmt: skip
    settle_return(c, return_id, taken.result, told)
    return taken.result.outcome


def _books(
    c: Context, key: str, sender: _Sender, mail: IncomingMail, books: list[_Book]
) -> ReturnOutcome:
    return_id = claim_return(c, key, ReturnWay.MAIL)
    if return_id is None:
        return ReturnOutcome.REPEATED
    results: list[ReturnResult] = []
    receipts: list[tuple[int, str]] = []
    drafts: list[int] = []
    problems: list[Problem] = []
    for book in books:
        if book.file is None:
            problems += _of_refusal(book.refused)
            results.append(ReturnResult(ReturnOutcome.REFUSED, problems=len(problems)))
            continue
        taken = take_in_workbook(c, return_id, book.file, from_known=sender.known)
        results.append(taken.result)
        receipts += taken.receipts
        drafts += taken.drafts
        problems += taken.problems
    result = _together(results, len(problems))
    told = answer_return(
        c, sender.person_id, result.outcome, answers=mail.message_id,
        receipts=receipts, drafts=drafts, problems=problems, others=mail.others,
    )  # fmt: skip
    settle_return(c, return_id, result, told)
    return result.outcome


def _of_refusal(refused: Refused | None) -> tuple[Problem, ...]:
    if isinstance(refused, Invalid) and refused.problems:
        return refused.problems
    return (Problem("", refused.message, **refused.fields),) if refused else ()


def _together(results: list[ReturnResult], problems: int) -> ReturnResult:
    """The result of a mail with several workbooks: what is to be put right comes first."""
    order = (
        ReturnOutcome.REFUSED, ReturnOutcome.DRAFTED, ReturnOutcome.SUBMITTED,
        ReturnOutcome.REPEATED, ReturnOutcome.EMPTY,
    )  # fmt: skip
    first = min(results, key=lambda one: order.index(one.outcome))
    return replace(
        first,
        submitted=sum(one.submitted for one in results),
        drafted=sum(one.drafted for one in results),
        problems=problems,
    )
