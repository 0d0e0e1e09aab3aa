"""The same plan read out of every usual kind of file, and clear words for what cannot be read."""

from __future__ import annotations

import io
import random
import zipfile
from contextlib import suppress

import docx
import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reading import paper
from tasks_catalog import dump, read, sample
from tasks_catalog.reading.opening import read_content
from workflow.rules.refusals import NotFound, Refused

LINES = [
    "江北市人才发展行动方案（2022—2024年）",
    "一、总体要求",
    "坚持党管人才。",
    "二、重点任务",
    "（一）引进人才。实施引才计划，加快集聚高层次人才和青年人才，不断优化人才队伍结构，"
    "到2024年引进博士500名。（市人社局牵头，市财政局、各县（市、区）配合）",
    "（二）建设平台。建成重点实验室3家。（市科技局负责）",
]
TITLES = ["引进人才", "建设平台"]


def seen(catalogue):
    return [
        (task.title, [(u.name, u.role) for u in task.units], [str(m.value) for m in task.measures])
        for task in catalogue.tasks
    ]


WANTED = [
    (
        "引进人才",
        [("市人社局", "lead"), ("市财政局", "support"), ("各县（市、区）", "support")],
        ["500"],
    ),
    ("建设平台", [("市科技局", "lead")], ["3"]),
]


def word():
    document = docx.Document()
    for line in LINES:
        document.add_paragraph(line)
    return paper.saved(document)


def counted_word():
    entries = [(None, LINES[0]), (0, "总体要求"), (None, "坚持党管人才。"), (0, "重点任务")]
    return paper.numbered_word([*entries, (1, LINES[4][3:]), (1, LINES[5][3:])])


def html():
    body = "".join(f"<p><span>{line}</span></p>" for line in LINES)
    return f"<html><head><script>x=1</script></head><body>{body}</body></html>".encode()


def markdown():
    return "\n\n".join([f"# {LINES[0]}", f"## {LINES[1]}", LINES[2], f"## {LINES[3]}",
                        f"**{LINES[4][:8]}**{LINES[4][8:]}", LINES[5]]).encode()  # fmt: skip


KINDS = {
    "plan.txt": lambda: "\n".join(LINES).encode(),
    "gb.txt": lambda: "\n".join(LINES).encode("gb18030"),
    "utf16.txt": lambda: "\n".join(LINES).encode("utf-16"),
    "plan.docx": word,
    "counted.docx": counted_word,
    "plan.html": html,
    "plan.md": markdown,
    "plan.pdf": lambda: paper.paragraphs_as_pages(LINES),
    "plan.ofd": lambda: paper.ofd(LINES),
}


@pytest.mark.parametrize("name", KINDS)
def test_the_same_plan_is_read_out_of_every_kind_of_file(name):
    catalogue = read_content(KINDS[name](), name)
    assert seen(catalogue) == WANTED
    assert catalogue.plan.title == LINES[0]
    assert (catalogue.plan.first_year, catalogue.plan.last_year) == (2022, 2024)


@pytest.mark.parametrize("name", ["plan.docx", "plan.html", "plan.md", "plan.txt"])
def test_a_table_of_contents_is_no_task_in_any_kind_of_file(name, monkeypatch):
    contents = ["一、总体要求.....1", "二、重点任务.....2", "（一）引进人才.....2"]
    monkeypatch.setattr("reading.test_kinds_of_files.LINES", [LINES[0], *contents, *LINES[1:]])
    made = {"plan.docx": word, "plan.html": html, "plan.txt": KINDS["plan.txt"]}.get(
        name, lambda: "\n\n".join([LINES[0], *contents, *LINES[1:]]).encode()
    )()
    assert seen(read_content(made, name)) == WANTED


def test_lines_broken_by_the_page_are_put_together():
    long = (
        "（一）引进人才。" + "加快集聚高层次人才，" * 60 + "到2024年引进博士500名。（市人社局牵头）"
    )
    pages = paper.paragraphs_as_pages([LINES[0], "一、重点任务", long, LINES[5]], lines=10)
    catalogue = read_content(pages, "long.pdf")
    assert [task.title for task in catalogue.tasks] == TITLES
    assert "- 1 -" not in catalogue.tasks[0].text
    assert [str(m.value) for m in catalogue.tasks[0].measures] == ["500"]


ROWS = [
    ["序号", "工作事项", "工作内容", "牵头单位", "配合单位", "完成时限"],
    ["1", "人才引育", "引进领军人才100名以上", "市委组织部", "市科技局、市财政局", "2022年12月"],
    ["", "人才引育", "每年举办招聘会不少于10场", "市人社局", "各县（市、区）", "长期坚持"],
    ["2", "平台建设", "建成重点实验室5家", "市科技局", "", "2023年6月底前"],
]


def expected_rows(catalogue):
    assert [task.code for task in catalogue.tasks] == ["1.1", "1.2", "2.1"]
    assert [item.title for item in catalogue.items] == ["人才引育", "平台建设"]
    assert [[(u.name, u.role) for u in task.units] for task in catalogue.tasks] == [
        [("市委组织部", "lead"), ("市科技局", "support"), ("市财政局", "support")],
        [("市人社局", "lead"), ("各县（市、区）", "support")],
        [("市科技局", "lead")],
    ]
    assert [str(task.due) for task in catalogue.tasks] == ["2022-12-31", "None", "2023-06-30"]


@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0], [3, 2, 0, 1, 5, 4]])
def test_a_work_list_may_have_its_columns_in_any_order(order):
    book = openpyxl.Workbook()
    page = book.active
    page.append(["江北市重点任务分工表"])
    for row in ROWS:
        page.append([row[at] or None for at in order])
    page.merge_cells(start_row=1, end_row=1, start_column=1, end_column=6)
    expected_rows(read_content(paper.saved(book), "list.xlsx"))


def test_merged_cells_of_a_word_table_hold_for_all_their_rows():
    document = docx.Document()
    document.add_paragraph("江北市重点任务清单")
    table = document.add_table(rows=5, cols=6)
    for r, row in enumerate([ROWS[0], ROWS[0], *ROWS[1:]]):  # the head is repeated
        for c, text in enumerate(row):
            table.cell(r, c).text = text
    table.cell(3, 1).text = ""
    table.cell(2, 1).merge(table.cell(3, 1)).text = "人才引育"
    expected_rows(read_content(paper.saved(document), "list.docx"))


def test_a_csv_work_list_may_be_in_gb18030():
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in ROWS)
    expected_rows(read_content(text.encode("gb18030"), "list.csv"))


def test_spans_of_an_html_table_hold_for_all_their_rows():
    rows = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in ROWS[3:])
    first = "<tr><td rowspan=2>1</td><td rowspan=2>人才引育</td>" + "".join(
        f"<td>{c}</td>" for c in ROWS[1][2:]
    )
    second = "</tr><tr>" + "".join(f"<td>{c}</td>" for c in ROWS[2][2:]) + "</tr>"
    head = "<tr>" + "".join(f"<th>{c}</th>" for c in ROWS[0]) + "</tr>"
    page = f"<html><body><table>{head}{first}{second}{rows}</table></body></html>"
    expected_rows(read_content(page.encode(), "list.html"))


def test_a_markdown_table_of_indicators():
    head = "# 方案（2021—2025年）\n\n主要指标\n\n"
    table = (
        "| 指标名称 | 单位 | 2020年 | 2025年目标 |\n|---|---|---|---|\n| 人才总量 | 万人 |"
        " 10 | 12以上 |\n"
    )
    text = head + table
    (row,) = read_content(text.encode(), "plan.md").indicators
    assert (row.name, str(row.baseline), str(row.target), row.op) == ("人才总量", "10", "12", ">=")


def test_a_catalogue_is_read_as_the_catalogue_that_it_is(tmp_path):
    for form in ("yaml", "json", "xlsx"):
        path = tmp_path / f"plan.{form}"
        path.write_bytes(dump(sample("quzhou-2020"), form))
        assert read(path) == sample("quzhou-2020")


# ---- what cannot be read ----------------------------------------------------------------------


def zipped(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def bomb():
    return zipped(**{"word/document.xml": b"0" * 30_000_000})


def locked_zip():
    content = bytearray(zipped(**{"word/document.xml": b"x"}))
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        at = content.find(mark) + (6 if mark == b"PK\x03\x04" else 8)
        content[at] |= 1
    return bytes(content)


BAD = [
    ("empty.txt", b"  \n", "文件是空的"),
    ("picture.jpg", b"\xff\xd8\xff\xe0rest", "图片"),
    ("scan.pdf", lambda: paper.pdf([[], [], []]), "扫描件"),
    ("broken.pdf", b"%PDF-1.7\nnothing more", "已损坏"),
    ("broken.docx", lambda: word()[:2000], "已损坏"),
    ("bomb.docx", bomb, "解压后体积异常"),
    ("locked.docx", locked_zip, "密码保护"),
    ("locked2.docx", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "密码保护"),
    ("slides.pptx", lambda: zipped(**{"ppt/presentation.xml": b"x"}), "无法读取此类文件"),
    ("binary.txt", bytes(range(256)) * 10, "编码"),
    ("secret.txt", "机密★1年\n某市人才规划\n一、任务".encode(), "标有密级"),
    ("secret2.txt", "秘 密\n某市人才规划".encode(), "标有密级"),
    ("secret3.txt", "绝密（长期）\n某市人才规划".encode(), "标有密级"),
]


@pytest.mark.parametrize(("name", "content", "said"), BAD, ids=[entry[0] for entry in BAD])
def test_a_bad_file_is_refused_with_what_to_do(name, content, said):
    with pytest.raises(Refused) as refusal:
        read_content(content() if callable(content) else content, name)
    assert said in str(refusal.value)


def test_a_secret_mark_in_the_head_of_a_word_file_is_seen():
    document = docx.Document(io.BytesIO(word()))
    document.sections[0].header.paragraphs[0].text = "机密★5年"
    with pytest.raises(Refused, match="标有密级"):
        read_content(paper.saved(document), "plan.docx")


def test_words_about_secrecy_are_no_mark():
    text = "\n".join([*LINES, "（三）加强保密。做好秘密载体管理，严防泄密。（市保密局）"])
    assert len(read_content(text.encode(), "plan.txt").tasks) == 3


def test_a_file_that_is_not_there_is_not_found(tmp_path):
    with pytest.raises(NotFound):
        read(tmp_path / "nothing.docx")


def test_a_huge_file_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(2_000_000_000)
    with pytest.raises(Refused, match="超过"):
        read(path)


def damaged(content: bytes, seed: int) -> bytes:
    rng = random.Random(seed)
    out = bytearray(
        content[: rng.randrange(1, len(content) + 1)] if rng.random() < 0.4 else content
    )
    for _change in range(rng.randrange(1, 30)):
        if out:
            out[rng.randrange(len(out))] = rng.randrange(256)
    return bytes(out)


@pytest.mark.parametrize("name", KINDS)
def test_damaged_files_are_read_or_refused_and_nothing_else(name):
    content = KINDS[name]()
    for seed in range(100 if name.endswith((".pdf", ".docx")) else 300):
        with suppress(Refused):
            read_content(damaged(content, seed), name)


@given(st.text(max_size=400), st.sampled_from(["a.txt", "a.md", "a.html", "a.csv"]))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_or_refused(text, name):
    with suppress(Refused):
        read_content(text.encode(), name)


PIECES = """一、任务|（一）甲。|1.乙|①丙；②丁|表1 指标|\t1\t2\t3|序号\t任务\t牵头单位|附件
|注：1|第一条 丙|到2025年引进100名|（市教育局牵头）
|指标名称\t单位\t2020年\t2025年目标|甲\t人\t1\t2|——丁。|\t甲||1,2,3|抄送：乙""".replace(
    "\n", ""
).split("|")


@example(["（一）甲。", "序号\t任务\t牵头单位", "附件", "注：1"])
@given(st.lists(st.sampled_from(PIECES), max_size=25))
@settings(max_examples=300, deadline=None)
def test_pieces_of_documents_in_any_order_make_a_catalogue_that_can_be_stored(lines):
    try:
        catalogue = read_content("\n".join(lines).encode(), "a.txt")
    except Refused:
        return
    from tasks_catalog.exchange import load

    assert load(dump(catalogue, "json")) == catalogue
