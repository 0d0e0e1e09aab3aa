"""A city and a browser for each file of stories."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from browser import chromium
from stories.town import Town, running

__all__ = ["chromium"]


@pytest.fixture(scope="module")
def town(lived_year: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with running(lived_year, tmp_path_factory.mktemp("town")) as found:
        yield found
