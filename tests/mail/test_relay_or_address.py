"""Whose fault it is that a letter did not go: what a relay says to one, and to others meanwhile."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from notifications.answers import of_content, of_recipient, said
from workflow.rules.mail.delivery import (
    ATTEMPTS,
    EarlierRuns,
    LetterStep,
    LetterVerdict,
    SendResult,
    Try,
    judge,
    pause,
)

NOW = datetime(2021, 9, 22, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
SENT, GONE, UNCLEAR = SendResult.SENT, SendResult.NO_SUCH_ADDRESS, SendResult.ADDRESS_REFUSED
POLICY, LETTER, LATER, WAITS = (
    SendResult.NOT_FROM_US,
    SendResult.REFUSED,
    SendResult.POSTPONED,
    SendResult.WAITS,
)


@pytest.mark.parametrize(
    ("code", "text", "fate"),
    [
        (550, "5.1.1 <…>: Recipient address rejected: User unknown in local table", GONE),
        (550, "5.1.10 recipient not found", GONE),
        (550, "no such user here", GONE),
        (551, "User <…> unknown", GONE),
        (551, "user unknown; forwarding is off", GONE),
        (553, "Invalid recipient", GONE),
        (550, "用户不存在", GONE),
        (554, "no such user", POLICY),
        (550, "5.1.8 domain of sender does not exist", POLICY),
        (550, "5.1.7 bad sender", POLICY),
        (550, "5.7.1 user unknown", POLICY),
        (554, "5.7.1 relay access denied", POLICY),
        (550, "relaying denied", POLICY),
        (553, "mail from must equal authorized user", POLICY),
        (550, "sender is no such user", POLICY),
        (550, "rejected by host 5.1.1.9 for spam", POLICY),
        (503, "5.5.1 bad sequence", POLICY),
        (554, "transaction failed", POLICY),
        (550, "mailbox unavailable", UNCLEAR),
        (550, "5.2.1 mailbox disabled", UNCLEAR),
        (550, "5.4.1 recipient address rejected", UNCLEAR),
        (550, "5.2.2 mailbox full", LATER),
        (552, "over quota", LATER),
        (450, "4.1.1 user unknown for now", LATER),
    ],
)
def test_a_refused_recipient(code: int, text: str, fate: SendResult) -> None:
    assert of_recipient(code, f"{code} {text}") == fate


@pytest.mark.parametrize(
    ("code", "text", "fate"),
    [
        (554, "5.7.1 looks like spam", LETTER),
        (552, "message too large", LETTER),
        (552, "5.2.2 mailbox full", LATER),
        (550, "5.1.1 no such user", GONE),
        (550, "not accepted", LETTER),
        (452, "4.3.1 no room", LATER),
    ],
)
def test_a_refused_content(code: int, text: str, fate: SendResult) -> None:
    assert of_content(code, f"{code} {text}") == fate


def test_a_relays_words_hold_no_address() -> None:
    text = said(550, "5.1.1 <wang@example.cn>:\n no mailbox for wang@example.cn (from a@b.cn)")
    assert text == "550 5.1.1 <…>: no mailbox for … (from …)"


def run(*fates: SendResult, since: datetime | None = None, attempts: int = 1) -> list[Try]:
    people = count(1)
    return [
        Try(n, n, fate, "" if fate == SENT else f"{fate} said", attempts, since)
        for fate, n in zip(fates, people, strict=False)
    ]


def steps(
    run: list[Try], before: EarlierRuns = EarlierRuns(), now: datetime = NOW  # noqa: B008
) -> list[tuple[LetterStep, bool]]:  # fmt: skip
    return [(verdict.step, verdict.marks) for verdict in judge(run, before, now).verdicts]


def worked(since: datetime = NOW, **more: object) -> EarlierRuns:
    return EarlierRuns(last_taken=since, **more)  # type: ignore[arg-type]


def test_a_gone_mailbox_is_marked_alone_or_among_others_that_go() -> None:
    assert steps(run(GONE)) == [(LetterStep.FAILED, True)]
    assert steps(run(GONE, SENT, SENT)) == [(LetterStep.FAILED, True), (LetterStep.SENT, False),
                                            (LetterStep.SENT, False)]  # fmt: skip
    assert steps(run(*[GONE] * 3, SENT))[:3] == [(LetterStep.FAILED, True)] * 3


def test_gone_mailboxes_are_not_believed_of_a_relay_that_takes_nothing_or_little() -> None:
    assert steps(run(GONE, GONE)) == [(LetterStep.HELD, False)] * 2
    assert steps(run(*[GONE] * 4, SENT))[:4] == [(LetterStep.HELD, False)] * 4
    others = {GONE: frozenset({7})}
    assert steps(run(GONE), EarlierRuns(refused=others)) == [(LetterStep.HELD, False)]


def test_gone_mailboxes_that_stay_gone_for_a_day_while_others_go_are_believed() -> None:
    four = run(*[GONE] * 4, since=NOW - timedelta(days=1))
    assert steps(four, worked(NOW - HOUR)) == [(LetterStep.FAILED, True)] * 4
    assert steps(four, worked(NOW - timedelta(days=2))) == [(LetterStep.HELD, False)] * 4


def test_a_refusal_without_reason_marks_one_while_others_go_and_nobody_else() -> None:
    assert steps(run(UNCLEAR, SENT))[0] == (LetterStep.FAILED, True)
    assert steps(run(UNCLEAR, UNCLEAR, SENT))[:2] == [(LetterStep.HELD, False)] * 2
    assert steps(run(UNCLEAR)) == [(LetterStep.HELD, False)]


def test_a_lone_refusal_is_decided_when_another_letter_has_gone() -> None:
    again = run(UNCLEAR, since=NOW - HOUR)
    assert steps(again, worked(NOW - 2 * HOUR)) == [(LetterStep.HELD, False)]
    assert steps(again, worked(NOW - HOUR / 2)) == [(LetterStep.FAILED, True)]


def test_a_lone_refusal_of_a_day_is_for_a_person_to_look_at() -> None:
    day = run(UNCLEAR, since=NOW - timedelta(days=1))
    assert steps(day) == [(LetterStep.FAILED, True)]
    (verdict,) = judge(day, EarlierRuns(), NOW).verdicts
    assert verdict.relay
    assert steps(day, EarlierRuns(refused={UNCLEAR: frozenset({9})})) == [(LetterStep.HELD, False)]


def test_a_rule_about_who_writes_never_marks() -> None:
    day = NOW - timedelta(days=1)
    assert steps(run(POLICY, SENT))[0] == (LetterStep.HELD, False)
    assert steps(run(POLICY, since=day), worked()) == [(LetterStep.FAILED, False)]
    assert steps(run(POLICY, POLICY, since=day), worked()) == [(LetterStep.HELD, False)] * 2


def test_a_refused_letter_fails_alone_and_waits_in_company() -> None:
    assert steps(run(LETTER, SENT))[0] == (LetterStep.FAILED, False)
    assert steps(run(LETTER, LETTER, SENT))[:2] == [(LetterStep.HELD, False)] * 2
    assert steps(run(LETTER)) == [(LetterStep.HELD, False)]


def test_what_is_put_off_for_all_uses_up_nothing() -> None:
    last = run(LATER, LATER, attempts=ATTEMPTS)
    assert steps(last) == [(LetterStep.HELD, False)] * 2
    assert steps(last, worked(), NOW) == [(LetterStep.HELD, False)] * 2
    assert steps(run(LATER, attempts=ATTEMPTS), EarlierRuns(others_in_vain=True)) == [
        (LetterStep.HELD, False)
    ]


def test_one_letter_that_is_put_off_while_others_go_is_given_up_in_the_end() -> None:
    assert steps(run(LATER, SENT, attempts=ATTEMPTS - 1))[0] == (LetterStep.RETRY, False)
    assert steps(run(LATER, SENT, attempts=ATTEMPTS))[0] == (LetterStep.FAILED, False)
    full = run(LATER, since=NOW - HOUR)
    assert judge(full, worked(), NOW).trouble == ""
    assert judge(full, EarlierRuns(), NOW).trouble == "postponed said"


def test_what_was_not_tried_goes_at_once_unless_the_relay_is_the_reason() -> None:
    late = [Try(1, 1, SENT), Try(2, 2, WAITS)]
    assert steps(late)[1] == (LetterStep.RETURNED, False)
    assert steps([Try(1, 1, LATER, "hangs"), Try(2, 2, WAITS)])[1] == (LetterStep.HELD, False)
    down = judge([Try(1, 1, SENT), Try(2, 2, WAITS, "421")], EarlierRuns(), NOW, down="421")
    assert (down.trouble, down.stops, down.verdicts[1].step) == ("421", True, LetterStep.HELD)


def test_the_words_of_the_first_that_is_held_are_told() -> None:
    partly = judge(run(SENT, POLICY, POLICY), EarlierRuns(), NOW)
    assert (partly.trouble, partly.stops) == ("not_from_us said", False)
    assert partly.several == {POLICY}
    nothing = judge(run(POLICY, POLICY), EarlierRuns(), NOW)
    assert (nothing.trouble, nothing.stops) == ("not_from_us said", True)
    assert judge(run(SENT, GONE), EarlierRuns(), NOW).trouble == ""


def test_pauses_grow_to_an_hour() -> None:
    def held(minutes: int) -> float:
        one = Try(1, 1, WAITS, "down", 1, NOW - timedelta(minutes=minutes))
        return pause(LetterVerdict(one, LetterStep.HELD), NOW) / timedelta(minutes=1)

    assert [held(minutes) for minutes in (0, 5, 10, 20, 40, 80, 9999)] == [5, 5, 10, 20, 40, 60, 60]
    tries = [
        LetterVerdict(Try(1, 1, LATER, attempts=n), LetterStep.RETRY) for n in (1, 2, 3, 7, 50)
    ]
    assert [pause(one, NOW) / timedelta(minutes=1) for one in tries] == [1, 2, 4, 60, 60]
