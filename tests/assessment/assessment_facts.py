"""Facts for the tests of the assessment; any order of facts must do."""

import json
from copy import deepcopy
from datetime import date
from importlib.resources import files
from typing import Any

from hypothesis import strategies as st

from workflow.rules.assessment.facts import Facts
from workflow.rules.assessment.facts_form import FORM
from workflow.rules.assessment.reading_facts import read_facts


def form(name: str) -> dict[str, Any]:
    return json.loads(files("workflow.rules.assessment").joinpath(name).read_text("utf-8"))


FACTS_FORM = form(FORM)


def facts_of(*units: dict[str, Any]) -> Facts:
    return read_facts(document(*units), FACTS_FORM)


def document(*units: dict[str, Any]) -> dict[str, Any]:
    return {
        "schema": "luoshi.facts/1",
        "year": 2021,
        "as_of": "2021-12-31",
        "units": deepcopy(list(units)),
    }


def unit(name: str = "市科技局", kind: str = "department", **more: Any) -> dict[str, Any]:
    return {"unit": name, "name": name, "kind": kind, **more}


def task(code: str, role: str = "lead", **more: Any) -> dict[str, Any]:
    return {"task": code, "title": f"任务{code}", "role": role, **more}


def measure(name: str, target: Any, actual: Any, **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "metric": f"指标{name}",
        "op": ">=",
        "target": target,
        "actual": actual,
        "evidence": [f"submission:{name}", f"evidence:{name}"],
        **more,
    }


def milestone(name: str, due: str, reached: str | None, **more: Any) -> dict[str, Any]:
    return {"id": name, "title": f"节点{name}", "due": due, "reached_on": reached, **more}


def event(name: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "kind": kind, "title": f"事项{name}", "evidence": [f"doc:{name}"], **more}


_amounts = st.decimals(0, 1000, places=2).map(str)
_dates = st.dates(date(2021, 1, 1), date(2022, 3, 31)).map(str)


@st.composite
def units(draw: st.DrawFn, name: str = "市科技局") -> dict[str, Any]:
    """A unit with anything that may happen to one."""
    tasks = []
    for code in draw(st.lists(st.sampled_from("ABCDE"), unique=True, max_size=4)):
        measures = [
            measure(
                f"{code}m{n}",
                draw(st.none() | _amounts),
                draw(st.none() | _amounts),
                op=draw(st.sampled_from([">=", ">", "=", "approx", "<="])),
            )
            for n in range(draw(st.integers(0, 3)))
        ]
        milestones = [
            milestone(
                f"{code}d{n}", draw(_dates), draw(st.none() | _dates), deliverable=bool(n % 2)
            )
            for n in range(draw(st.integers(0, 3)))
        ]
        tasks.append(
            task(
                code,
                draw(st.sampled_from(["lead", "joint", "support"])),
                kind=draw(st.sampled_from(["numbers", "steady"])),
                light=draw(st.sampled_from(["green", "yellow", "red", "grey", "done"])),
                measures=measures,
                milestones=milestones,
            )
        )
    kinds = ["criticised", "rectification_overdue", "good_practice", "false_numbers", "other"]
    events = [
        event(f"e{n}", draw(st.sampled_from(kinds)), count=draw(st.integers(0, 4)))
        for n in range(draw(st.integers(0, 4)))
    ]
    names = [m["id"] for t in tasks for m in (*t["measures"], *t["milestones"])]
    names += [one["id"] for one in events] + [one["task"] for one in tasks]
    exempt = draw(st.lists(st.sampled_from(names), unique=True, max_size=2)) if names else []
    return unit(
        name,
        draw(st.sampled_from(["department", "county", "enterprise", "village"])),
        tasks=tasks,
        events=events,
        exemptions=[
            {"id": f"x{n}", "of": of, "evidence": [f"case:{n}"]} for n, of in enumerate(exempt)
        ],
    )
