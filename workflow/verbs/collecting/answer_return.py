"""Tell whoever sent a return by mail what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import func, select

from db.models import IncomingReturn, Person, Plan, Report, Task, TaskVersion
from i18n import mark, speaking
from notifications.rendering import is_address, task_name
from workflow.rules.mail.letters import LetterKind
from workflow.rules.mail.returns import ANSWERED, MOST_ANSWERS, OUTCOMES, ReturnOutcome
from workflow.rules.refusals import Problem
from workflow.rules.reporting.policy import PlanPolicy
from workflow.rules.time.dates import start_of_day
from workflow.verbs.context import Context
from workflow.verbs.mail.notify import plan_facts, queue_letter

LEADS: Mapping[ReturnOutcome, str] = {
    ReturnOutcome.SUBMITTED: mark("The workbook has come in and its reports are submitted."),
    ReturnOutcome.REPEATED: mark("This very workbook had come in before; nothing has changed."),
    ReturnOutcome.DRAFTED: mark(
        "What you wrote lies in drafts. Nothing is submitted yet: open the page, look at what was "
        "read, and confirm it."
    ),
    ReturnOutcome.TO_PLACE: mark(
        "It is not certain which report your words belong to. They are kept: open the page and "
        "choose the report."
    ),
    ReturnOutcome.REFUSED: mark(
        "The workbook could not be taken in; nothing is submitted. Put right what is named here "
        "and send it again, or give it in on the page."
    ),
    ReturnOutcome.EMPTY: mark("Nothing was found that could be taken in: no words, no filled row."),
    ReturnOutcome.NOTHING_OPEN: mark("Your unit has nothing to report now; nothing was taken in."),
    ReturnOutcome.NOT_THEIRS: mark(
        "Reports come in by mail from liaisons only; nothing was taken in."
    ),
    ReturnOutcome.TOO_LARGE: mark("The mail is too large and was not taken in. Use the page."),
    ReturnOutcome.UNREADABLE: mark("The mail or its workbook cannot be read. Use the page."),
}


def answer_return(
    c: Context,
    person_id: int,
    outcome: ReturnOutcome,
    *,
    answers: str,
    receipts: Sequence[tuple[int, str]] = (),
    drafts: Collection[int] = (),
    problems: Sequence[Problem] = (),
    others: int = 0,
) -> bool:
    """Queue the answer to a person's mail, and say whether there is one: not where a person need
    not know, and no more than MOST_ANSWERS a day. `receipts` and `drafts` by report."""
    person = c.session.get_one(Person, person_id)
    if outcome not in ANSWERED or not is_address(person.email) or _answers_today(c, person_id):
        return False
    with speaking(person.language):
        names = _names(c, {*drafts, *(report for report, _receipt in receipts)})
        plans = {plan for _name, plan in names.values()}
        plan_id = plans.pop() if len(plans) == 1 else None
        facts = {
            "said": OUTCOMES[outcome],
            "lead": LEADS[outcome],
            "receipts": [(names[report][0], receipt) for report, receipt in receipts],
            "drafts": [names[report][0] for report in drafts],
            "problems": [str(problem) for problem in problems],
            "others": others,
            **plan_facts(c.session, LetterKind.COLLECTED, plan_id),
        }
        queue_letter(c, LetterKind.COLLECTED, person, plan_id=plan_id, facts=facts, answers=answers)
    return True


def _answers_today(c: Context, person_id: int) -> bool:
    """Whether the person has had as many answers today as anybody gets."""
    since = start_of_day(c.today, c.letterhead.zone)
    given = c.session.scalar(
        select(func.count()).where(
            IncomingReturn.person_id == person_id,
            IncomingReturn.answered,
            IncomingReturn.at >= since,
        )
    )
    return (given or 0) >= MOST_ANSWERS


def _names(c: Context, reports: Collection[int]) -> dict[int, tuple[str, int]]:
    """Report → its task as the plan's policy lets a mail name it, and the plan."""
    rows = c.session.execute(
        select(Report.id, Report.plan_id, Task.code, TaskVersion.title, Plan.policy)
        .join(Task, Task.id == Report.task_id)
        .join(TaskVersion, TaskVersion.task_id == Task.id)
        .join(Plan, Plan.id == Report.plan_id)
        .where(Report.id.in_(reports), TaskVersion.open())
    )
    return {
        row.id: (
            task_name({
                "code": row.code, "title": row.title,
                "detail": PlanPolicy.from_json(row.policy).mail_detail,
            }),
            row.plan_id,
        )
        for row in rows
    }  # fmt: skip
