"""How long reading takes and how much memory: `python benchmarks/bench_reading.py [FILE…]`.

Without files: a plan of 57 KB of text, as txt and as a docx, and a docx of a hundred pages, written
here. Each is read three times in a process of its own; the best time and the largest memory count.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import docx
from docx.document import Document

WORDS = (
    "围绕新材料、数字经济等重点产业，健全人才引进、培养、评价和激励机制，支持企业与高校合作共建创新平台，"
    "完善住房、教育、医疗等服务保障，推动人才链与产业链深度融合"
)
UNITS = ("市委组织部", "市科技局", "市人力社保局", "市教育局", "市卫健委", "市农业农村局")
LIMITS = {"57 KB, txt": (2.0, 300), "57 KB, docx": (2.0, 300), "100 pages, docx": (10.0, 300)}
RUNS = 3


def paragraphs(characters: int) -> list[tuple[int, str]]:
    """A plan of about so many characters: (level of the heading, 0 for text; the words)."""
    made = [(1, "某市人才发展“十四五”规划（2021—2025年）")]
    section, length = 0, 0
    while length < characters:
        section += 1
        made.append((2, f"第{_numeral(section)}章 实施第{_numeral(section)}项人才工程"))
        for no in range(1, 6):
            unit = UNITS[(section + no) % len(UNITS)]
            text = (
                f"{no}.推进第{section}批第{no}项工作。{WORDS}。到2025年，引进培育各类人才"
                f"{section * 10 + no}名以上，建成创新平台{no}家，每年培训{section}00人次。"
                f"（牵头单位：{unit}；配合单位：市财政局、各县（市、区））"
            )
            made.append((0, text))
            length += len(text)
    return made


def _numeral(n: int) -> str:
    digits = "零一二三四五六七八九"
    tens, ones = divmod(n, 10)
    if n >= 100:
        return f"{digits[n // 100]}百{_numeral(n % 100) if n % 100 else ''}"
    return f"{digits[tens] if tens > 1 else ''}{'十' if tens else ''}{digits[ones] if ones else ''}"


def write_text(path: Path, characters: int) -> None:
    """The plan as UTF-8 text."""
    path.write_text("\n\n".join(words for _level, words in paragraphs(characters)), "utf-8")


def write_word(path: Path, characters: int, tables: int = 0) -> None:
    """The plan as a Word file, with tables of indicators at its end."""
    made: Document = docx.Document()
    for level, words in paragraphs(characters):
        if level:
            made.add_heading(words, level)
        else:
            made.add_paragraph(words)
    for no in range(1, tables + 1):
        made.add_paragraph(f"表{no} 主要指标")
        table = made.add_table(rows=1, cols=5)
        heads = ("序号", "指标名称", "单位", "2020年", "2025年")
        for cell, head in zip(table.rows[0].cells, heads, strict=True):
            cell.text = head
        for row in range(1, 21):
            cells = table.add_row().cells
            words = (str(row), f"第{no}类第{row}项人才数", "人", str(row * 10), str(row * 20))
            for cell, word in zip(cells, words, strict=True):
                cell.text = word
    made.save(str(path))


def read_once(path: str) -> None:
    """Read a file and print seconds, megabytes and tasks; in a process of its own."""
    import tasks_catalog

    began = time.perf_counter()
    catalogue, _lines = tasks_catalog.read_with_text(Path(path).read_bytes(), Path(path).name)
    seconds = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    used //= 1024 * 1024 if sys.platform == "darwin" else 1024
    print(f"{seconds:.3f} {used} {len(catalogue.tasks)}")


def main(files: list[Path]) -> None:
    """Print a row for each file."""
    with tempfile.TemporaryDirectory() as folder:
        made = {path.name: path for path in files} or _samples(Path(folder))
        print(f"{'file':<24}{'kB':>8}{'tasks':>8}{'seconds':>10}{'MiB':>8}   limit")
        for name, path in made.items():
            command = [sys.executable, __file__, "--once", str(path)]
            rows = [
                subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
                for _run in range(RUNS)
            ]
            seconds, used = min(float(row[0]) for row in rows), max(int(row[1]) for row in rows)
            limit = LIMITS.get(name)
            size = path.stat().st_size / 1000
            told = "" if limit is None else f"   {limit[0]:.0f} s, {limit[1]} MiB"
            kept = limit is None or (seconds <= limit[0] and used <= limit[1])
            print(f"{name[-22:]:<24}{size:>8.0f}{rows[0][2]:>8}{seconds:>10.2f}{used:>8}{told}"
                  f"{'' if kept else '   EXCEEDED'}")  # fmt: skip


def _samples(folder: Path) -> dict[str, Path]:
    write_text(folder / "plan.txt", 20_000)
    write_word(folder / "plan.docx", 20_000)
    # A page of an official document holds 22 lines of 28 characters.
    write_word(folder / "long.docx", 92 * 22 * 28, tables=8)
    names = ("plan.txt", "plan.docx", "long.docx")
    return {name: folder / file for name, file in zip(LIMITS, names, strict=True)}


if __name__ == "__main__":
    if sys.argv[1:2] == ["--once"]:
        read_once(sys.argv[2])
    else:
        main([Path(name) for name in sys.argv[1:]])
