"""Whatever an alert may name has its paragraph for operators, and nothing else has."""

import re
from pathlib import Path

from db.queries.record.heartbeats import CLOCK_BEHIND
from workflow.rules.record.parts import PARTS
from workflow.rules.time.timetable import ALARM, DELIVER, TIMETABLE

ROOT = Path(__file__).parents[2]
OTHERS = {"database", "audit"}
"""What the watch says where no database answers, and what the check of the record finds."""


def test_every_name_of_an_alert_has_a_paragraph() -> None:
    text = (ROOT / "docs/alerts.md").read_text(encoding="utf-8")
    told = re.findall(r"^### (\w+)\n(?=\S)", text, re.M)
    slots = {slot.name for slot in TIMETABLE}
    assert sorted(told) == sorted({*PARTS, *slots, DELIVER, ALARM, CLOCK_BEHIND, *OTHERS})
