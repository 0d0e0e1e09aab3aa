"""`luoshi run` with its own scheduler on PostgreSQL. The other database has a file of its own, so
that the two run side by side."""

from pathlib import Path

import pytest

from real_use.clock import the_clock_fires


@pytest.mark.parametrize("empty_url", ["postgresql"], indirect=True)
def test_slots_fire_and_mails_arrive_whatever_part_dies(empty_url: str, tmp_path: Path) -> None:
    the_clock_fires(tmp_path, empty_url)
