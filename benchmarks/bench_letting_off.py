"""What letting units off saves in the demo's year: `python benchmarks/bench_letting_off.py`.

The demo's year of the opinion is lived twice, as it is and with the setting (沿用上期) that lets a
unit off a round in which it is on its path and has nothing new. Counted are the fields that were
asked of the units until the demo begins, those of a report that stands as before left out, and, at
the end of every month, the tasks whose light turned yellow or red later than without. With `--json`
one JSON document follows.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import select

from db.models import Plan, Report, ReportState, Round, Task
from db.queries.progress.overview import task_lights
from db.queries.reports.asked_fields import required_fields
from luoshi.demo.place import DemoFolder, settings_of
from luoshi.demo.year.acts import STORYTELLER
from luoshi.demo.year.agenda import at_local
from luoshi.demo.year.history import begins_at, live
from luoshi.demo.year.opening import find_people
from luoshi.demo.year.scripts import read_story
from luoshi.wiring import Installation
from workflow.rules.access.permissions import RoleName
from workflow.rules.progress.lights import Light
from workflow.rules.reporting.burden import TEXTS
from workflow.rules.reporting.policy import PlanPolicy
from workflow.rules.states import ReportStateName
from workflow.verbs.plans.change_plan import change_plan

BAD = {Light.GREEN: 0, Light.YELLOW: 1, Light.RED: 2}
Found = dict[str, dict[str, int]]


def main() -> None:
    """Live, count and print."""
    with get_context("spawn").Pool(2) as pool:
        loud, quiet = pool.map(lived, (False, True))
    asked, still = (sum(one["fields"].values()) for one in (loud, quiet))
    later = sorted(
        key for key, light in loud["lights"].items() if quiet["lights"].get(key, 0) < light
    )
    found = {
        "fields": asked,
        "fields_let_off": still,
        "by_round": {key: [n, quiet["fields"][key]] for key, n in loud["fields"].items()},
        "falls_by_percent": round(100 - still * 100 / asked, 1),
        "lights_compared": len(loud["lights"]),
        "lights_later": later,
    }
    for name, figure in found.items():
        print(f"{name:>20}  {figure}")
    if "--json" in sys.argv:
        print(json.dumps(found, ensure_ascii=False))


def lived(quiet: bool) -> Found:
    """The fields asked by round, and the lights by month's end and task."""
    story = read_story()
    with tempfile.TemporaryDirectory() as folder:
        place = DemoFolder(Path(folder))
        installation = Installation(settings_of(place, place.folder, 8501, 9))
        installation.database.upgrade()
        until = begins_at(story)
        live(installation, story, until, _setting(installation) if quiet else lambda _at: None)
        with installation.reading(STORYTELLER, until) as c:
            plan = c.session.scalars(select(Plan).where(Plan.code == story.plan_code)).one()
            rows = c.session.execute(
                select(Report, Round)
                .join(Round, Round.id == Report.round_id)
                .join(ReportState, ReportState.report_id == Report.id)
                .where(
                    Report.plan_id == plan.id,
                    Report.unit_id == Report.lead_unit_id,
                    ReportState.open(),
                    ReportState.state != ReportStateName.AS_BEFORE,
                )
            ).tuples()
            fields: dict[str, int] = {}
            for report, of in rows.all():
                asked = required_fields(c.session, report, at_local(of.opens_on, 12))
                n = TEXTS + len(asked.measures) + len(asked.milestones)
                fields[of.period] = fields.get(of.period, 0) + n
            lights = {}
            codes = dict(c.session.execute(select(Task.id, Task.code)).tuples().all())
            for day in _ends_of_months(until):
                found = task_lights(c.session, c.actor, [plan.id], day, c.letterhead.zone)
                for task_id, light in found.items():
                    lights[f"{day:%Y-%m} {codes[task_id]}"] = BAD.get(light, 0)
        installation.database.dispose()
    return {"fields": dict(sorted(fields.items())), "lights": lights}


def _setting(installation: Installation) -> Callable[[datetime], None]:
    """Sets the plan to let off, with the first mails of the year, before it is issued."""
    story, done = read_story(), []

    def set_once(at: datetime) -> None:
        if done:
            return
        done.append(at)
        people = find_people(installation, story, at)
        with installation.reading(STORYTELLER, at) as c:
            plan = c.session.scalars(select(Plan).where(Plan.code == story.plan_code)).one()
            policy = replace(PlanPolicy.from_json(plan.policy), quiet=True)
            plan_id, version = plan.id, plan.version
        admin = people.ids[RoleName.ADMINISTRATOR, people.office]
        with installation.acting(admin, at) as c:
            change_plan(c, plan_id=plan_id, version=version, policy=policy)

    return set_once


def _ends_of_months(until: datetime) -> list[datetime]:
    firsts = [date(2021, month, 1) for month in range(2, 13)]
    return [at for day in firsts if (at := at_local(day, 0) - timedelta(seconds=1)) <= until]


if __name__ == "__main__":
    main()
