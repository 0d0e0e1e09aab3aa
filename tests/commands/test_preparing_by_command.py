"""A document becomes a draft plan from the command line alone."""

import json
from pathlib import Path


def document(done: object) -> dict[str, object]:
    assert done.code == 0, done.err
    return json.loads(done.out)


TEXT = """小城人才规划（2021—2025年）

一、引进人才

1.引进领军人才。到2025年引进领军人才100人。（牵头单位：市科技局；配合单位：市财政局）

2.建设博士后科研工作站。到2025年新建博士后科研工作站10家。

二、优化服务

1.出台人才安居办法。2021年底前出台人才安居办法。（牵头单位：市建设局）
"""


def test_from_a_document_to_a_draft(run: object, here: object, tmp_path: Path) -> None:
    file = tmp_path / "小城.txt"
    file.write_text(TEXT, "utf-8")
    made = document(run("plan", "begin", file, "--json"))
    assert (made["outcome"], made["tasks"]) == ("created", 3)
    assert document(run("plan", "begin", file, "--json"))["outcome"] == "present"
    copy = made["copy_id"]
    shown = document(run("plan", "show", copy, "--json"))
    codes = [task["code"] for task in shown["catalogue"]["tasks"]]
    unled = [one["code"] for one in shown["obstacles"] if one["stops"] and one["code"] in codes]
    assert unled == [codes[1]]
    advice = document(run("plan", "suggest", copy, codes[1], "--json"))[codes[1]]
    assert advice[0]["unit"] == "市人力社保局"
    units = json.dumps([{"name": advice[0]["unit"], "role": "lead"}], ensure_ascii=False)
    assert document(run("plan", "change", copy, codes[1], "units", units, "--json")) == {
        "copy_id": copy, "revision": 1,
    }  # fmt: skip
    run("plan", "change", copy, "", "code", "small")
    run("plan", "change", copy, "", "first_year", "2021")
    run("plan", "change", copy, "", "last_year", "2025")
    laid = document(run("plan", "lay-down", copy, "--json"))
    assert (laid["code"], laid["tasks"]) == ("small", 3)
    listed = document(run("plan", "copies", "--json"))
    assert listed[0]["stage"]["name"] == "laid_down"
    assert run("plan", "issue", "small", "--document", "小委〔2021〕1号").code == 0


def test_a_work_list_goes_out_and_comes_back(run: object, here: object, tmp_path: Path) -> None:
    file, sheet = tmp_path / "小城.txt", tmp_path / "out.xlsx"
    file.write_text(TEXT, "utf-8")
    copy = document(run("plan", "begin", file, "--json"))["copy_id"]
    assert run("plan", "send-out", copy, "-o", sheet).code == 0
    back = document(run("plan", "take-back", copy, sheet, "--dry-run", "--json"))
    assert (back["changes"], back["conflicts"], back["revision"]) == ([], [], 0)


def test_what_cannot_be_changed_is_said(run: object, here: object, tmp_path: Path) -> None:
    file = tmp_path / "小城.txt"
    file.write_text(TEXT, "utf-8")
    copy = document(run("plan", "begin", file, "--json"))["copy_id"]
    refused = run("plan", "change", copy, "99", "title", "x")
    assert refused.code == 1
    assert "no “title” here" in refused.err
    assert run("plan", "settle", copy, "finding:99", "looked at").code == 1
    assert run("plan", "set-aside", copy).code == 0
    assert run("plan", "change", copy, "", "code", "x").code == 1
    assert run("plan", "take-up", copy).code == 0
    assert run("plan", "change", copy, "", "code", "x").code == 0
