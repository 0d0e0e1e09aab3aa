"""The documents that people have read by hand: the importer reads them as they did.

They are not part of the repository; conftest.py leaves this file out where they are not here.
"""

from __future__ import annotations

import importlib.util
import json
import os
from functools import cache
from pathlib import Path

import pytest

from tasks_catalog import dump, read

SHARED = Path(os.environ.get("LUOSHI_SEEDS", Path(__file__).parents[2].parent / "shared"))
SCORE = SHARED / "tools" / "score_catalogue.py"


@cache
def catalogue(seed):
    return read(SHARED / "seeds" / f"{seed}.txt")


@cache
def scoring():
    spec = importlib.util.spec_from_file_location("score_catalogue", SCORE)
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["score_catalogue"] = module
    spec.loader.exec_module(module)
    return module


def score(labels, seed):
    tool = scoring()
    data = json.loads((SHARED / "labels" / f"{labels}.json").read_text("utf-8"))
    given = json.loads(dump(catalogue(seed), "json"))
    source = (SHARED / "seeds" / f"{seed}.txt").read_text("utf-8")
    return tool.Scoring(tool.read_labels(data), [given], source).result


def test_the_work_list_of_quzhou_is_read_row_by_row():
    result = score("quzhou-2020-worklist", "quzhou-2020-opinion")
    assert result["tasks"]["f1"] == 1
    assert result["rows_exact"]["share"] == 1
    assert result["units_groups"]["f1"] == 1
    assert result["measures_strict"]["f1"] == 1
    assert result["measures_year"]["share"] == 1
    assert result["measures_text_in_source"]["share"] == 1


def test_both_tables_of_quzhou_are_read_exactly():
    result = score("quzhou-2021-indicators", "quzhou-2021-plan")
    assert result["indicators"]["correct"] == 25
    assert result["indicators"]["extra"] == 0
    assert result["goals_strict"]["recall"] >= 0.9


def test_the_plan_of_jiande_is_read_leaf_by_leaf():
    assert score("jiande-indicators", "jiande-2021-plan")["indicators"]["correct"] == 19
    result = score("jiande-tasks", "jiande-2021-plan")
    assert result["tasks"]["f1"] == 1
    assert result["measures_strict"]["f1"] >= 0.95
    assert result["goals_strict"]["recall"] == 1


def test_the_contradictions_of_jiande_are_found():
    found = score("jiande-anomalies", "jiande-2021-plan")["findings"]
    assert found["one_to_one"] >= 0.7 * found["labelled"]


@pytest.mark.parametrize(
    ("seed", "tasks"),
    [("quzhou-2021-plan", 57), ("cixi-2021-plan", 28), ("jiaxing-2021-plan", 28)],
)
def test_the_other_plans_have_their_leaves(seed, tasks):
    assert len(catalogue(seed).tasks) == tasks


@pytest.mark.parametrize(
    "seed",
    [
        "quzhou-2020-opinion",
        "quzhou-2021-plan",
        "jiande-2021-plan",
        "cixi-2021-plan",
        "jiaxing-2021-plan",
    ],
)
def test_a_reading_passes_its_own_schema(seed):
    from tasks_catalog import load

    assert load(dump(catalogue(seed), "json")) == catalogue(seed)
