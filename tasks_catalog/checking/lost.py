"""What the findings about a reading itself say: pages, rows and tables that may have been lost."""

from __future__ import annotations

from i18n import mark
from tasks_catalog.model import Severity

LOST: dict[str, tuple[Severity, str, str | None]] = {
    "page-unread": (
        "warning",
        mark("{n} pages hold a picture and no text; nothing of them was read: {pages}."),
        mark("Have these pages recognised (OCR) or send the Word file."),
    ),
    "recognised": (
        "warning",
        mark("{n} pages were read by machine (OCR); every number wants a look."),
        mark("Compare numbers and names with the paper before the list is sent out."),
    ),
    "doubtful-characters": (
        "warning",
        mark("The machine was not sure of {n} places: {text}."),
        mark("Compare these places with the paper."),
    ),
    "traditional": (
        "note",
        mark("The document is in traditional characters; it was read in simplified ones."),
        None,
    ),
    "pictures-unread": (
        "note",
        mark("{n} pictures in the document were not read."),
        mark("Enter by hand what a picture of a table or a page demands."),
    ),
    "few-tasks": (
        "warning",
        mark("The text has {size} characters, and {n} tasks were read out of it."),
        mark(
            "Compare with the document. Tasks are read from numbered headings, or from a table "
            "with a column for the units; send the Word file or the work list if they were lost."
        ),
    ),
    "no-line-breaks": (
        "warning",
        mark("A line of {n} characters holds several numbered points: its line breaks are lost."),
        mark("Send the file from which the text was copied, or put each point on its own line."),
    ),
    "rows-missing": (
        "warning",
        mark("By the numbers of “{name}” rows are missing: {numbers}."),
        mark("Compare these rows with the document, and add those that were lost."),
    ),
    "table-unread": (
        "warning",
        mark("The table “{name}” with {n} rows was not understood as a work list; it is left out."),
        mark("Name its columns, as 重点任务 and 牵头单位, or enter its rows by hand."),
    ),
}
"""The kinds that stand before all others: they tell whether the rest can be trusted."""
