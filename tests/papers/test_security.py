"""The list of what two standards ask for is whole, and names what exists."""

import ast
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ASKED = yaml.safe_load((ROOT / "docs/security.yaml").read_text(encoding="utf-8"))
ROWS = [
    row
    for standard in ASKED.values()
    for chapter in standard["chapters"]
    for row in chapter["rows"]
]

# OWASP ASVS 5.0.0: section -> its numbers of level 1, and those of level 2.
ASVS = {
    "1.1": ("", "1 2"),
    "1.2": ("1 2 3 4 5", "6 7 8 9"),
    "1.3": ("1 2", "3 4 5 6 7 8 9 10 11"),
    "1.4": ("", "1 2 3"),
    "1.5": ("1", "2"),
    "2.1": ("1", "2 3"),
    "2.2": ("1 2", "3"),
    "2.3": ("1", "2 3 4"),
    "2.4": ("", "1"),
    "3.2": ("1 2", ""),
    "3.3": ("1", "2 3 4"),
    "3.4": ("1 2", "3 4 5 6"),
    "3.5": ("1 2 3", "4 5"),
    "3.7": ("", "1 2"),
    "4.1": ("1", "2 3"),
    "4.2": ("", "1"),
    "4.3": ("", "1 2"),
    "4.4": ("1", "2 3 4"),
    "5.1": ("", "1"),
    "5.2": ("1 2", "3"),
    "5.3": ("1 2", ""),
    "5.4": ("", "1 2 3"),
    "6.1": ("1", "2 3"),
    "6.2": ("1 2 3 4 5 6 7 8", "9 10 11 12"),
    "6.3": ("1 2", "3 4"),
    "6.4": ("1 2", "3 4"),
    "6.5": ("", "1 2 3 4 5"),
    "6.6": ("", "1 2 3"),
    "6.8": ("", "1 2 3 4"),
    "7.1": ("", "1 2 3"),
    "7.2": ("1 2 3 4", ""),
    "7.3": ("", "1 2"),
    "7.4": ("1 2", "3 4 5"),
    "7.5": ("", "1 2"),
    "7.6": ("", "1 2"),
    "8.1": ("1", "2"),
    "8.2": ("1 2", "3"),
    "8.3": ("1", ""),
    "8.4": ("", "1"),
    "9.1": ("1 2 3", ""),
    "9.2": ("1", "2 3 4"),
    "10.1": ("", "1 2"),
    "10.2": ("", "1 2"),
    "10.3": ("", "1 2 3 4"),
    "10.4": ("1 2 3 4 5", "6 7 8 9 10 11"),
    "10.5": ("", "1 2 3 4 5"),
    "10.6": ("", "1 2"),
    "10.7": ("", "1 2 3"),
    "11.1": ("", "1 2"),
    "11.2": ("", "1 2 3"),
    "11.3": ("1 2", "3"),
    "11.4": ("1", "2 3 4"),
    "11.5": ("", "1"),
    "11.6": ("", "1"),
    "12.1": ("1", "2 3"),
    "12.2": ("1 2", ""),
    "12.3": ("", "1 2 3 4"),
    "13.1": ("", "1"),
    "13.2": ("", "1 2 3 4 5"),
    "13.3": ("", "1 2"),
    "13.4": ("1", "2 3 4 5"),
    "14.1": ("", "1 2"),
    "14.2": ("1", "2 3 4"),
    "14.3": ("1", "2 3"),
    "15.1": ("1", "2 3"),
    "15.2": ("1", "2 3"),
    "15.3": ("1", "2 3 4 5 6 7"),
    "16.1": ("", "1"),
    "16.2": ("", "1 2 3 4 5"),
    "16.3": ("", "1 2 3 4"),
    "16.4": ("", "1 2 3"),
    "16.5": ("", "1 2 3"),
    "17.1": ("", "1"),
    "17.2": ("", "1 2 3 4"),
    "17.3": ("", "1 2"),
}

# GB/T 22239-2019, 8.1.4 to 8.1.10: clause -> its last letter; none where it has no letters.
GB22239 = {
    "8.1.4.1": "d", "8.1.4.2": "g", "8.1.4.3": "d", "8.1.4.4": "f", "8.1.4.5": "", "8.1.4.6": "",
    "8.1.4.7": "b", "8.1.4.8": "b", "8.1.4.9": "c", "8.1.4.10": "b", "8.1.4.11": "b",
    "8.1.5.1": "b", "8.1.5.2": "b", "8.1.5.3": "b",
    "8.1.10.10": "c", "8.1.10.11": "c", "8.1.10.12": "d",
}  # fmt: skip


def of(standard: str) -> list[dict]:
    return [row for chapter in ASKED[standard]["chapters"] for row in chapter["rows"]]


@cache
def functions_of(path: Path) -> frozenset[str]:
    """The functions of a file, those of its imports too: a test may be shared by two databases."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    made = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    taken = {
        name.asname or name.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }
    return frozenset(made | taken)


def test_every_number_of_levels_1_and_2_is_there_once() -> None:
    wanted = {
        f"{section}.{number}": level
        for section, levels in ASVS.items()
        for level, numbers in enumerate(levels, 1)
        for number in numbers.split()
    }
    assert len(wanted) == 253
    assert Counter(row["number"] for row in of("asvs")) == Counter(list(wanted))
    assert {row["number"]: row["level"] for row in of("asvs")} == wanted
    for chapter in ASKED["asvs"]["chapters"]:
        assert {"V" + row["number"].split(".")[0] for row in chapter["rows"]} == {chapter["number"]}


def test_every_clause_of_the_third_level_is_there_once() -> None:
    letters = "abcdefg"
    wanted = Counter(
        number
        for clause, last in GB22239.items()
        for number in (
            [f"{clause} {letter})" for letter in letters[: letters.index(last) + 1]]
            if last
            else [clause]
        )
    )
    assert Counter(row["number"] for row in of("gb22239")) == wanted
    for chapter in ASKED["gb22239"]["chapters"]:
        assert {row["number"].split()[0] for row in chapter["rows"]} == {chapter["number"]}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["number"])
def test_a_row_is_told_whole_and_names_what_exists(row: dict) -> None:
    assert row["state"] in ("met", "not met", "not applicable", "operator")
    assert row["what"]
    if row["state"] == "met":
        assert row["by"], "what is met is so by a test or file"
    else:
        assert row["note"], "what is not met has its reason"
        assert "by" not in row
    for place in row.get("by", ()):
        path, _, test = place.partition("::")
        assert (ROOT / path).is_file(), place
        assert not test or test in functions_of(ROOT / path), place


def test_files_that_notes_name_exist() -> None:
    said = " ".join(row.get("note", "") for row in ROWS)
    words = said.replace("（", " ").replace("）", " ").replace("(", " ").replace(")", " ")
    named = {word.rstrip(".,;。，；、") for word in words.split() if "/" in word}
    places = {word for word in named if word.startswith(("tests/", "docs/", "deploy/"))}
    assert len(places) > 5
    assert [place for place in sorted(places) if not (ROOT / place).exists()] == []
