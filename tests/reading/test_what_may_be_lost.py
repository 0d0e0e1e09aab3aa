"""What a reading may have lost is said before anything else, with what to do."""

from __future__ import annotations

import io
import struct
import zlib
from types import SimpleNamespace

import docx
import pytest
from docx.shared import Cm

from reading import paper
from tasks_catalog.checking.lost import LOST
from tasks_catalog.reading.opening import read_content
from ui.views.plan.preparing.desk import CopyDesk
from ui.views.plan.preparing.losses import losses_html
from workflow.rules.preparing.working_copy import finding_key

WORDS = "统筹推进各项工作，完善协调机制，强化要素保障，及时研究解决困难问题。"
ROW = "{no}\t开展工作{no}\t市科技局"


def first_losses(content: bytes, name: str):
    """The losses that a reading tells, which stand before its other findings."""
    kinds = [finding.kind for finding in read_content(content, name).findings]
    count = sum(kind in LOST for kind in kinds)
    assert all(kind in LOST for kind in kinds[:count])
    return kinds[:count]


def told(content: bytes, name: str, kind: str):
    return next(f for f in read_content(content, name).findings if f.kind == kind)


def picture() -> bytes:
    """A white PNG of one point."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    data = zlib.compress(b"\0\xff")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def work_list(numbers) -> bytes:
    rows = [ROW.format(no=number) for number in numbers]
    return "\n".join(["某市任务分工表", "序号\t工作任务\t牵头单位", *rows]).encode()


def test_a_long_text_that_gives_almost_no_tasks():
    text = "\n".join(["某市工作方案", "一、重点任务", *[WORDS] * 300])
    finding = told(text.encode(), "plan.txt", "few-tasks")
    assert finding.values["n"] < 3
    assert finding.suggestion
    parts = [f"（{n}）做好工作。{WORDS}" for n in "一二三四五六七八九十"]
    assert first_losses("\n".join(["一、任务", *parts * 3]).encode(), "plan.txt") == []


def test_rows_that_the_numbers_of_a_table_miss():
    finding = told(work_list([1, 2, 3, 5, 6, 9]), "list.txt", "rows-missing")
    assert finding.values["numbers"] == "4、7、8"
    assert finding.where[0].line == 6
    assert first_losses(work_list([1, 2, 3, 4, 5]), "list.txt") == []


def test_numbers_that_begin_anew_in_each_part_are_no_gap():
    assert first_losses(work_list([1, 2, 3, 1, 2, 4]), "list.txt") == []


def test_a_page_without_text_among_others():
    lines = [(66.0, 80 + 17.0 * row, WORDS) for row in range(20)]
    content = paper.pdf([lines, [], lines], pictures=[2])
    finding = told(content, "plan.pdf", "page-unread")
    assert finding.values["pages"] == "2"
    assert first_losses(content, "plan.pdf")[0] == "page-unread"
    assert "page-unread" not in first_losses(paper.pdf([lines, [], lines]), "plan.pdf")


def test_a_text_whose_line_breaks_are_lost():
    points = "".join(f"（{n}）做好工作。{WORDS * 4}" for n in "一二三四五六七八九十")
    assert told(points.encode(), "plan.txt", "no-line-breaks").where[0].line == 1
    assert "no-line-breaks" not in first_losses(points.replace("（", "\n（").encode(), "plan.txt")


def test_a_table_of_work_that_is_not_understood():
    rows = ["事\t谁\t责任分工说明", "甲\t乙\t丙", "丁\t戊\t己"]
    text = "\n".join(["某市安排", "一、重点任务", "（一）甲。加强建设。", "", *rows])
    assert first_losses(text.encode(), "plan.txt") == ["table-unread"]


@pytest.mark.parametrize(("size", "count"), [(8, 1), (1, 0)])
def test_pictures_of_a_word_file_are_counted_if_they_can_hold_a_table(size, count):
    document = docx.Document()
    document.add_paragraph("一、任务")
    document.add_paragraph("（一）甲。加强建设。")
    document.add_picture(io.BytesIO(picture()), Cm(size), Cm(size))
    losses = first_losses(paper.saved(document), "plan.docx")
    assert losses.count("pictures-unread") == count


def test_a_loss_stands_at_the_top_of_the_copy_until_it_is_settled():
    catalogue = read_content(work_list([1, 2, 3, 5, 6]), "list.txt")
    desk = CopyDesk(SimpleNamespace(id=7, settled={}), catalogue)
    shown = losses_html(desk)
    assert "缺第4行" in shown
    assert "part=findings" in shown
    settled = CopyDesk(SimpleNamespace(id=7, settled={finding_key(1): "read"}), catalogue)
    assert losses_html(settled) == ""
