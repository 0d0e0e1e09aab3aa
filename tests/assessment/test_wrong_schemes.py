"""Wrong schemes are refused with line, column and what to write instead, in both languages."""

from pathlib import Path
from typing import Any

import pytest

from documents.marked_data import read_marked
from documents.scheme_file import WRONG, plain_data, scheme_in
from i18n import _, speaking
from workflow.rules.refusals import Invalid

HERE = Path(__file__).parent
WRONG_ONES = plain_data(read_marked((HERE / "wrong_schemes.yaml").read_bytes(), WRONG).data)
BASE = (HERE / "wrong_base.yaml").read_text("utf-8")


def place_of(text: str, mark: str) -> tuple[int, int]:
    before = text[: text.index(mark)]
    return before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1


def test_the_base_itself_is_right() -> None:
    scheme_in(BASE.encode())


@pytest.mark.parametrize("wrong", WRONG_ONES, ids=lambda wrong: wrong["why"])
def test_a_wrong_scheme_is_refused_with_its_line_its_column_and_a_remedy(
    wrong: dict[str, Any],
) -> None:
    assert wrong["old"] in BASE
    text = BASE.replace(wrong["old"], wrong["new"], 1)
    line, column = place_of(text, wrong["at"])
    said = {}
    for language in ("zh", "en"):
        with speaking(language), pytest.raises(Invalid) as refused:
            scheme_in(text.encode())
        with speaking(language):
            where = _("line {line}, column {column}", line=line, column=column)
            found = [str(one) for one in refused.value.problems if one.where == where]
            assert found, [str(one) for one in refused.value.problems]
            assert any(wrong["says"] in one for one in found)
            said[language] = found
    assert said["zh"] != said["en"]
    assert "第" in said["zh"][0]


def test_every_fault_is_told_at_once() -> None:
    text = BASE.replace("points: 40", "points: 四十").replace("share: 30%", "share: 130%")
    with pytest.raises(Invalid) as refused:
        scheme_in(text.encode())
    assert len(refused.value.problems) == 2


def test_what_is_not_yaml_is_refused_with_its_line() -> None:
    text = BASE.replace("year: 2025", "year: 2025\n   title: 乙", 1)
    with pytest.raises(Invalid) as refused:
        scheme_in(text.encode())
    assert "5" in refused.value.problems[0].where
