"""Files that somebody spoiled: what commands take, changed at random, and how a command takes it.

`python tests/spoiled.py 2000` tries two thousand of them in an empty installation and says how
many were no refusal in words; the suite tries a few.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import random
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import docx
import openpyxl

from documents.returns.return_sheets import draw
from luoshi.cli import main
from reading import paper
from tasks_catalog import dump, sample
from workflow.verbs.assessment.save_scheme import shipped_scheme

LIAISON = "li@example.org"
PEOPLE = (
    f"email,name,unit,role\n{LIAISON},李,市科技局,liaison\nqian@example.org,钱,,administrator\n"
)
FACTS = {
    "schema": "luoshi.facts/1", "year": 2021, "as_of": "2021-12-31",
    "units": [{
        "unit": "b", "name": "市科技局", "kind": "department",
        "tasks": [{"task": "1.1", "title": "引进人才", "role": "lead", "kind": "numbers",
                   "measures": [{"id": "m1", "metric": "引进", "op": ">=", "target": "20",
                                 "actual": "15", "evidence": ["submission:1"]}]}],
    }],
}  # fmt: skip
LINES = ["江北市人才发展行动方案（2022—2024年）", "一、重点任务",
         "（一）引进人才。到2024年引进博士500名。（市人社局牵头，市财政局配合）"]  # fmt: skip
BARBS = [
    b"", b"\0", b"\xff\xfe", b"&amp;&#0;", b"-1", b"1e999", b"nan", b"9" * 400, b"[" * 5000,
    b"{" * 5000, b"<a>" * 3000, b"- " * 3000, b"&a ", b"*a ", b"!!python/name:os.system ", b"\r",
    b"\"", b"XFD1048576", b"t=\"e\"", b"<!ENTITY x 'y'>", "２０２１年，".encode() * 200,
    b"_xD800_", b"2021-02-30", b": : :", b"%0 0 R", b"/Filter /FlateDecode",
]  # fmt: skip


def book(*rows: list[object]) -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    return paper.saved(made)


def word() -> bytes:
    made = docx.Document()
    for line in LINES:
        made.add_paragraph(line)
    made.add_table(2, 3).cell(1, 1).text = "市科技局"
    return paper.saved(made)


def sound() -> dict[str, dict[str, bytes]]:
    """Sound files for each command, by name."""
    catalogue, people = sample("quzhou-2020"), [row.split(",") for row in PEOPLE.splitlines()]
    report = {"key": "R1-1", "code": "1.1", "status": "on_track", "text": "已完成。"}
    number = {"key": "R1-1", "code": "1.1", "measure": "1", "value": "25", "firmness": "final"}
    return {
        "users": {"people.csv": PEOPLE.encode(), "people.xlsx": book(*people)},
        "returns": {"return.xlsx": draw(([report], [number], [{"key": "R1-1", "milestone": "1"}]))},
        "score": {
            "facts.json": json.dumps(FACTS, ensure_ascii=False, indent=1).encode(),
            "scheme.json": json.dumps(shipped_scheme("quzhou"), ensure_ascii=False).encode(),
            "scheme.yaml": files("luoshi").joinpath("schemes/quzhou.yaml").read_bytes(),
        },
        "catalog": {
            "list.yaml": dump(catalogue, "yaml"), "list.json": dump(catalogue, "json"),
            "list.xlsx": dump(catalogue, "xlsx"), "plan.docx": word(),
            "plan.txt": "\n".join(LINES).encode(), "plan.pdf": paper.paragraphs_as_pages(LINES),
            "plan.ofd": paper.ofd(LINES), "plan.html": "<p>".join(LINES).encode(),
            "plan.csv": "\n".join(["工作任务,牵头单位", *LINES]).encode(),
            "plan.md": "\n\n# ".join(LINES).encode(), "table.xlsx": book(["任务", "单位"], LINES),
        },
    }  # fmt: skip


def spoiled(chance: random.Random, content: bytes) -> bytes:
    """The content changed here and there; of an archive now and then what is inside."""
    if content.startswith(b"PK") and chance.random() < 0.8:
        return _inside(chance, content)
    for _time in range(chance.choice((1, 1, 2, 5, 20))):
        at = chance.randrange(len(content) + 1)
        to = min(len(content), at + chance.choice((0, 1, 4, 50, 2000)))
        piece = chance.choice(BARBS) if chance.random() < 0.7 else content[to : to + 300]
        match chance.randrange(4):
            case 0:
                content = content[:at] + piece + content[to:]
            case 1:
                content = content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]
            case 2:
                content = content[:at] + content[at:to] * chance.choice((2, 30)) + content[to:]
            case 3 if chance.random() < 0.3:
                content = content[:at]
    return content


def _inside(chance: random.Random, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        names = old.namelist()
        victims = {chance.choice(names) for _time in range(chance.choice((1, 1, 3)))}
        for name in names:
            part = old.read(name)
            if name in victims:
                if chance.random() < 0.1:
                    continue
                part = spoiled(chance, part)
            new.writestr(name, part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


@dataclass(frozen=True)
class Outcome:
    """How a command ended: its code, or the exception that nobody had foreseen."""

    code: int
    failed: str
    seconds: float


def attempt(*words: object) -> Outcome:
    """Run a command in this process."""
    began, code, failed = time.perf_counter(), 0, ""
    sys.argv = ["luoshi", *map(str, words)]
    with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO(), "utf-8")), \
            contextlib.redirect_stderr(io.TextIOWrapper(io.BytesIO(), "utf-8")):  # fmt: skip
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        except BaseException:  # noqa: BLE001 (that is what is looked for)
            failed = traceback.format_exc()
    return Outcome(code, failed, time.perf_counter() - began)


def words_for(kind: str, place: Path) -> tuple[object, ...]:
    """The command that takes a file of this kind; nothing is kept of what it took."""
    if kind == "users":
        return "users", "import", place, "--dry-run"
    if kind == "returns":
        return "returns", "import", place, "--as", LIAISON, "--dry-run"
    if kind == "catalog":
        return "catalog", "read", place
    if place.name.startswith("facts"):
        return "assess", "score", "--scheme", "quzhou", "--facts", place
    return "assess", "score", "--scheme", place, "--facts", place.parent / "sound.json"


def installation(folder: Path) -> None:
    """An empty installation in a folder, with one liaison."""
    os.environ["LUOSHI_DATABASE_URL"] = f"sqlite:///{folder}/luoshi.db"
    os.environ["LUOSHI_SECRET_KEY"] = "s" * 32
    (folder / "sound.json").write_text(json.dumps(FACTS), "utf-8")
    (folder / "people.csv").write_text(PEOPLE, "utf-8")
    (folder / "plan.yaml").write_bytes(dump(sample("quzhou-2020"), "yaml"))
    for words in (("db", "upgrade"), ("catalog", "load", folder / "plan.yaml"),
                  ("users", "import", folder / "people.csv")):  # fmt: skip
        done = attempt(*words)
        assert (done.code, done.failed) == (0, ""), words


def try_out(
    count: int, seed: int, folder: Path, tell: Callable[[str], None] = print
) -> list[Outcome]:
    """Try so many spoiled files; what is no refusal in words, or takes over 30 seconds, is told."""
    chance, kinds = random.Random(seed), sound()
    outcomes = []
    for no in range(count):
        kind = list(kinds)[no % len(kinds)]
        name = chance.choice(list(kinds[kind]))
        place = folder / name
        place.write_bytes(spoiled(chance, kinds[kind][name]))
        done = attempt(*words_for(kind, place))
        outcomes.append(done)
        if done.failed or done.seconds > 30 or done.code not in (0, 1):
            kept = folder / f"kept-{seed}-{no}-{name}"
            place.rename(kept)
            tell(f"{kept}: code {done.code}, {done.seconds:.1f} s\n{done.failed}")
    return outcomes


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("count", type=int)
    asked.add_argument("--seed", type=int, default=0)
    given = asked.parse_args()
    where = Path(tempfile.mkdtemp(prefix="spoiled-"))  # what fails is kept there
    installation(where)
    found = try_out(given.count, given.seed, where)
    codes = Counter(one.code for one in found)
    bad = sum(bool(one.failed) for one in found)
    slow = sum(one.seconds > 30 for one in found)
    print(f"{len(found)} files: {codes[0]} taken, {codes[1]} refused; {bad} tracebacks, "
          f"{slow} over 30 s, the slowest {max(one.seconds for one in found):.1f} s")  # fmt: skip
    sys.exit(bool(bad or slow))
