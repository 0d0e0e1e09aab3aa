"""A file is read in a process of its own: what it may not do, and what comes back."""

import os
import time
from pathlib import Path
from threading import BoundedSemaphore

import psutil
import pytest

import unkind_readers as unkind
from documents.untrusted import apart
from documents.untrusted.apart import Limits, read_apart
from documents.untrusted.words import BROKEN, BUSY, TOO_DEEP, TOO_LARGE, TOO_SLOW
from i18n import speaking
from workflow.rules.refusals import Invalid, NotAllowed, Refused


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The readers of the tests are found by the process, too."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))


def test_values_of_every_type_come_back_as_they_were() -> None:
    found = read_apart(unkind.kind, b"PDF")
    assert found == unkind.FOUND
    assert str(found.number) == "12345678901234567.890"


@pytest.mark.parametrize(
    ("reader", "said"),
    [
        (unkind.greedy, TOO_LARGE), (unkind.talkative, TOO_LARGE), (unkind.broken, BROKEN),
        (unkind.killed, BROKEN), (unkind.endless, TOO_DEEP), (unkind.another_type, BROKEN),
    ],
)  # fmt: skip
def test_whatever_a_reader_does_is_one_clear_refusal(reader: object, said: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_apart(reader, b"x")
    assert refusal.value.message == said


def test_processor_time_has_an_end() -> None:
    began = time.monotonic()
    with pytest.raises(Refused) as refusal:
        read_apart(unkind.busy, b"x", limits=Limits(1, 512))
    assert refusal.value.message == TOO_SLOW
    assert time.monotonic() - began < 20


def test_who_sleeps_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    named = tmp_path / "pid"
    with pytest.raises(Refused) as refusal:
        read_apart(unkind.asleep, str(named).encode(), limits=Limits(3, 512))
    assert refusal.value.message == TOO_SLOW
    started = int(named.read_text())
    for _moment in range(100):
        if not psutil.pid_exists(started) or psutil.Process(started).status() == "zombie":
            return
        time.sleep(0.05)
    pytest.fail("a process was left behind")


def test_what_a_parser_prints_is_no_answer() -> None:
    assert read_apart(unkind.chatty, b"read") == "read"


def test_a_refusal_comes_back_with_its_kind_its_fields_and_its_places() -> None:
    with pytest.raises(Invalid) as refusal:
        read_apart(unkind.refusing, b"")
    assert refusal.value.fields == {"n": 1}
    assert [str(problem) for problem in refusal.value.problems] == ["A1: 1.50"]
    with pytest.raises(NotAllowed):
        read_apart(unkind.forbidding, b"")


def test_it_knows_the_language_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUOSHI_SECRET_KEY", "s" * 32)
    with speaking("en"):
        told = read_apart(unkind.surroundings, b"")
    assert told["said"] == "Everybody"
    assert "s" * 32 not in told.values()
    assert not os.path.exists(told["folder"])


def test_no_more_are_read_at_once_than_have_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_turns", BoundedSemaphore(1))
    monkeypatch.setattr(apart, "PATIENCE", 0.05)
    with apart._turns, pytest.raises(Refused) as refusal:
        read_apart(unkind.kind, b"PDF")
    assert refusal.value.message == BUSY
    assert read_apart(unkind.kind, b"PDF") == unkind.FOUND
