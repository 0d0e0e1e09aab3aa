"""Backups are taken and let go by the timetable, and each is tried before somebody needs it."""

import re
import subprocess
import sys
from base64 import b64decode
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from gzip import decompress
from io import BytesIO
from json import loads
from pathlib import Path

import pytest
from sqlalchemy import text

from built_once import built_once
from db import archive
from db.archive import BackupKey, NoKey
from db.engine import Database
from db.evidence import EvidenceStore
from db.queries.record.heartbeats import LastRun, last_runs
from workflow.rules.access.permissions import system
from workflow.rules.refusals import Invalid, NotAllowed, NotFound
from workflow.verbs.access.reset_password import invite
from workflow.verbs.mail.deliver import claim
from workflow.verbs.record.backup import Vault
from workflow.verbs.record.drill import DrillResult, drill
from workflow.verbs.record.keep_backup import keep_backup
from worlds import World, little_city

CLOCK = system("clock")
SECRET = BackupKey.made()


@pytest.fixture
@built_once
def city(database: Database) -> World:
    made = little_city(database)
    made.now += timedelta(hours=1)
    return made


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    evidence = EvidenceStore(f"file://{tmp_path}/evidence")
    evidence.bring_back("0" * 64, BytesIO(b"not what its name says"))
    return Vault(tmp_path / "vault", SECRET, 30, evidence)


def with_key(vault: Vault, key: str) -> Vault:
    return Vault(vault.folder, key, vault.keep_days, vault.evidence)


def sound(vault: Vault) -> Vault:
    """The same with nothing damaged in it."""
    return Vault(vault.folder, vault.key_text, vault.keep_days, EvidenceStore("memory://none"))


def take(city: World, vault: Vault) -> str:
    kept = keep_backup(lambda: city.reading(CLOCK), lambda: city.acting(CLOCK), vault)
    return Path(kept.file).name


def attempt(city: World, vault: Vault) -> DrillResult:
    return drill(lambda: city.acting(CLOCK), vault)


def beat_of(city: World, name: str) -> LastRun:
    with city.database.read() as session:
        return last_runs(session)[name]


def test_a_backup_is_taken_and_tried(city: World, vault: Vault) -> None:
    name = take(city, sound(vault))
    assert name == "luoshi-20210104T020000Z.tar.age"
    said = beat_of(city, "back_up")
    assert said.ok
    assert re.fullmatch(r"rows=\d+ files=0 mb=1", said.summary)
    done = attempt(city, vault)
    assert (Path(done.file).name, done.opened) == (name, True)
    assert done.rows > 50
    assert done.events > 5
    assert beat_of(city, "drill").summary == f"rows={done.rows} files=0 events={done.events}"
    assert [place.name for place in vault.folder.iterdir()] == [name]


def test_damaged_evidence_makes_the_run_one_that_failed(city: World, vault: Vault) -> None:
    take(city, vault)
    said = beat_of(city, "back_up")
    assert not said.ok
    assert said.summary.endswith(" files=1 mb=1 damaged=1")


def test_without_a_key_nothing_is_taken_and_everybody_hears_of_it(
    city: World, vault: Vault
) -> None:
    with pytest.raises(NoKey):
        take(city, with_key(vault, ""))
    with pytest.raises(Invalid):
        take(city, with_key(vault, "AGE-SECRET-KEY-1NONE"))
    assert vault.backups() == []
    assert beat_of(city, "back_up").summary == "refused=invalid"


def test_old_ones_go_but_never_the_last_good_one(city: World, vault: Vault) -> None:
    vault = sound(vault)
    first = take(city, vault)
    attempt(city, vault)
    taken = []
    for _ in range(3):
        city.now += timedelta(days=20)
        taken.append(take(city, vault))
    # The one of 60 days ago came back in a drill, none since did; that of 40 days ago goes.
    assert [place.name for place in vault.backups()] == [taken[2], taken[1], first]
    attempt(city, vault)
    city.now += timedelta(days=400)
    last = take(city, vault)
    assert [place.name for place in vault.backups()] == [last, taken[2]]


def test_what_a_crash_left_behind_goes_the_next_day(city: World, vault: Vault) -> None:
    vault.folder.mkdir()
    old = vault.folder / "luoshi-20210102T020000Z.tar.age.part"
    young = vault.folder / "luoshi-20210104T015900Z.tar.age.part"
    other = vault.folder / "holiday.part"
    for place in (old, young, other):
        place.touch()
    take(city, sound(vault))
    assert not old.exists()
    assert young.exists()
    assert other.exists()


def test_the_drill_says_what_is_wrong(city: World, vault: Vault) -> None:
    with pytest.raises(NotFound):
        attempt(city, vault)
    assert beat_of(city, "drill").summary == "refused=not_found"
    place = vault.folder / take(city, vault)
    with pytest.raises(NoKey):
        attempt(city, with_key(vault, BackupKey.made()))
    whole = place.read_bytes()
    place.write_bytes(whole[:-20])
    with pytest.raises(Invalid):
        attempt(city, vault)
    said = beat_of(city, "drill")
    assert (said.ok, said.summary) == (False, "refused=invalid")
    place.write_bytes(whole)
    assert attempt(city, vault).files == 1
    assert beat_of(city, "drill").ok


def test_a_broken_chain_is_found_by_the_drill(city: World, vault: Vault) -> None:
    on = " on event" if city.database.engine.dialect.name == "postgresql" else ""
    with city.database.write() as session:
        session.execute(text(f"drop trigger event_no_update{on}"))
        session.execute(text("update event set action = 'x' where no = 3"))
    take(city, vault)
    with pytest.raises(Invalid):
        attempt(city, vault)


def test_where_only_recipients_are_known_nothing_is_tried(city: World, vault: Vault) -> None:
    public = str(BackupKey.of(SECRET).recipients[0])
    take(city, sound(with_key(vault, public)))
    done = attempt(city, with_key(vault, public))
    assert not done.opened
    assert beat_of(city, "drill").summary == "untried=1"
    assert attempt(city, vault).opened  # where the secret is


def test_only_those_who_keep_the_installation_take_and_try(city: World, vault: Vault) -> None:
    who = city.reviewer
    with pytest.raises(NotAllowed):
        keep_backup(lambda: city.reading(who), lambda: city.acting(CLOCK), vault)
    with pytest.raises(NotAllowed):
        drill(lambda: city.acting(who), vault)


def test_no_usable_token_is_in_a_backup(city: World, vault: Vault) -> None:
    with city.acting(system("door")) as c:
        invite(c, city.reviewer, city.now)
    name = take(city, vault)
    with city.acting(system("deliver")) as c:
        letters = [text_of(letter.content) for letter in claim(c, "the test", batch=1).letters]
    (token,) = set(re.findall(r"token=([\w-]+)", "".join(letters)))
    found = {}
    with archive.read(vault.folder / name, vault.key) as members:
        for member, stream in members:
            content = stream.read()
            found[member] = decompress(content) if member.endswith(".gz") else content
    assert not [member for member in found if "password_reset" in member]
    head, *rows = map(loads, found["tables/outbox/000001.jsonl.gz"].splitlines())
    written = [text_of(b64decode(row[head.index("content")])) for row in rows]
    assert sum("luoshi-sealed." in one for one in written) == 1
    assert token not in "".join(written) + repr(found)


def text_of(content: bytes) -> str:
    message = message_from_bytes(content, policy=default)
    return "".join(part.get_content() for part in message.walk() if not part.is_multipart())


MEASURE = """
import resource, sys
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from db.archive import BackupKey
from db.engine import Database
from db.evidence import EvidenceStore
from notifications.letterhead import Letterhead
from workflow.rules.access.permissions import system
from workflow.verbs.record.backup import Vault
from workflow.verbs.context import Context
from workflow.verbs.record.drill import drill
from workflow.verbs.record.keep_backup import keep_backup
from luoshi.wiring import utc_now

folder = Path(sys.argv[1])
store = EvidenceStore(f"file://{folder}/evidence")
database = Database(f"sqlite:///{folder}/luoshi.db")
database.upgrade()

@contextmanager
def acting():
    with database.write() as session:
        yield Context(session, system("test"), utc_now(), Letterhead("http://x", "a@b.cn", "UTC"))

vault = Vault(folder / "vault", BackupKey.made(), 30, store)
files = 0
for more in (1, 6):
    for _ in range(more):
        files += 1
        content = bytes([files]) * (10 << 20)
        store.bring_back(sha256(content).hexdigest(), BytesIO(content))
    assert keep_backup(acting, acting, vault).files == files
    assert drill(acting, vault).files == files
    vault.backups()[0].unlink()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def test_memory_does_not_grow_with_evidence(tmp_path: Path) -> None:
    words = [sys.executable, "-c", MEASURE, str(tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    little, much = map(int, done.stdout.split())  # 10 MB and 70 MB of evidence
    assert much - little < 30, done.stdout
