"""Answers by mail of many kinds: every number that is taken is right, and shown to be confirmed."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import func, select

from collecting import mails
from collecting.post import acting_in, opened_city, replies
from collecting.programs import PROGRAMS, Wrap, plain
from db.engine import Database
from db.models import Draft, Submission
from documents.mail.mail_file import read_mail
from workflow.rules.reporting.replies import ReplyField, place
from workflow.verbs.collecting import take_in_mail as taking
from workflow.verbs.collecting.numerals import in_digits
from workflow.verbs.collecting.put_reply_aside import put_reply_aside

SAID: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("replies.yaml").read_text("utf-8"))
TITLE = "加强领军型人才引进"
ONE = [ReplyField(1, "引进领军型人才", "人", "cumulative", Decimal(74), TITLE)]
THREE = [
    ReplyField(1, "引进高层次人才", "人", "cumulative"),
    ReplyField(2, "培训高技能人才", "万人", "cumulative"),
    ReplyField(3, "研发投入占比", "%", "ratio"),
]
WRITTEN = [
    *((ONE, text, [number]) for text, number in SAID["one"]),
    *((THREE, text, numbers) for text, numbers in SAID["three"]),
]
MAILS = [
    (wrap, fields, text, right)
    for n, (fields, text, right) in enumerate(WRITTEN)
    for wrap in (plain, PROGRAMS[1 + n % (len(PROGRAMS) - 1)])
]
"""Each answer as it is, and as one of the mail programs sends it."""


def test_there_are_two_hundred_of_them_in_every_way_to_write_a_mail() -> None:
    assert len(MAILS) >= 200
    assert {wrap for wrap, *_rest in MAILS} == set(PROGRAMS)


@pytest.mark.parametrize(("wrap", "fields", "text", "right"), MAILS)
def test_what_is_taken_is_right_and_the_rest_is_shown(
    wrap: Wrap, fields: list[ReplyField], text: str, right: list[Any]
) -> None:
    mail = read_mail(wrap(text), mails.OWN)
    found = place(in_digits(mail.text), fields)
    placed = {one.measure_id: one.value for one in found.placed}
    assert placed == {n: str(number) for n, number in enumerate(right, 1) if number is not None}
    # No number of the reminder, of a signature or of what was passed on is shown as the sender's.
    assert not any(number in words for number in ("500", "99人", "100人，上期")
                   for words in found.doubtful)  # fmt: skip


def test_every_number_in_a_draft_is_shown_to_be_confirmed_and_none_is_submitted(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The limits of the reading process are tried elsewhere; here it would start for every mail.
    monkeypatch.setattr(taking, "read_apart", lambda function, *given: function(*given))
    city = opened_city(sqlite_database)
    seen = numbers = 0
    for wrap, _fields, text, _right in MAILS[1::4]:
        said = wrap(f"1.1 {text}")
        taking.take_in_mail(acting_in(city), said, own=mails.OWN)
        waiting = [one for one in replies(city) if one.state == "open"]
        shown = {k: v for one in waiting for k, v in json.loads(one.placed).items()}
        with city.database.read() as session:
            drafts = [json.loads(text) for text in session.scalars(select(Draft.content))]
            assert session.scalar(select(func.count()).select_from(Submission)) == 0
        stored = {
            name: value for draft in drafts for name, value in draft.items()
            if name.startswith("value:") and value
        }  # fmt: skip
        assert stored.items() <= shown.items(), text
        seen, numbers = seen + bool(waiting), numbers + len(stored)
        for one in waiting:
            with acting_in(city)(one.person_id) as c:
                put_reply_aside(c, reply_id=one.id)
    assert seen >= 45
    assert numbers >= 20
