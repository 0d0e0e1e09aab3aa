"""A backup brings a house back, on either kind of database, or says why it cannot."""

import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError

from db import portable
from db.engine import Database
from db.models import Event, Evidence, LoginSession, Unit
from workflow.rules.permissions import system
from workflow.rules.refusals import Invalid, NotAllowed, Refused
from workflow.verbs.backup import MANIFEST, Kept, backup
from workflow.verbs.context import Context
from workflow.verbs.open_rounds import open_rounds
from workflow.verbs.restore import restore
from worlds import LETTERHEAD, World, little_city

CONSOLE = system("command line")
PICTURE = b"\x89PNG evidence"


@pytest.fixture
def evidence(tmp_path: Path) -> str:
    sha = hashlib.sha256(PICTURE).hexdigest()
    place = tmp_path / "evidence" / sha[:2] / sha
    place.parent.mkdir(parents=True)
    place.write_bytes(PICTURE)
    return f"file://{tmp_path}/evidence"


@pytest.fixture
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


def keep(city: World, folder: Path, evidence: str) -> Kept:
    with city.reading(CONSOLE) as c:
        return backup(c, folder=folder, evidence_url=evidence)


def bring_back(database: Database, city: World, folder: Path, evidence: str) -> Kept:
    with database.write() as session:
        c = Context(session, CONSOLE, city.now, LETTERHEAD)
        return restore(c, folder=folder, evidence_url=evidence)


def content(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.read() as session:
        return {
            table.name: [
                tuple(row)
                for row in session.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in portable.tables()
        }


def test_every_row_and_file_comes_back_on_either_kind(
    city: World, empty_url: str, evidence: str, tmp_path: Path
) -> None:
    before = content(city.database)
    kept = keep(city, tmp_path / "out", evidence)
    assert (kept.files, kept.damaged) == (1, ())
    assert kept.rows == sum(map(len, before.values()))

    other = Database(empty_url)
    other.upgrade()
    again = bring_back(other, city, tmp_path / "out", f"file://{tmp_path}/second")
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


def test_nothing_is_put_over_what_is_there(city: World, evidence: str, tmp_path: Path) -> None:
    keep(city, tmp_path / "out", evidence)
    before = content(city.database)
    with pytest.raises(Invalid, match="非空"):
        bring_back(city.database, city, tmp_path / "out", evidence)
    assert content(city.database) == before
    with pytest.raises(Refused):
        keep(city, tmp_path / "out", evidence)


def changed_table(folder: Path) -> None:
    with (folder / "tables" / "task.jsonl").open("a", encoding="utf-8") as file:
        file.write("[]\n")


def changed_evidence(folder: Path) -> None:
    next(p for p in (folder / "evidence").rglob("*") if p.is_file()).write_bytes(b"other")


def lost_table(folder: Path) -> None:
    (folder / "tables" / "plan.jsonl").unlink()


def no_manifest(folder: Path) -> None:
    (folder / MANIFEST).unlink()


def changed_event(folder: Path) -> None:
    """Somebody who also mends the checksum."""
    place = folder / "tables" / "event.jsonl"
    place.write_text(place.read_text("utf-8").replace('"issue"', '"issve"'), "utf-8")
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    manifest["tables"]["event"]["sha256"] = portable.file_sha(place)
    (folder / MANIFEST).write_text(json.dumps(manifest), "utf-8")


def other_version(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    (folder / MANIFEST).write_text(json.dumps({**manifest, "revision": "0000"}), "utf-8")


def a_way_out(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    (folder / "secret").write_bytes(b"x")
    sha = hashlib.sha256(b"x").hexdigest()
    manifest["evidence"] = {"../secret": sha}
    (folder / MANIFEST).write_text(json.dumps(manifest), "utf-8")


@pytest.mark.parametrize(
    "damage",
    [changed_table, changed_evidence, lost_table, no_manifest, changed_event, other_version,
     a_way_out],
)  # fmt: skip
def test_a_damaged_backup_is_refused_and_leaves_the_database_empty(
    damage: object, sqlite_database: Database, tmp_path: Path, evidence: str, sqlite_template: Path
) -> None:
    city = little_city(sqlite_database)
    keep(city, tmp_path / "out", evidence)
    damage(tmp_path / "out")
    other = Database(f"sqlite:///{tmp_path}/other.db")
    other.upgrade()
    with pytest.raises(Invalid):
        bring_back(other, city, tmp_path / "out", f"file://{tmp_path}/second")
    with other.read() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == 0
        assert session.scalar(select(func.count()).select_from(Unit)) == 0
    other.dispose()


def test_damaged_evidence_is_named_by_the_backup(
    city: World, evidence: str, tmp_path: Path
) -> None:
    (place,) = (p for p in (tmp_path / "evidence").rglob("*") if p.is_file())
    place.write_bytes(b"rotten")
    assert keep(city, tmp_path / "out", evidence).damaged == (f"{place.name[:2]}/{place.name}",)


def test_evidence_that_is_not_there_is_named_by_the_backup(
    city: World, evidence: str, tmp_path: Path
) -> None:
    at = city.now + timedelta(days=70)
    city.do(CONSOLE, open_rounds, at=at)
    with city.database.write() as session:
        row = {"report_id": 1, "name": "x.png", "size": 1, "media_type": "image/png", "at": at}
        row["person_id"] = city.administrator
        here = hashlib.sha256(PICTURE).hexdigest()
        session.execute(insert(Evidence), [{**row, "sha": sha} for sha in (here, "f" * 64)])
    assert keep(city, tmp_path / "out", evidence).damaged == ("f" * 64,)


def test_a_reviewer_takes_no_backup(city: World, evidence: str, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed), city.reading(city.reviewer) as c:
        backup(c, folder=tmp_path / "out", evidence_url=evidence)
