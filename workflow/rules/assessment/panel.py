"""述职评议: on what a panel judges the report of a unit's secretary, and how its marks are written.

Each criterion is a group of marks, so that a scheme weighs them:
{ratings: 述职评议, groups: {履行责任: 30%, 重点任务: 30%, 工作实效: 20%, …}}.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from i18n import mark

DEBRIEFING = "述职评议"
"""What a scheme calls the ratings of the panel."""
CRITERIA: Mapping[str, str] = {
    "履行责任": mark("answers for the work in person"),
    "重点任务": mark("carries the main tasks through"),
    "工作实效": mark("results that can be seen"),
    "改革创新": mark("new ways of working"),
    "问题整改": mark("puts right what was promised"),
}
"""The criteria by the names that schemes use, each with what it means."""
HIGHEST = Decimal(100)


def mark_of(text: str) -> Decimal | None:
    """A mark from 0 to 100 with at most one decimal; None for what is none."""
    whole, _point, part = text.strip().partition(".")
    if not whole.isascii() or not whole.isdigit() or len(whole) > 3 or len(part) > 1:
        return None
    if part and not (part.isascii() and part.isdigit()):
        return None
    found = Decimal(text.strip())
    return found if found <= HIGHEST else None
