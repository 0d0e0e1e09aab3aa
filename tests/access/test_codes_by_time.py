"""Codes of a second factor: the published vectors, clocks that differ, each code once."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from workflow.rules.access.codes import RECOVERY_CODES, STEP, bare, recovery_codes, step_of

NOW = datetime(2021, 11, 22, 1, 0, 10, tzinfo=UTC)
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The secret of RFC 6238, appendix B."""


def code_at(at: datetime) -> str:
    return pyotp.TOTP(SECRET).at(at)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
    ],
)
def test_the_vectors_of_the_standard(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert step_of(SECRET, code, at, 0) == seconds // STEP


@pytest.mark.parametrize(("off", "taken"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_clocks_may_differ_by_half_a_minute(off: int, taken: bool) -> None:
    code = code_at(NOW + timedelta(seconds=off))
    assert (step_of(SECRET, code, NOW, 0) is not None) == taken


def test_a_code_is_good_once_and_older_ones_are_not_any_more() -> None:
    used = step_of(SECRET, code_at(NOW), NOW, 0)
    assert used is not None
    for seconds in (0, 20):
        later = NOW + timedelta(seconds=seconds)
        assert step_of(SECRET, code_at(NOW), later, used) is None
    earlier = code_at(NOW - timedelta(seconds=STEP))
    assert step_of(SECRET, earlier, NOW, used) is None
    assert step_of(SECRET, code_at(NOW + timedelta(seconds=STEP)), NOW, used) == used + 1


@pytest.mark.parametrize("typed", ["", "123", "12345678", "abcdef", "①②③", "0" * 5000])
def test_what_is_no_code_is_wrong(typed: str) -> None:
    assert step_of(SECRET, typed, NOW, 0) is None


def test_codes_as_people_type_them() -> None:
    code = code_at(NOW)
    assert step_of(SECRET, f" {code[:3]} {code[3:]} ", NOW, 0)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    assert step_of(SECRET, wide, NOW, 0)
    assert bare("abc2d-ef３gh ") == "ABC2DEF3GH"


def test_recovery_codes_differ() -> None:
    made = recovery_codes()
    assert len(set(made)) == RECOVERY_CODES
    assert all(len(bare(code)) == 10 for code in made)
    assert not set(made) & set(recovery_codes())
