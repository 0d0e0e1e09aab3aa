"""A process that files and judges reports until it is killed. To be run as a program with the path
of a SQLite database, in a city as test_whatever_happens begins with. For each commit that was
acknowledged it prints a line: where the write-ahead log then ended, and the plan's last event.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from itertools import count

from sqlalchemy import select, text

from db.engine import Database
from db.models import ChainHead, Report, Role
from torture.wal import end_of_log
from workflow.verbs.reports.return_report import return_report
from workflow.verbs.reports.sign_off import sign_off
from workflow.verbs.reports.submit import submit
from worlds import ISSUED, World

WORDS = {"status": "on_track", "nil": "1", "nil_reason": "方案报批中。", "change_note": "已补充。"}


def main(path: str) -> None:
    world = World(Database(f"sqlite:///{path}"), now=ISSUED + timedelta(days=71))
    with world.database.read() as s:
        roles = s.execute(select(Role.unit_id, Role.name, Role.person_id))
        who = {(unit, role): person for unit, role, person in roles}
        reports = s.execute(select(Report.id, Report.unit_id)).all()
    for number in count():
        for report, unit in reports:
            judge = next(p for (u, r), p in who.items() if r == "reviewer" and u != unit)
            words = {**WORDS, "change_note": f"第{number}次"}
            key = f"{report}-{number}"
            filed = {"key": key, "version": number, "content": words}
            steps = [
                (who[unit, "liaison"], submit, filed),
                (who[unit, "deputy_head"], sign_off, {}),
                (judge, return_report, {"reason": "请补充数据"}),
            ]
            for person, verb, given in steps:
                version = version_of(world, report)
                world.now += timedelta(seconds=1)
                world.do(person, verb, report_id=report, **{"version": version, **given})
                acknowledge(world, path)


def version_of(world: World, report: int) -> int:
    with world.database.read() as s:
        return s.get_one(Report, report).version


def acknowledge(world: World, path: str) -> None:
    """Tell what the database has just said that it keeps."""
    with world.database.read() as s:
        assert s.scalar(text("pragma synchronous")) == 2
        assert s.scalar(text("pragma journal_mode")) == "wal"
        chain, no, last = s.execute(
            select(ChainHead.chain, ChainHead.no, ChainHead.hash).order_by(ChainHead.chain.desc())
        ).first()
    print(*end_of_log(path), chain, no, last, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
