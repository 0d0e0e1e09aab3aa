"""A backup brings an installation back, on either kind of database, or says why it cannot."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from gzip import compress, decompress
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError

from built_once import built_once
from db import archive, portable
from db.archive import BackupKey, NoKey
from db.engine import Database
from db.evidence import EvidenceStore
from db.models import Event, Evidence, LoginSession, Unit
from workflow.rules.access.permissions import system
from workflow.rules.refusals import Invalid, NotAllowed, Refused
from workflow.verbs.context import Context
from workflow.verbs.record.backup import MANIFEST, BackupResult, backup
from workflow.verbs.record.restore import restore
from workflow.verbs.rounds.open_rounds import open_rounds
from worlds import LETTERHEAD, World, little_city

CONSOLE = system("command line")
PICTURE = b"\x89PNG evidence"
SHA = hashlib.sha256(PICTURE).hexdigest()
KEY = BackupKey.of(BackupKey.made())


@pytest.fixture
def evidence(tmp_path: Path) -> EvidenceStore:
    store = EvidenceStore(f"file://{tmp_path}/evidence")
    assert store.bring_back(SHA, BytesIO(PICTURE)) == SHA
    return store


def second(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(f"file://{tmp_path}/second")


@pytest.fixture
@built_once
def city(database: Database) -> World:
    made = little_city(database)
    with database.write() as session:
        old, new = session.scalars(select(Unit).order_by(Unit.id).limit(2)).all()
        old.successor_id = new.id
        session.add(
            LoginSession(
                token_hash="t", person_id=made.administrator, created_at=made.now, seen_at=made.now
            )
        )
    made.now += timedelta(hours=1)
    return made


def keep(
    city: World, folder: Path, evidence: EvidenceStore, key: BackupKey | None = None
) -> BackupResult:
    return backup(lambda: city.reading(CONSOLE), folder=folder, key=key, evidence=evidence)


def bring_back(
    database: Database,
    city: World,
    file: str,
    evidence: EvidenceStore,
    key: BackupKey | None = None,
) -> BackupResult:
    with database.write() as session:
        c = Context(session, CONSOLE, city.now, LETTERHEAD)
        return restore(c, file=Path(file), key=key, evidence=evidence)


def content(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.read() as session:
        return {
            table.name: [
                tuple(row)
                for row in session.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in portable.tables()
        }


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "sealed"])
def test_every_row_and_file_comes_back_on_either_kind(
    key: BackupKey | None, city: World, empty_url: str, evidence: EvidenceStore, tmp_path: Path
) -> None:
    before = content(city.database)
    kept = keep(city, tmp_path / "out", evidence, key)
    assert (kept.files, kept.damaged) == (1, ())
    assert kept.rows == sum(map(len, before.values()))
    assert (b"manifest.json" in Path(kept.file).read_bytes()) is (key is None)

    other = Database(empty_url)
    other.upgrade()
    again = bring_back(other, city, kept.file, second(tmp_path), key)
    assert (again.rows, again.files) == (kept.rows, 1)
    after = content(other)
    restored = [row for row in after["event"] if row[4] == "restore"]
    assert len(restored) == 1
    after["event"].remove(restored[0])
    after["chain_head"] = before["chain_head"]
    assert after == before
    (copy,) = (p for p in (tmp_path / "second").rglob("*") if p.is_file())
    assert copy.read_bytes() == PICTURE

    with other.read() as session:
        assert session.scalar(select(func.count()).select_from(LoginSession)) == 0
    with other.write() as session:  # ids go on where they were
        session.add(Unit(name="新单位", kind="department"))
    with pytest.raises(DBAPIError), other.write() as session:  # triggers stand
        session.execute(text("delete from event"))
    other.dispose()


def test_nothing_is_put_over_what_is_there(
    city: World, evidence: EvidenceStore, tmp_path: Path
) -> None:
    kept = keep(city, tmp_path / "out", evidence)
    before = content(city.database)
    with pytest.raises(Invalid, match="非空"):
        bring_back(city.database, city, kept.file, evidence)
    assert content(city.database) == before
    with pytest.raises(Refused):
        keep(city, tmp_path / "out", evidence)


Members = dict[str, bytes]
TASKS, EVENTS = "tables/task/000001.jsonl.gz", "tables/event/000001.jsonl.gz"


def members(file: Path) -> Members:
    with archive.read(file, None) as found:
        return {name: stream.read() for name, stream in found}


def rewritten(file: Path, found: Members) -> None:
    file.unlink()
    with archive.write(file, None) as add:
        for name, member in found.items():
            add(name, len(member), BytesIO(member))


def manifest_with(found: Members, change: Callable[[dict[str, Any]], object]) -> None:
    manifest = json.loads(found[MANIFEST])
    change(manifest)
    found[MANIFEST] = json.dumps(manifest).encode()


def changed_table(found: Members) -> None:
    found[TASKS] = compress(decompress(found[TASKS]) + b"[]\n")


def no_table(found: Members) -> None:
    found[TASKS] = found[TASKS][:-9]


def changed_evidence(found: Members) -> None:
    found[f"evidence/{SHA}"] = b"other"


def lost_evidence(found: Members) -> None:
    del found[f"evidence/{SHA}"]


def lost_table(found: Members) -> None:
    del found["tables/plan/000001.jsonl.gz"]


def no_manifest(found: Members) -> None:
    del found[MANIFEST]


def changed_event(found: Members) -> None:
    """Somebody who also mends the checksum."""
    lines = decompress(found[EVENTS]).replace(b'"issue"', b'"issve"')
    found[EVENTS] = compress(lines)
    sha = hashlib.sha256(lines).hexdigest()
    manifest_with(found, lambda manifest: manifest["tables"]["event"].update(sha256=sha))


def fewer_rows(found: Members) -> None:
    manifest_with(found, lambda manifest: manifest["tables"]["unit"].update(rows=7))


def other_version(found: Members) -> None:
    manifest_with(found, lambda manifest: manifest.update(revision="0000"))


def a_way_out(found: Members) -> None:
    found["evidence/../../secret"] = b"x"


@pytest.mark.parametrize(
    "damage",
    [changed_table, no_table, changed_evidence, lost_evidence, lost_table, no_manifest,
     changed_event, fewer_rows, other_version, a_way_out],
)  # fmt: skip
def test_a_damaged_backup_is_refused_and_leaves_the_database_empty(
    damage: Callable[[Members], None],
    sqlite_database: Database,
    tmp_path: Path,
    evidence: EvidenceStore,
) -> None:
    city = little_city(sqlite_database)
    file = Path(keep(city, tmp_path / "out", evidence).file)
    found = members(file)
    damage(found)
    rewritten(file, found)
    other = Database(f"sqlite:///{tmp_path}/other.db")
    other.upgrade()
    with pytest.raises(Invalid):
        bring_back(other, city, str(file), second(tmp_path))
    with other.read() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == 0
        assert session.scalar(select(func.count()).select_from(Unit)) == 0
    other.dispose()


def test_a_sealed_backup_opens_for_its_key_and_whole_only(
    sqlite_database: Database, tmp_path: Path, evidence: EvidenceStore
) -> None:
    city = little_city(sqlite_database)
    file = Path(keep(city, tmp_path / "out", evidence, KEY).file)
    other = Database(f"sqlite:///{tmp_path}/other.db")
    other.upgrade()
    public = BackupKey.of(str(KEY.recipients[0]))
    for key in (None, public, BackupKey.of(BackupKey.made())):
        with pytest.raises(NoKey):
            bring_back(other, city, str(file), second(tmp_path), key)
    whole = file.read_bytes()
    middle = len(whole) // 2
    broken = bytes([whole[middle] ^ 1])
    for bad in (whole[:middle], whole[:-1], whole[:middle] + broken + whole[middle + 1 :]):
        file.write_bytes(bad)
        with pytest.raises(Invalid, match="已损坏"):
            bring_back(other, city, str(file), second(tmp_path), KEY)
    file.write_bytes(whole)
    both = BackupKey.of(f"{BackupKey.made()}, {KEY.identities[0]}")
    assert bring_back(other, city, str(file), second(tmp_path), both).rows
    other.dispose()


def test_a_backup_of_many_pieces_is_one(
    city: World, evidence: EvidenceStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portable, "PIECE", 200)
    kept = keep(city, tmp_path / "out", evidence)
    assert "tables/event/000003.jsonl.gz" in members(Path(kept.file))
    other = Database(f"sqlite:///{tmp_path}/other.db")
    other.upgrade()
    assert bring_back(other, city, kept.file, second(tmp_path)).rows == kept.rows
    other.dispose()


def test_damaged_evidence_is_named_and_comes_back_as_it_was(
    city: World, evidence: EvidenceStore, tmp_path: Path
) -> None:
    (place,) = (p for p in (tmp_path / "evidence").rglob("*") if p.is_file())
    place.write_bytes(b"rotten")
    kept = keep(city, tmp_path / "out", evidence)
    assert kept.damaged == (SHA,)
    other = Database(f"sqlite:///{tmp_path}/other.db")
    other.upgrade()
    bring_back(other, city, kept.file, second(tmp_path))
    with second(tmp_path).open(SHA) as file:
        assert file.read() == b"rotten"
    other.dispose()


def test_evidence_that_is_not_there_is_named_by_the_backup(
    city: World, evidence: EvidenceStore, tmp_path: Path
) -> None:
    at = city.now + timedelta(days=70)
    city.do(CONSOLE, open_rounds, at=at)
    with city.database.write() as session:
        row = {"report_id": 1, "name": "x.png", "size": 1, "media_type": "image/png", "at": at}
        row["person_id"] = city.administrator
        session.execute(insert(Evidence), [{**row, "sha": sha} for sha in (SHA, "f" * 64)])
    assert keep(city, tmp_path / "out", evidence).damaged == ("f" * 64,)


def test_a_reviewer_takes_no_backup(city: World, evidence: EvidenceStore, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        backup(lambda: city.reading(city.reviewer), folder=tmp_path, key=None, evidence=evidence)
