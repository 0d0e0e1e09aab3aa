"""What the findings about wording, definitions and the last plan say."""

from __future__ import annotations

from i18n import mark
from tasks_catalog.model import Severity

WIDER: dict[str, tuple[Severity, str, str | None]] = {
    "words-differ": (
        "note",
        mark("The text says “{a}”, the list says “{b}”; one of them looks like a slip."),
        mark("Correct one of the two."),
    ),
    "not-in-list": (
        "note",
        mark("{n} points of the text have no row in the work list: {names}."),
        mark("Add rows for them, or settle that nobody need answer for them."),
    ),
    "fall-impossible": (
        "error",
        mark("“{name}” cannot fall by {a}%."),
        mark("Check the number and its unit."),
    ),
    "before-issue": (
        "warning",
        mark("It applies from {a}, before it was issued ({b})."),
        mark("Confirm that it shall reach back, or correct one of the dates."),
    ),
    "number-year": (
        "warning",
        mark("The document number is of {a}, the date of issue of {b}."),
        mark("Check the number and the date of issue."),
    ),
    "due-before-issue": (
        "warning",
        mark("{n} tasks were due before the document was issued ({date}): {tasks}."),
        mark("Check the dates of these tasks."),
    ),
    "percent-or-points": (
        "note",
        mark("“{text}” lets a share grow by per cent; percentage points may be meant."),
        mark("Say 个百分点 where points are meant."),
    ),
    "count-listed": (
        "warning",
        mark("“{text}” announces {a}, {b} are named."),
        mark("Check the number, or what is missing in the list."),
    ),
    "yearly-unclear": (
        "note",
        mark("Whether the second number of “{text}” holds for each year is open."),
        mark("Say 每年 or 累计 with each number."),
    ),
    "yearly-total": (
        "warning",
        mark("“{name}”: {a} {unit} a year come to {sum} in the whole plan, not to {b} {unit_b}."),
        mark("Settle which of the two numbers holds."),
    ),
    "part-unit-differs": (
        "note",
        mark("“{name}” counts in {unit_a}, its part “{part}” in {unit_b}."),
        mark("Count the whole and its parts in one unit."),
    ),
    "base-differs": (
        "note",
        mark("“{a}” and “{b}” are shares of different wholes."),
        mark("Settle the definition, and use one name."),
    ),
    "mark-unexplained": (
        "note",
        mark("{n} numbers of the table bear a mark that no note explains: {text}."),
        mark("Say what the mark means."),
    ),
    "mark-explained": (
        "note",
        mark("{n} numbers of the table bear a mark, and a note says what it means: {text}."),
        mark("Put in the final numbers when they are known."),
    ),
    "two-scopes": (
        "note",
        mark("A cell of “{name}” holds numbers of two areas: {text}."),
        None,
    ),
    "last-plan-missed": (
        "note",
        mark("By the table {n} of {all} aims of the last plan were not reached: {names}."),
        None,
    ),
    "completion-claimed": (
        "warning",
        mark("The text says “{text}”; by the table {n} aims were not reached: {names}."),
        mark("Correct the sentence or the table."),
    ),
    "vague-supports": (
        "note",
        mark("{n} tasks name as support only a group without members: {tasks}."),
        mark("Name the units that support."),
    ),
    "old-unit-name": (
        "note",
        mark("“{name}” has had another name since the reform of 2018: probably {likely}."),
        mark("Check the name of the unit."),
    ),
    "share-of-population": (
        "note",
        mark("“{name}” of {a}% would be one in {one} of all inhabitants; ‰ may be meant."),
        mark("Check the unit of the number."),
    ),
    "multiple-without-base": (
        "note",
        mark("“{name}” shall grow at a rate, and the document does not say from what number."),
        mark("Add the number from which it starts."),
    ),
    "narrower-differs": (
        "note",
        mark("“{a}” ({x} {unit_x}) seems to be a part of “{b}” ({y} {unit_y})."),
        mark("Say how the two count, or settle one number."),
    ),
    "below-reached": (
        "warning",
        mark("The aim of “{name}” ({b} {unit_b}) lies below what was reached ({a} {unit_a})."),
        mark("Check both numbers and what they count."),
    ),
}
