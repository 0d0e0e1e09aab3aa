"""luoshi audit export"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from json import dumps
from pathlib import Path
from typing import Annotated, Any, BinaryIO
from urllib.parse import urlsplit

import typer

from i18n import _, mark
from luoshi.cli.frame import AsPerson, open_installation, say, who
from workflow.rules.refusals import Invalid

CURSOR = re.compile(r"\d{1,12}:\d{1,12}(,\d{1,12}:\d{1,12})*")
NOTICE, WARNING = 13 * 8 + 6, 13 * 8 + 4
"""RFC 5424: facility 13 is the audit of logs; severity 6 says, 4 warns."""


class ExportFormat(StrEnum):
    """How the events are written."""

    JSONL = "jsonl"
    SYSLOG = "syslog"


def export(
    since: Annotated[
        str,
        typer.Option("--since", metavar="CURSOR", help="Only what came after CHAIN:NUMBER,…"),
    ] = "",
    cursor: Annotated[
        Path | None,
        typer.Option("--cursor", metavar="FILE", dir_okay=False,
                     help="Go on from the cursor in this file and keep the new one there."),
    ] = None,
    form: Annotated[
        ExportFormat, typer.Option("--format", help="JSON lines, or RFC 5424 lines that hold JSON.")
    ] = ExportFormat.JSONL,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", dir_okay=False, help="Append to this file."),
    ] = None,
    as_person: AsPerson = "",
) -> None:  # fmt: skip
    """Write the events of the audit record for another log system, each with its hash.

    What was written up to is said at the end as the cursor to go on from. A run that was broken off
    writes some events again; chain and number tell them apart. Each export is an event, unless
    nothing new was written but events of exports.
    """
    from workflow.verbs.record.export_audit import Collected, collect, record_collected

    installation = open_installation()
    person = who(installation, as_person)
    host = urlsplit(installation.settings.base_url).hostname or "-"
    so_far = Collected({})
    with installation.reading(person) as c, _to(out) as lines:
        for event in collect(c, _read_cursor(since, cursor), so_far):
            lines.write((_line(event, form, host) + "\n").encode())
    with installation.acting(person) as c:
        record_collected(c, so_far)
    reached = ",".join(f"{chain}:{no}" for chain, no in sorted(so_far.heads.items()))
    if cursor is not None and reached:
        _write_cursor(cursor, reached)
    say(_("{n} events. Go on with --since {cursor}", n=so_far.events, cursor=reached))


def _read_cursor(since: str, kept: Path | None) -> dict[int, int]:
    text = since.strip()
    if not text and kept is not None and kept.exists():
        text = kept.read_text("ascii", "replace").strip()
    if not text:
        return {}
    if not CURSOR.fullmatch(text):
        raise Invalid(
            mark(
                "“{text}” is no cursor. One is written CHAIN:NUMBER,CHAIN:NUMBER such as "
                "0:120,3:45."
            ),
            text=text[:60],
        )
    pairs = (part.split(":") for part in text.split(","))
    return {int(chain): int(no) for chain, no in pairs}


def _write_cursor(path: Path, text: str) -> None:
    """All of it or nothing: a broken off write must not lose the place."""
    new = path.with_name(path.name + ".new")
    new.write_text(text + "\n", "ascii")
    new.replace(path)


@contextmanager
def _to(path: Path | None) -> Iterator[BinaryIO]:
    """A file that its owner alone may read and that is on the disk at the end, or stdout."""
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if not path.parent.is_dir():
        raise Invalid(mark("There is no folder {folder}."), folder=path.parent)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as lines:
        yield lines
        lines.flush()
        os.fsync(lines.fileno())


def _line(event: Mapping[str, Any], form: ExportFormat, host: str) -> str:
    text = dumps(event, ensure_ascii=False, separators=(",", ":"))
    if form is ExportFormat.JSONL:
        return text
    priority = WARNING if event["outcome"] == "refused" else NOTICE
    return f"<{priority}>1 {event['at']} {host} luoshi - {event['action'][:32]} - {text}"
