"""Words selected in the text become work with their place; tasks are split and joined."""

from __future__ import annotations

import pytest

from drafts import sheet
from pages.on_stage import on_stage, opened
from tasks_catalog.from_words import deadlines_of, measures_of, place_of, read_into
from tasks_catalog.model import CataloguePlan
from tasks_catalog.reading.opening import read_with_text
from workflow.rules.preparing.splitting import join, new_task
from workflow.rules.preparing.working_copy import fold
from workflow.rules.refusals import Invalid
from workflow.verbs.preparing.start_working_copy import start_working_copy
from worlds import OFFICE, little_city

LINES = (
    "小城规划",
    "一、任务",
    "到2026年，引进  博士50名，",
    "建成驿站3家。（市科技局牵头，各县（市、区）配合）",
)
PLAN = CataloguePlan(first_year=2022, last_year=2026)


@pytest.mark.parametrize(
    ("words", "place"),
    [("引进博士50名", (3, None)), ("博士50名，\n建成驿站", (3, 4)), ("一、任务", (2, None))],
)
def test_words_are_found_where_they_stand(words, place):
    found = place_of(words, LINES)
    assert (found.line, found.line_end) == place


def test_words_that_are_not_in_the_document_make_nothing():
    for words in ("引进博士60名", "  "):
        with pytest.raises(Invalid):
            place_of(words, LINES)
    with pytest.raises(Invalid):
        measures_of("一、任务", PLAN)
    with pytest.raises(Invalid):
        deadlines_of("建成驿站3家", PLAN)


def test_a_task_made_of_words_has_their_place_units_numbers_and_date():
    words = LINES[2] + LINES[3]
    task = new_task("1.1", words, None, LINES).after
    read_into(task, words, LINES, PLAN)
    assert task["source"]["line"] == 3
    assert [(u["name"], u["role"], u["group"]) for u in task["units"]] == [
        ("市科技局", "lead", False), ("各县（市、区）", "support", True),
    ]  # fmt: skip
    assert [m["value"] for m in task["measures"]] == [50, 3]
    assert (task["due"], task["kind"]) == ("2026-12-31", "numbers")


def test_two_tasks_joined_keep_all_they_had_under_the_first_code():
    def task(code, text, role, due, line):
        return {
            "code": code, "item": None, "kind": "steady", "title": text, "text": text,
            "units": [{"name": "甲局", "written": "甲局", "role": role, "group": False}],
            "leaders": [], "frequency": None, "due": due, "due_text": due, "deadlines": [],
            "measures": [], "doubts": [], "source": {"line": line, "page": None},
        }  # fmt: skip

    one, two = (
        task("1", "建成平台", "support", "2025-12-31", 4),
        task("2", "办好大赛", "lead", None, 6),
    )
    plain = {"schema": "x", "plan": {}, "items": [], "tasks": [one, two], "units": []}
    (made,) = fold(plain, join(one, two))["tasks"]
    assert (made["code"], made["text"], made["due"]) == ("1", "建成平台\n办好大赛", "2025-12-31")
    assert made["units"][0]["role"] == "lead"
    assert (made["source"]["line"], made["source"]["line_end"]) == (4, 6)


def test_on_the_page_selected_words_become_a_task(sqlite_database, tmp_path):
    world = little_city(sqlite_database)
    text = "小城规划（2022—2026年）\n一、任务\n1.引进博士50名。（市科技局牵头）\n另建成驿站3家。"
    catalogue, lines = read_with_text(text.encode(), "p.txt")
    copy = world.do(
        world.reviewer, start_working_copy, catalogue=catalogue, source_lines=lines
    ).copy_id
    code = catalogue.tasks[0].code
    at = opened(
        on_stage(world, tmp_path, "zh"), world, "plan", OFFICE, "administrator",
        copy=copy, task=code, edit="words", words="建成驿站3家",
    )  # fmt: skip
    next(one for one in at.button if one.label == "新建任务").click().run()
    assert not at.exception
    made = next(t for t in sheet(world, copy).catalogue["tasks"] if t["code"] != code)
    assert made["source"]["line"] == 4
    assert [str(m["value"]) for m in made["measures"]] == ["3"]
