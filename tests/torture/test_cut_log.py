"""A process is killed while it commits; of its write-ahead log only the beginning is left, as after
a power cut. What was acknowledged before is all there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

from sqlalchemy import text

from db.engine import Database
from torture import committing, holds, length
from torture.test_whatever_happens import a_city_in_its_first_round

ROOT = Path(__file__).parents[2]
CHECKPOINT = 900
"""With a thousand pages in the log SQLite begins to move them into the database; one commit more
than was acknowledged may stand in it."""
KILLS, CUTS = 2, 14


@dataclass(frozen=True)
class Acknowledged:
    """What the process printed after a commit."""

    salt: str
    end: int
    head: holds.Head


def test_what_was_acknowledged_outlives_a_cut_of_the_log(
    sqlite_database: Database, tmp_path: Path
) -> None:
    a_city_in_its_first_round(sqlite_database)
    sqlite_database.dispose()
    for seed in length.seeds(0.15):
        random = Random(seed)
        for number in range(KILLS):
            victim = tmp_path / f"{seed}-{number}.db"
            shutil.copy(str(sqlite_database.url.database), victim)
            acknowledged = kill_in_the_middle(victim, random)
            length.count["kills"] += 1
            for _ in range(CUTS):
                survives(victim, acknowledged, random)
                length.count["cuts"] += 1


def kill_in_the_middle(path: Path, random: Random) -> list[Acknowledged]:
    """Let a process commit for a random while, kill it; what it acknowledged."""
    process = subprocess.Popen(
        [sys.executable, committing.__file__, str(path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'tests'}{os.pathsep}{ROOT}"},
        text=True,
    )
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(random.randint(1, 40))]
    time.sleep(random.random() / 20)
    process.kill()
    # A line that was cut off tells of nothing.
    lines += [line for line in process.stdout if line.endswith("\\n")]
    process.wait()
    return [read(line) for line in lines]


def read(line: str) -> Acknowledged:
    salt, end, chain, no, last = line.split()
    return Acknowledged(salt, int(end), (int(chain), int(no), last))


def survives(path: Path, acknowledged: list[Acknowledged], random: Random) -> None:
    """Cut a copy of the log anywhere and open it: nothing acknowledged up to there is lost."""
    log = Path(f"{path}-wal").read_bytes()
    salt, page = log[16:24].hex(), int.from_bytes(log[8:12], "big")
    own = [one for one in acknowledged if one.salt == salt]
    synced = own[-1].end if own else 0
    moved = synced > CHECKPOINT * page
    # What the database has taken over already was synced in the log before.
    cut = random.choice([synced, random.randint(synced if moved else 0, len(log)), len(log)])
    tail = random.choice([b"", bytes(len(log) - cut), random.randbytes(len(log) - cut)])
    copy = path.with_name("cut.db")
    shutil.copy(path, copy)
    Path(f"{copy}-shm").unlink(missing_ok=True)
    Path(f"{copy}-wal").write_bytes(log[:cut] + tail)
    kept = [one.head for one in acknowledged if one.salt != salt or one.end <= cut]
    database = Database(f"sqlite:///{copy}")
    with database.read() as session:
        assert session.scalar(text("pragma integrity_check")) == "ok"
    holds.the_record_holds(database, kept)
    assert own == [] or cut < own[-1].end or own[-1].head in kept
    database.dispose()
