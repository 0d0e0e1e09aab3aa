"""What may come in as evidence: by content, without scripts, without marks of secrecy."""

from __future__ import annotations

import hashlib
import zipfile
from io import BytesIO, RawIOBase
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook

from db.evidence import EvidenceStore
from documents.uploads import LARGEST, TYPES, media_type_of
from workflow.rules.refusals import Invalid, NotFound, Refused


def a_docx(*lines: str, header: str = "", more: dict[str, bytes] | None = None) -> bytes:
    document = Document()
    document.sections[0].header.paragraphs[0].text = header
    for line in lines:
        document.add_paragraph(line)
    out = BytesIO()
    document.save(out)
    if more:
        with zipfile.ZipFile(out, "a") as packed:
            for name, content in more.items():
                packed.writestr(name, content)
    return out.getvalue()


def an_xlsx(*cells: str) -> bytes:
    book = Workbook()
    for cell in cells:
        book.active.append([cell])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def a_pdf(catalog: str = "", extra: str = "", words: str = "report") -> bytes:
    """A PDF of one page whose catalogue has more entries."""
    stream = f"BT /F1 12 Tf 20 100 Td ({words}) Tj ET"
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    if extra:
        objects.append(extra)
    out = b"%PDF-1.4\n"
    places = []
    for no, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{no} 0 obj\n{body}\nendobj\n".encode()
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n".encode()
    return out + b"%%EOF\n"


PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("方案.docx", a_docx("关于印发实施细则的通知", "各单位要保守国家秘密，做好机密文件管理。")),
        ("台账.XLSX", an_xlsx("姓名", "单位")),
        ("扫描.jpeg", b"\xff\xd8\xff\xe0" + b"\0" * 20),
        ("截图.png", PNG),
        ("说明.txt", "培训情况说明".encode("gb18030")),
        ("说明.txt", "培训情况说明".encode()),
        ("通知.pdf", a_pdf()),
        ("打开即显示第一页.pdf", a_pdf("/OpenAction [3 0 R /FitH null]")),
    ],
)
def test_ordinary_papers_come_in(name: str, content: bytes) -> None:
    ending = name.lower().rpartition(".")[2].replace("jpeg", "jpg")
    assert media_type_of(content, name) == TYPES[ending]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("动作.pdf", a_pdf("/OpenAction << /S /JavaScript /JS (app.alert(1)) >>")),
        ("改写名称.pdf", a_pdf("/OpenAction << /S /Java#53cript /JS (app.alert(1)) >>")),
        ("启动.pdf", a_pdf("/OpenAction 6 0 R", "<< /S /Launch /F (cmd.exe) >>")),
        ("提交.pdf", a_pdf("/OpenAction 6 0 R", "<< /S /SubmitForm /F (http://x) >>")),
        ("页内动作.pdf", a_pdf("", "<< /AA << /O << /S /ImportData >> >> >>")),
        ("宏.docx", a_docx("一", more={"word/vbaProject.bin": b"x"})),
    ],
)
def test_a_script_inside_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(Refused, match=r"脚本或宏"):
        media_type_of(content, name)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("密.docx", a_docx("机密★1年", "关于……的通知")),
        ("页眉.docx", a_docx("关于……的通知", header="秘密")),
        ("表.xlsx", an_xlsx("绝密★长期", "姓名")),
        ("文.txt", "000012\n秘密★5年\n特急\n某文".encode()),
    ],
)
def test_a_mark_of_secrecy_is_refused_with_its_level(name: str, content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        media_type_of(content, name)
    assert refused.value.fields["level"] in {"秘密", "机密", "绝密"}
    assert "涉密" in str(refused.value)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("页面.html", b"<html><script>alert(1)</script></html>"),
        ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("伪装.txt", b"<script>alert(1)</script>"),
        ("伪装.png", a_pdf()),
        ("宏.docm", a_docx("一")),
        ("老.doc", b"\xd0\xcf\x11\xe0" + b"\0" * 600),
        ("包.zip", b"PK\x03\x04" + b"\0" * 50),
        ("坏.docx", b"PK\x03\x04" + b"\0" * 50),
        ("坏.pdf", b"%PDF-1.4\n" + b"\xff" * 300),
        ("程序.exe", b"MZ" + b"\0" * 200),
    ],
)
def test_everything_else_is_refused_with_its_name(name: str, content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        media_type_of(content, name)
    assert refused.value.fields["name"] == name


class Endless(RawIOBase):
    """A stream that would give two gigabytes, and counts what was taken."""

    def __init__(self) -> None:
        self.given = 0

    def read(self, size: int = -1) -> bytes:
        assert 0 < size <= 8 * 1024 * 1024
        self.given += size
        return b"%PDF-1.4" + b" " * (size - 8) if self.given <= 2 << 30 else b""


def test_two_gigabytes_are_refused_while_they_come_in(tmp_path: Path) -> None:
    stream = Endless()
    store = EvidenceStore(f"file://{tmp_path}")
    with pytest.raises(Invalid, match="20 MB"):
        store.take_in(stream, "大.pdf")  # type: ignore[arg-type]
    assert stream.given <= LARGEST + 8 * 1024 * 1024
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize("where", ["file", "memory"])
def test_a_file_lies_once_under_its_sha(tmp_path: Path, where: str) -> None:
    store = EvidenceStore(f"file://{tmp_path}" if where == "file" else f"memory://{tmp_path}")
    content = a_docx("一份总结")
    kept = store.take_in(BytesIO(content), "../../etc/总结.docx")
    assert store.take_in(BytesIO(content), "另名.docx").sha == kept.sha
    assert (kept.sha, kept.size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert kept.name == "总结.docx"
    with store.open(kept.sha) as file:
        assert file.read() == content
    if where == "file":
        assert len([p for p in tmp_path.rglob("*") if p.is_file()]) == 1
    with pytest.raises(NotFound):
        store.open("0" * 64)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        EvidenceStore(f"file://{tmp_path}").take_in(BytesIO(b""), "空.pdf")
