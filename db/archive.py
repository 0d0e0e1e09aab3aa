"""A backup as one file: a tar that is written and read as a stream, sealed by age.

`tables/<table>/<no>.jsonl.gz` are the pieces of each table in order, `evidence/<sha>` the files of
the evidence store, `manifest.json` comes last, so that a file without one is no backup. The seal is
that of https://age-encryption.org/v1: `age -d -i key FILE | tar t` opens it without Luoshi.
"""

from __future__ import annotations

import hashlib
import os
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any, BinaryIO

from db.room import room
from i18n import mark
from workflow.rules.refusals import Invalid, Refused

PART = ".part"
"""What the name of a file ends with that is not whole yet."""
_SEALED = b"age-encryption.org/v1"
_CHUNK = 1 << 20


Add = Callable[[str, int, BinaryIO], str]
"""Takes a name, a size and a stream; gives the SHA-256 of what it read."""


class NoKey(Refused):
    """The settings hold no key that seals, or none that opens."""

    code = "no_backup_key"


@dataclass(frozen=True)
class BackupKey:
    """Who may open a backup (`recipients`), and the secrets (`identities`) that do so here."""

    recipients: tuple[Any, ...]
    identities: tuple[Any, ...]

    @classmethod
    def of(cls, text: str) -> BackupKey | None:
        """The key of the settings: secret keys and recipients, with spaces or commas between.

        None for an empty one. Raises Invalid, which does not repeat it, for what is no key.
        """
        from pyrage import IdentityError, RecipientError, x25519

        words = text.replace(",", " ").split()
        try:
            secrets = [w for w in words if w.upper().startswith("AGE-SECRET-KEY-")]
            identities = tuple(x25519.Identity.from_str(word) for word in secrets)
            recipients = [x25519.Recipient.from_str(w) for w in words if w not in secrets]
        except (IdentityError, RecipientError):
            raise Invalid(
                mark("LUOSHI_BACKUP_KEY is no key. It begins with AGE-SECRET-KEY-1 or with age1; "
                     "`luoshi backup-key` makes one.")
            ) from None  # fmt: skip
        own = [identity.to_public() for identity in identities]
        return cls((*own, *recipients), identities) if words else None

    @staticmethod
    def made() -> str:
        """A new secret key."""
        from pyrage import x25519

        return str(x25519.Identity.generate())


@contextmanager
def write(place: Path, key: BackupKey | None) -> Iterator[Add]:
    """A backup to be filled; without a key it lies open to its owner.

    It bears its name only when the block has ended well; nothing is left behind otherwise. Raises
    Refused where something of this name is there, and DiskFull.
    """
    if place.exists():
        raise Refused(mark("{file} is there already."), file=place)
    beside = place.with_name(place.name + PART)
    try:
        with room(), os.fdopen(_own(beside), "wb") as file:
            with _sealing(file, key) as sink, tarfile.open(fileobj=sink, mode="w|") as tar:

                def add(name: str, size: int, stream: BinaryIO) -> str:
                    member = tarfile.TarInfo(name)
                    member.size, member.mode = size, 0o600
                    hashed = _Hashing(stream)
                    tar.addfile(member, hashed)
                    return hashed.digest.hexdigest()

                yield add
            file.flush()
            os.fsync(file.fileno())
            beside.rename(place)
            _settle(place.parent)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def read(place: Path, key: BackupKey | None) -> Iterator[Iterator[tuple[str, BinaryIO]]]:
    """The members of a backup with their names, each to be read before the next.

    Raises NoKey where it is sealed and nothing here opens it, Invalid where it is damaged.
    """
    try:
        with place.open("rb") as file, _opened(file, place, key) as source:
            with tarfile.open(fileobj=source, mode="r|") as tar:
                yield _members(tar)
            while source.read(_CHUNK):
                pass  # to its end, so that the seal of the last piece is checked too
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise damaged(place) from error


def _members(tar: tarfile.TarFile) -> Iterator[tuple[str, BinaryIO]]:
    for member in tar:
        stream = tar.extractfile(member)
        if stream is not None:
            yield member.name, stream  # type: ignore[misc]


def _own(place: Path) -> int:
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)


class _Hashing:
    """A stream with the digest of what was read from it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self.digest = stream, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(size)
        self.digest.update(piece)
        return piece


def _settle(folder: Path) -> None:
    """A new name outlives a power cut only when its folder was written down too."""
    there = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(there)
    finally:
        os.close(there)


class _Remembering:
    """A file for pyrage, which turns every error into its own: what it was stays to be read."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.error: OSError | None = None

    def write(self, content: bytes) -> int:
        try:
            return self.file.write(content)
        except OSError as error:
            self.error = error
            raise

    def flush(self) -> None:
        self.file.flush()


@contextmanager
def _sealing(file: BinaryIO, key: BackupKey | None) -> Iterator[BinaryIO]:
    """Where to write what arrives sealed in the file. pyrage pulls, so it pulls from a pipe."""
    if key is None:
        yield file
        return
    import pyrage

    source, sink = _pipe()
    target = _Remembering(file)
    trouble: list[Exception] = []

    def seal() -> None:
        with source:
            try:
                pyrage.encrypt_io(source, target, list(key.recipients))
            except (pyrage.EncryptError, OSError) as error:
                trouble.append(target.error or error)

    thread = Thread(target=seal, name="seal", daemon=True)
    thread.start()
    try:
        with sink:
            yield sink
    except BrokenPipeError:
        thread.join()
        if not trouble:
            raise
    finally:
        thread.join()
    if trouble:
        raise trouble[0]


@contextmanager
def _opened(file: BinaryIO, place: Path, key: BackupKey | None) -> Iterator[BinaryIO]:
    if file.read(len(_SEALED)) != _SEALED:
        file.seek(0)
        yield file
        return
    file.seek(0)
    if key is None or not key.identities:
        raise NoKey(
            mark("{file} is sealed. Set LUOSHI_BACKUP_KEY to the secret key that opens it, "
                 "AGE-SECRET-KEY-1…"),
            file=place,
        )  # fmt: skip
    import pyrage

    source, sink = _pipe()
    trouble: list[Exception] = []

    def unseal() -> None:
        try:
            with sink:
                pyrage.decrypt_io(file, sink, list(key.identities))
        except BrokenPipeError:
            pass  # the reader has seen enough
        except (pyrage.DecryptError, OSError) as error:
            trouble.append(error)

    thread = Thread(target=unseal, name="unseal", daemon=True)
    thread.start()
    try:
        with source:
            yield source
    except (tarfile.TarError, EOFError, zlib.error):
        thread.join()
        if not trouble:
            raise
    finally:
        thread.join()
    if trouble:
        if "No matching keys" in str(trouble[0]):
            raise NoKey(
                mark("The key in LUOSHI_BACKUP_KEY does not open {file}."), file=place
            ) from trouble[0]
        raise damaged(place) from trouble[0]


def damaged(place: Path) -> Invalid:
    return Invalid(mark("{file} is damaged: it is not the backup that was written."), file=place)


def _pipe() -> tuple[BinaryIO, BinaryIO]:
    reading, writing = os.pipe()
    return os.fdopen(reading, "rb"), os.fdopen(writing, "wb")
