"""Where evidence files lie: under their SHA-256, in a folder or whatever fsspec can address."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePath
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast
from uuid import uuid4

from db.room import room
from documents.evidence_numbers import look_at
from documents.untrusted.apart import read_apart
from documents.uploads import LARGEST
from i18n import mark
from workflow.rules.refusals import Invalid, NotFound

_CHUNK = 1024 * 1024
_SHA = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class StoredFile:
    """A file that lies in the store, checked: what a row of evidence is made from."""

    sha: str
    size: int
    media_type: str
    name: str
    numbers: str = ""
    """Its numbers, as documents.evidence_numbers says them; empty where none could be read."""


class EvidenceStore:
    """The files behind a URL such as file://.luoshi/evidence. What lies there never changes."""

    def __init__(self, url: str) -> None:
        import fsspec

        self._files, self._root = fsspec.url_to_fs(url)

    def take_in(self, stream: BinaryIO, name: str) -> StoredFile:
        """Check an upload, read apart, and store it, before any row names it and outside any
        transaction. Whether the person may attach it was asked before (`may_attach`).

        Raises Invalid while reading once it is larger than LARGEST, and as `look_at` does,
        and DiskFull, which leaves no half file.
        """
        shown = PurePath(name.replace("\\", "/")).name[:200] or "file"
        with room(), SpooledTemporaryFile(max_size=_CHUNK) as kept:
            file = cast(BinaryIO, kept)
            sha, size = _copy(stream, file, shown)
            file.seek(0)
            looked = read_apart(look_at, file.read(), shown)
            self._store(file, sha)
        return StoredFile(sha, size, looked.media_type, shown, looked.numbers)

    def put(self, content: bytes) -> tuple[str, int]:
        """Store what was made here and needs no look; its SHA-256 and size. Raises DiskFull."""
        sha = hashlib.sha256(content).hexdigest()
        with room():
            self._store(BytesIO(content), sha)
        return sha, len(content)

    def bring_back(self, sha: str, stream: BinaryIO) -> str:
        """Put a file of a backup back under its name; the SHA-256 of what it holds.

        One that is not what its name says was damaged before the backup: it is brought back too,
        unless something lies there.
        """
        with room(), self._beside(sha) as (beside, place):
            digest = hashlib.sha256()
            with self._files.open(beside, "wb") as out:
                while chunk := stream.read(_CHUNK):
                    digest.update(chunk)
                    out.write(chunk)
                self._sync(out)
            if digest.hexdigest() == sha or not self.exists(sha):
                self._files.mv(beside, place)
        return digest.hexdigest()

    def names(self, prefix: str) -> list[tuple[str, int]]:
        """The SHA-256 and size of every file whose SHA-256 begins with these two digits."""
        try:
            found = self._files.ls(f"{self._root}/{prefix}", detail=True)
        except FileNotFoundError:
            return []
        sized = ((PurePath(one["name"]).name, int(one["size"])) for one in found)
        return sorted(one for one in sized if _SHA.fullmatch(one[0]))

    @property
    def folder(self) -> Path | None:
        """Where the files lie on this machine; None for a store elsewhere."""
        return Path(self._root) if "file" in self._files.protocol else None

    def open(self, sha: str) -> BinaryIO:
        """The file for reading. Raises NotFound where it does not lie here."""
        if not self.exists(sha):
            raise NotFound(mark("There is no such file."))
        return cast(BinaryIO, self._files.open(self._place(sha), "rb"))

    def exists(self, sha: str) -> bool:
        """Whether the file lies here."""
        return bool(self._files.exists(self._place(sha)))

    def _place(self, sha: str) -> str:
        return f"{self._root}/{sha[:2]}/{sha}"

    def _store(self, file: BinaryIO, sha: str) -> None:
        if self.exists(sha):
            return
        file.seek(0)
        with self._beside(sha) as (beside, place):
            with self._files.open(beside, "wb") as out:
                while chunk := file.read(_CHUNK):
                    out.write(chunk)
                self._sync(out)
            self._files.mv(beside, place)

    def _sync(self, out: Any) -> None:
        """A row will name this file: after a power cut it must be there as whole as the row. What
        an object store has taken it keeps."""
        if self.folder is not None:
            out.flush()
            os.fsync(out.fileno())

    @contextmanager
    def _beside(self, sha: str) -> Iterator[tuple[str, str]]:
        """A name to write under, and the one that the file gets only when it is whole: neither a
        crash nor a full disk leaves half a file under it."""
        place = self._place(sha)
        self._files.makedirs(place.rpartition("/")[0], exist_ok=True)
        beside = f"{place}.{uuid4().hex}"
        try:
            yield beside, place
        finally:
            if self._files.exists(beside):
                self._files.rm_file(beside)


def _copy(stream: BinaryIO, to: BinaryIO, name: str) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > LARGEST:
            raise Invalid(
                mark("“{name}” is larger than {mb} MB. Make it smaller or split it."),
                name=name,
                mb=LARGEST // _CHUNK,
            )
        digest.update(chunk)
        to.write(chunk)
    if not size:
        raise Invalid(mark("“{name}” is empty."), name=name)
    return digest.hexdigest(), size
