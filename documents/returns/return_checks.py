"""What Excel checks by itself in the Excel return while it is filled in: lists, numbers, lengths.

A number that Excel does not know (1.5千) is warned of and may stay: the system reads it later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from i18n import _
from workflow.rules.reporting.content import LONGEST
from workflow.rules.reporting.report_content import TEXTS


class CheckedColumn(Protocol):
    """What of a column its check depends on."""

    @property
    def code(self) -> str: ...
    @property
    def open(self) -> bool: ...
    @property
    def words(self) -> Mapping[str, str]: ...


def checks_of(columns: Sequence[CheckedColumn], last: int) -> Iterator[DataValidation]:
    """The checks of a sheet whose rows are 3 to `last`; none where it has no rows."""
    if last < 3:
        return
    letters = {column.code: get_column_letter(n) for n, column in enumerate(columns, 1)}
    for column in columns:
        if not column.open:
            continue
        check = _check(column, letters)
        letter = letters[column.code]
        check.add(f"{letter}3:{letter}{last}")
        yield check


def _check(column: CheckedColumn, letters: Mapping[str, str]) -> DataValidation:
    if column.words:
        words = ",".join(_(word) for word in column.words.values())
        return DataValidation(
            "list", formula1=f'"{words}"', allow_blank=True,
            showErrorMessage=True, error=_("Choose a word of the list."),
        )  # fmt: skip
    if column.code == "value":
        said = _("A number in digits, such as 15000 or 1.5万, without 约 or 多.")
        return DataValidation(
            "custom", formula1=_is_number(letters["value"], letters["unit"]), allow_blank=True,
            showErrorMessage=True, errorStyle="warning", error=said,
            showInputMessage=True, prompt=said,
        )  # fmt: skip
    if column.code == "reached":
        said = _("The day on which it was reached, such as 2025-03-05, 2025年3月5日 or 3月5日.")
        return DataValidation(
            "textLength", operator="lessThanOrEqual", formula1="30", allow_blank=True,
            showErrorMessage=True, error=said, showInputMessage=True, prompt=said,
        )  # fmt: skip
    longest = LONGEST if column.code in TEXTS else 200
    return DataValidation(
        "textLength", operator="lessThanOrEqual", formula1=str(longest), allow_blank=True,
        showErrorMessage=True, error=_("No more than {n} characters here.", n=longest),
    )  # fmt: skip


def _is_number(value: str, unit: str) -> str:
    """Whether a cell holds a number once 万, 亿, commas and its own unit are taken out."""
    bare = f"{value}3"
    for word in ('"万"', '"亿"', '","', '"，"', f"{unit}3"):
        bare = f'SUBSTITUTE({bare},{word},"")'
    return f"ISNUMBER(--{bare})"
