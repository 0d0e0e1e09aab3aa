"""A large city for the benchmarks: tasks, units, people, and rounds reported by the verbs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import event, insert, select

from db.models import Person, Report, ReportState, Role, Round, Unit
from db.queries.reports.asked_fields import required_fields
from luoshi.settings import Settings
from luoshi.wiring import Installation
from tasks_catalog.model import (
    Catalogue,
    CatalogueItem,
    CatalogueMeasure,
    CataloguePlan,
    CatalogueTask,
    TaskUnit,
)
from tasks_catalog.model import CatalogueUnit as Named
from workflow.rules.access.permissions import system
from workflow.rules.assignments import AssignmentRole
from workflow.rules.progress.lights import WorkStatus
from workflow.rules.states import ReportStateName
from workflow.verbs.access.credentials import hash_password
from workflow.verbs.plans.issue import issue
from workflow.verbs.plans.load_catalogue import load_catalogue
from workflow.verbs.reports.accept import accept
from workflow.verbs.reports.sign_off import sign_off
from workflow.verbs.reports.submit import submit
from workflow.verbs.rounds.open_rounds import open_rounds

PASSWORD = "Bench-2021-luoshi"
OPENS = [(3, 12), (6, 12), (9, 12), (11, 16)]


@dataclass
class City:
    """The installation and who works in it: unit id → (liaison, deputy head); reviewers by id."""

    installation: Installation
    now: datetime
    plan_id: int = 0
    people: dict[int, tuple[int, int]] = field(default_factory=dict)
    reviewers: list[int] = field(default_factory=list)
    look: Callable[[City], None] = lambda _city: None


def build(
    folder: Path, tasks: int, units: int, seed: int = 1, look: Callable[[City], None] | None = None
) -> City:
    """A city with so many tasks and units, four rounds opened, three of them accepted. `look` is
    called behind each step of the year."""
    settings = Settings(
        database_url=f"sqlite:///{folder}/bench.db",
        evidence_url=f"file://{folder}/evidence",
        secret_key="b" * 48,
        _env_file=None,
    )
    city = City(None, datetime(2021, 1, 4, 1, tzinfo=UTC))  # type: ignore[arg-type]
    city.installation = Installation(settings, clock=lambda: city.now)
    city.look = look or city.look
    # Only while the city is built: a disk would wait for each of some thousand commits.
    event.listen(city.installation.database.engine, "connect", _hasty)
    city.installation.database.upgrade()
    with city.installation.acting(system("bench")) as c:
        loaded = load_catalogue(c, catalogue(tasks, units))
        city.plan_id = loaded.plan_id
    _people(city)
    with city.installation.acting(system("bench")) as c:
        issue(c, plan_id=city.plan_id, document="BENCH-1")
    for n, (month, day) in enumerate(OPENS):
        city.now = datetime(2021, month, day, 4, tzinfo=UTC)
        with city.installation.acting(system("open_rounds")) as c:
            open_rounds(c)
        city.look(city)
        _report(city, Random(seed + n), share=1.0 if n < 3 else 0.4)
    return city


def _hasty(connection: Any, _record: Any) -> None:
    connection.execute("pragma synchronous = off")


def catalogue(tasks: int, units: int) -> Catalogue:
    """A work list in which each unit leads a few tasks."""
    names = [f"第{n:03d}单位" for n in range(units)]
    return Catalogue(
        plan=CataloguePlan(code="bench", title="基准测试规划", first_year=2021, last_year=2025),
        items=tuple(
            CatalogueItem(code=f"{n}", title=f"事项{n}") for n in range(1, tasks // 10 + 1)
        ),
        tasks=tuple(
            CatalogueTask(
                code=f"{n // 10 + 1}.{n % 10 + 1}",
                item=f"{n // 10 + 1}",
                kind="numbers",
                title=f"第{n}项任务，引进培养各类人才",
                text=f"到2025年，引进培养各类人才{100 + n}人。",
                units=(
                    TaskUnit(
                        name=names[n % units], written=names[n % units], role=AssignmentRole.LEAD
                    ),
                    TaskUnit(
                        name=names[(n + 7) % units],
                        written=names[(n + 7) % units],
                        role=AssignmentRole.SUPPORT,
                    ),
                ),
                measures=(
                    CatalogueMeasure(
                        metric="引进培养人才",
                        op=">=",
                        value=Decimal(100 + n),
                        unit="人",
                        by_year=2025,
                        kind="cumulative",
                        text=f"人才{100 + n}人",
                    ),
                ),
            )
            for n in range(tasks)
        ),
        units=tuple(Named(name=name) for name in names),
    )


def _people(city: City) -> None:
    secret = hash_password(PASSWORD)
    with city.installation.database.write() as session:
        units = session.scalars(select(Unit.id).order_by(Unit.id)).all()

        def person(name: str, role: str, unit: int | None) -> int:
            key = session.scalars(
                insert(Person)
                .values(
                    email=f"{name}@bench.example", name=name, unit_id=unit, phone="", language="zh",
                    password_hash=secret, must_change_password=False, active=True,
                )
                .returning(Person.id)
            ).one()  # fmt: skip
            session.execute(
                insert(Role).values(
                    person_id=key,
                    unit_id=unit,
                    name=role,
                    valid_from=datetime(2020, 1, 1),  # noqa: DTZ001
                )
            )
            return key

        for unit in units:
            city.people[unit] = (
                person(f"liaison{unit}", "liaison", unit),
                person(f"deputy{unit}", "deputy_head", unit),
            )
        city.reviewers = [person(f"reviewer{n}", "reviewer", None) for n in range(6)]
        person("leader1", "leader", None)
        person("admin1", "administrator", None)


def _report(city: City, chance: Random, share: float) -> None:
    with city.installation.database.read() as session:
        newest = session.scalars(select(Round.id).order_by(Round.id.desc()).limit(1)).one()
        reports = session.scalars(
            select(Report)
            .join(ReportState, ReportState.report_id == Report.id)
            .where(
                Report.round_id == newest,
                ReportState.open(),
                ReportState.state == ReportStateName.DUE,
            )
        ).all()
        asked = {report.id: required_fields(session, report, city.now) for report in reports}
    for report in reports:
        if chance.random() > share:
            continue
        said = {
            "status": chance.choice([WorkStatus.ON_TRACK, WorkStatus.ON_TRACK, WorkStatus.BEHIND]),
            "problem": "用地未落实",
            "text": f"本期组织招聘会{chance.randint(1, 9)}场，签约{chance.randint(5, 90)}人。",
        }
        said |= {f"value:{m.id}": str(chance.randint(5, 60)) for m in asked[report.id].measures}
        with _as(city, city.people[report.unit_id][0]) as c:
            submit(c, report_id=report.id, version=0, key=f"k{report.id}", content=said)
        with _as(city, city.people[report.unit_id][1]) as c:
            sign_off(c, report_id=report.id, version=_version(city, report.id))
        if chance.random() < share:
            with _as(city, city.reviewers[0]) as c:
                accept(c, report_id=report.id, version=_version(city, report.id))


def _version(city: City, report_id: int) -> int:
    with city.installation.database.read() as session:
        return session.get_one(Report, report_id).version


@contextmanager
def _as(city: City, person: int) -> Iterator:  # type: ignore[type-arg]
    with city.installation.acting(person) as c:
        yield c
    city.look(city)
