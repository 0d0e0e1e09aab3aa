"""A task taken apart: nothing of it is lost, and codes stay unique."""

from hypothesis import given
from hypothesis import strategies as st

from tasks_catalog.exchange import checked
from tasks_catalog.model import Catalogue, CatalogueMeasure, CatalogueTask, TaskUnit
from tasks_catalog.plain import to_plain
from workflow.rules.preparing.splitting import free_code, new_task, split, title_of
from workflow.rules.preparing.working_copy import fold, inverse

TEXT = "新建院士站10家。建成人才大厦；出台安居办法。"


def plan(*texts: str) -> dict:
    measures = tuple(
        CatalogueMeasure("院士站", ">=", None, "家", relative="double", text=text) for text in texts
    )
    task = CatalogueTask(
        "1.2",
        "建平台",
        "numbers",
        None,
        TEXT,
        (TaskUnit("科技局", "科技局", "lead"),),
        measures=measures,
    )
    return to_plain(Catalogue(tasks=(task, CatalogueTask("1.2.1", "另一项", "steady"))))


def test_each_line_becomes_a_task_under_a_code_that_is_free():
    old = plan("新建院士站10家")
    changes = split(old["tasks"][0], TEXT.replace("；", "。").split("。"), {"1.2", "1.2.1"})
    made = fold(old, changes)["tasks"]
    assert [task["code"] for task in made] == ["1.2.1", "1.2.2", "1.2.3", "1.2.4"]
    assert [task["title"] for task in made[1:]] == [
        "新建院士站10家",
        "建成人才大厦",
        "出台安居办法",
    ]
    assert [task["kind"] for task in made[1:]] == ["numbers", "steady", "steady"]
    assert all(task["units"][0]["name"] == "科技局" for task in made[1:])


def test_a_split_can_be_taken_back():
    old = plan("新建院士站10家")
    changes = split(old["tasks"][0], ["甲", "乙"], {"1.2", "1.2.1"})
    back = [inverse(change) for change in reversed(changes)]
    assert fold(fold(old, changes), back) == fold(old, [])


@given(st.lists(st.text("甲乙丙。；1新建院士站", min_size=1), min_size=2, max_size=5),
       st.lists(st.sampled_from(["新建院士站", "甲", "丁"]), max_size=3))  # fmt: skip
def test_no_number_is_lost_and_the_result_is_a_catalogue(texts, words):
    old = plan(*words)
    whole = fold(old, split(old["tasks"][0], [*texts, "末项", "另项"], {"1.2", "1.2.1"}))
    assert sum(len(task["measures"]) for task in whole["tasks"]) == len(words)
    codes = [task["code"] for task in whole["tasks"]]
    assert len(set(codes)) == len(codes)
    checked(whole | {"tasks": [task for task in whole["tasks"] if task["title"]]})


def test_a_task_added_by_hand_knows_its_place():
    change = new_task(
        free_code("3", {"3.1"}),
        "（一）建成人才驿站，提供住宿。",
        "3",
        ["题", "（一）建成人才驿站，提供住宿。"],
    )
    assert (change.code, change.after["title"]) == ("3.2", "建成人才驿站")
    assert change.after["source"]["line"] == 2
    assert new_task("9", "没有的话", None, ["题"]).after["source"] is None


def test_numbering_is_no_part_of_a_title():
    texts = ("1.引进人才，每年", "（二）建平台", "①出办法", "1.5万人次培训")
    assert [title_of(t) for t in texts] == ["引进人才", "建平台", "出办法", "1.5万人次培训"]
