"""doc, wps, xls and et go through LibreOffice; where it is missing or fails, one is told."""

from __future__ import annotations

import io
import shutil
import subprocess

import openpyxl
import pytest

from documents import libreoffice
from documents.untrusted.words import BROKEN
from reading.test_kinds_of_files import WANTED, seen, word
from tasks_catalog.reading.formats import office
from tasks_catalog.reading.opening import OLE, STREAMS, read_content
from workflow.rules.refusals import Refused

PROGRAM = shutil.which("soffice")
FALSE = shutil.which("false")
ROWS = [
    ["工作任务", "牵头单位", "配合单位"],
    ["引进博士500名", "市人社局", "市财政局"],
    ["建设平台3家", "市科技局", ""],
]
needs_libreoffice = pytest.mark.skipif(PROGRAM is None, reason="LibreOffice is not installed")


def table() -> bytes:
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    """The same content as an old file, saved by LibreOffice."""

    def saved(content: bytes, new: str, kind: str) -> bytes:
        folder = tmp_path_factory.mktemp("old")
        (folder / f"file.{new}").write_bytes(content)
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = [PROGRAM, profile, "--headless", "--convert-to", kind, "--outdir", folder]
        subprocess.run([*command, folder / f"file.{new}"], check=True, capture_output=True)
        return (folder / f"file.{kind}").read_bytes()

    return saved


@needs_libreoffice
def test_an_old_word_file_reads_like_the_new_one_and_a_cut_one_is_refused(old):
    content = old(word(), "docx", "doc")
    for name in ("plan.doc", "plan.wps"):
        assert seen(read_content(content, name)) == WANTED
    with pytest.raises(Refused):
        read_content(content[: len(content) // 2], "plan.doc")


@needs_libreoffice
def test_an_old_sheet_reads_like_the_new_one_and_a_cut_one_is_refused(old):
    content = old(table(), "xlsx", "xls")
    wanted = seen(read_content(table(), "list.xlsx"))
    assert len(wanted) == 2
    for name in ("list.xls", "list.et"):
        assert seen(read_content(content, name)) == wanted
    with pytest.raises(Refused):
        read_content(content[: len(content) // 2], "list.xls")


def test_bytes_that_hold_no_words_are_refused_before_libreoffice_makes_words_of_them(monkeypatch):
    monkeypatch.setattr(office, "convert", None)
    with pytest.raises(Refused) as refused:
        read_content(OLE + bytes(range(256)) * 20, "plan.doc")
    assert refused.value.message == BROKEN


def test_without_libreoffice_one_is_told_what_to_save_it_as(monkeypatch):
    monkeypatch.setattr(libreoffice.shutil, "which", lambda _program: None)
    for name, told in (("plan.wps", "docx"), ("list.et", "xlsx")):
        with pytest.raises(Refused) as refused:
            read_content(OLE + b"".join(STREAMS), name)
        assert told in str(refused.value)


def test_a_conversion_that_fails_is_told(monkeypatch):
    monkeypatch.setattr(libreoffice.shutil, "which", lambda _program: FALSE)
    with pytest.raises(Refused) as refused:
        read_content(OLE + b"".join(STREAMS), "plan.doc")
    assert "could not convert" in refused.value.message
