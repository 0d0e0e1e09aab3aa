"""The records of decisions are listed, of one form, and name only files that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "decisions"
RECORDS = sorted(FOLDER.glob("[0-9]*.md"))
PLACE = re.compile(r"`((?:db|workflow|ui|flows|luoshi|documents|notifications)/[\w./]+)`")


def test_every_record_is_listed() -> None:
    listed = re.findall(r"^\d+\. \[.+\]\((.+)\)$", (FOLDER / "README.md").read_text("utf-8"), re.M)
    assert listed == [one.name for one in RECORDS]


@pytest.mark.parametrize("record", RECORDS, ids=lambda one: one.stem)
def test_a_record_has_context_decision_and_consequences_on_one_screen(record: Path) -> None:
    text = record.read_text("utf-8")
    assert text.startswith(f"# {int(record.name[:2])}. ")
    assert re.findall(r"^## (.+)$", text, re.M) == ["Context", "Decision", "Consequences"]
    assert len(text.splitlines()) <= 45
    missing = [place for place in PLACE.findall(text) if not (ROOT / place).exists()]
    assert missing == []
