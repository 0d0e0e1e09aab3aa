"""A full disk is called a full disk, and leaves no half file and no half deed."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from os import urandom
from pathlib import Path

import pytest
from sqlalchemy import event, func, select, text

from db.archive import BackupKey
from db.engine import Database
from db.evidence import EvidenceStore
from db.models import Event, Unit
from db.queries.record.heartbeats import last_runs
from db.room import DiskFull
from i18n import speaking
from luoshi.cli.frame import write_file
from workflow.rules.access.permissions import system
from workflow.verbs.record.backup import Vault
from workflow.verbs.record.keep_backup import keep_backup
from workflow.verbs.record.restore import restore
from worlds import World, little_city

CLOCK = system("clock")
PNG = b"\x89PNG\r\n\x1a\n"
ROOM, LARGE = 200_000, 4 << 20


@contextmanager
def little_room(size: int = ROOM) -> Iterator[None]:
    """No file of this process can grow beyond so many bytes: the system refuses to write more."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


def files_in(folder: Path) -> list[Path]:
    return [place for place in folder.rglob("*") if place.is_file()]


@contextmanager
def no_room(database: Database) -> Iterator[None]:
    """The database has no room for another page, and says so in its own way."""
    if database.engine.dialect.name == "sqlite":

        def limit(connection: object, *_record: object) -> None:
            connection.execute("pragma max_page_count = 1")  # type: ignore[attr-defined]

        event.listen(database.engine, "connect", limit)
        database.dispose()
        yield
        event.remove(database.engine, "connect", limit)
        database.dispose()
        return
    with database.write() as session:
        session.execute(text(
            "create function full_disk() returns trigger language plpgsql as $$ begin raise"
            " exception 'could not extend file: No space left on device' using errcode = '53100';"
            " end $$"
        ))  # fmt: skip
        session.execute(text("create trigger full_disk before insert on unit"
                             " execute function full_disk()"))  # fmt: skip
    yield
    with database.write() as session:
        session.execute(text("drop trigger full_disk on unit"))


def test_a_full_database_says_so_and_takes_the_deed_back(database: Database) -> None:
    world = little_city(database)

    def counts() -> list[int | None]:
        with database.read() as session:
            return [session.scalar(select(func.count()).select_from(t)) for t in (Unit, Event)]

    def add(units: list[dict[str, str]]) -> None:
        with world.acting(CLOCK) as c:
            c.record_event(0, "looked", "installation", 0)
            c.session.execute(Unit.__table__.insert(), units)

    before = counts()
    many = [{"name": f"单位{n}" + "长" * 500, "kind": "department"} for n in range(2000)]
    with no_room(database):
        with pytest.raises(DiskFull) as refusal:
            add(many)
        assert counts() == before
    with speaking("zh"):
        assert str(refusal.value).startswith("磁盘空间已满")
    add(many)
    assert counts() == [before[0] + len(many), before[1] + 1]


@pytest.mark.parametrize("size", [ROOM + 100_000, 3 << 20], ids=["in the store", "on its way"])
def test_evidence_is_stored_whole_or_not_at_all(size: int, tmp_path: Path) -> None:
    store = EvidenceStore(f"file://{tmp_path}/evidence")
    picture = PNG + urandom(size)
    with little_room(), pytest.raises(DiskFull):
        store.take_in(BytesIO(picture), "合影.png")
    assert files_in(tmp_path) == []
    sha = store.take_in(BytesIO(picture), "合影.png").sha
    assert [place.name for place in files_in(tmp_path)] == [sha]


def vault_of(tmp_path: Path, key: str) -> Vault:
    store = EvidenceStore(f"file://{tmp_path}/evidence")
    store.take_in(BytesIO(PNG + urandom(LARGE)), "合影.png")
    return Vault(tmp_path / "vault", key, 30, store)


def test_a_backup_is_whole_or_not_there(database: Database, tmp_path: Path) -> None:
    world = little_city(database)
    world.now += timedelta(hours=1)
    vault = vault_of(tmp_path, BackupKey.made())

    def take() -> int:
        return keep_backup(
            lambda: world.reading(CLOCK), lambda: world.acting(CLOCK), vault
        ).files  # fmt: skip

    # SQLite's own files are smaller than this; the backup is not.
    with little_room(LARGE), pytest.raises(DiskFull):
        take()
    assert files_in(vault.folder) == []
    with database.read() as session:
        said = last_runs(session)["back_up"]
    assert (said.ok, said.summary) == (False, "refused=disk_full")
    assert take() == 1


def test_a_restore_without_room_leaves_the_installation_empty(
    sqlite_database: Database, tmp_path: Path
) -> None:
    world = little_city(sqlite_database)
    vault = vault_of(tmp_path, BackupKey.made())
    kept = keep_backup(lambda: world.reading(CLOCK), lambda: world.acting(CLOCK), vault)
    other = Database(f"sqlite:///{tmp_path}/other.db")
    other.upgrade()
    store = EvidenceStore(f"file://{tmp_path}/second")
    with little_room(), pytest.raises(DiskFull), World(other).acting(CLOCK) as c:
        restore(c, file=Path(kept.file), key=vault.key, evidence=store)
    assert files_in(tmp_path / "second") == []
    with other.read() as session:
        assert session.scalar(select(func.count()).select_from(Unit)) == 0
    other.dispose()


def test_a_paper_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    paper = tmp_path / "paper.xlsx"
    paper.write_bytes(b"the last one")
    with little_room(), pytest.raises(DiskFull):
        write_file(paper, b"x" * (ROOM + 1))
    assert files_in(tmp_path) == [paper]
    assert paper.read_bytes() == b"the last one"
    write_file(paper, b"new")
    assert paper.read_bytes() == b"new"
