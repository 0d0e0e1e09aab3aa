"""Check that the files of evidence and of objections are those that the record names."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from db.evidence import EvidenceStore
from db.queries.record.seals import files_from, place_of
from i18n import mark
from workflow.rules.access.permissions import INSTALLATION, Permission
from workflow.rules.refusals import NotFound
from workflow.verbs.context import Context
from workflow.verbs.record.verify_contents import MOST, Difference

FILE_CHANGED = mark("the file is not the one that was handed in")
FILE_GONE = mark("the file is not there")
FILE = "file"
"""What a finding about a file is of; its key is that of the row that names it."""
AT_ONCE = 200
PIECE = 1 << 20


@dataclass(frozen=True)
class FilesChecked:
    """How many files were read, and those that are not what the record names."""

    looked_at: int
    differs: tuple[Difference, ...]


def verify_files(
    reading: Callable[[], AbstractContextManager[Context]],
    store: EvidenceStore,
    after: Mapping[int, int],
) -> FilesChecked:
    """Read every file that a row names which an event behind `after` (chain → number) sealed last.

    Who may: administrators and the system. No transaction is open while files are read; few rows
    at a time are in memory.
    """
    looked_at, last = 0, 0
    differs: list[Difference] = []
    while True:
        with reading() as c:
            c.require(Permission.OPERATE, INSTALLATION)
            some = files_from(c.session, last, AT_ONCE)
        if not some:
            return FilesChecked(looked_at, tuple(differs))
        last = some[-1][0].id
        for by, sha in some:
            if sha is None or by.no <= after.get(by.chain, 0):
                continue
            looked_at += 1
            why = _wrong(store, sha)
            if why and len(differs) < MOST:
                with reading() as c:
                    place = place_of(c.session, by.seal.kind, by.seal.key, (by.chain, by.no))
                differs.append(Difference(FILE, by.seal.key, why, place, by.chain, by.no))


def _wrong(store: EvidenceStore, sha: str) -> str:
    told = hashlib.sha256()
    try:
        with store.open(sha) as file:
            while piece := file.read(PIECE):
                told.update(piece)
    except NotFound:
        return FILE_GONE
    return "" if told.hexdigest() == sha else FILE_CHANGED
