"""The scripts that are shipped, read from `life/*.yaml`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from luoshi.demo.year.story import Story
from tasks_catalog.model import CatalogueMeasure
from tasks_catalog.shipped import sample


def _read(name: str) -> dict[str, Any]:
    place = files("luoshi.demo.year").joinpath("life")
    found: dict[str, Any] = yaml.safe_load(place.joinpath(f"{name}.yaml").read_text("utf-8"))
    return found


@cache
def _promised(name: str) -> dict[str, tuple[CatalogueMeasure, ...]]:
    """What a sample promises, by the task's code."""
    return {task.code: task.measures for task in sample(name).tasks}


def read_story() -> Story:
    """The script of the opinion of 2020, whose year is told round by round."""
    return Story(
        year=_read("year"),
        cast=_read("cast"),
        numbers=_read("numbers"),
        measures=_promised("quzhou-2020"),
        sentences=_read("sentences"),
        places=_read("places"),
        reports=_read("reports-1") | _read("reports-2"),
    )


def second_story() -> Story:
    """The script of the plan of 2021, of the same people."""
    year = _read("plan-2021")
    return Story(
        year, _read("cast"), year["numbers"], _promised(year["sample"]), _read("sentences")
    )


def county_stories() -> tuple[Story, ...]:
    """The scripts of the counties that made plans of their own of the plan of 2021."""
    names, above = _read("cast"), _promised(_read("plan-2021")["sample"])
    found = []
    for name in ("kecheng", "longyou"):
        year = _read(name)
        measures = {code: _above(above, code) for code in year["numbers"]}
        cast = {**{key: names[key] for key in ("surnames", "given")}, **year}
        found.append(Story(year, cast, year["numbers"], measures, _read("sentences")))
    return tuple(found)


def _above(
    promised: dict[str, tuple[CatalogueMeasure, ...]], code: str
) -> tuple[CatalogueMeasure, ...]:
    """A task taken down as several counts what the one above counts: 3.3.3.1 what 3.3.3 does."""
    return promised.get(code) or promised[code.rpartition(".")[0]]
