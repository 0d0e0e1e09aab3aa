"""Refusals are written one by one, but never so many that they fill the disk."""

from datetime import UTC, datetime, timedelta

from workflow.rules.record.flood import A_SOURCE, ALTOGETHER, CountedOnly, Flood

START = datetime(2021, 11, 22, 1, 0, 10, tzinfo=UTC)
MINUTE = START.replace(second=0)


def admitted(flood: Flood, source: str, times: int, at: datetime = START) -> int:
    return sum(flood.admits(source, at) for _ in range(times))


def test_a_source_has_its_share_and_the_rest_is_told_once() -> None:
    flood = Flood()
    assert admitted(flood, "a", A_SOURCE + 57) == A_SOURCE
    assert admitted(flood, "b", 2) == 2
    assert flood.over(START + timedelta(seconds=49)) == ()
    later = START + timedelta(seconds=50)
    assert flood.over(later) == (CountedOnly("a", 57, MINUTE),)
    assert flood.over(later) == ()
    assert admitted(flood, "a", 3, later) == 3


def test_many_sources_have_one_bound_and_are_told_together() -> None:
    flood = Flood()
    written = sum(admitted(flood, f"s{n}", 1) for n in range(50_000))
    assert written == ALTOGETHER
    assert len(vars(flood)["_kept"]) == ALTOGETHER
    assert flood.over(START, end=True) == (CountedOnly("", 50_000 - ALTOGETHER, MINUTE),)


def test_a_clock_set_back_starts_a_minute_of_its_own() -> None:
    flood = Flood()
    assert admitted(flood, "a", A_SOURCE + 1) == A_SOURCE
    assert flood.over(START - timedelta(hours=1)) == (CountedOnly("a", 1, MINUTE),)
