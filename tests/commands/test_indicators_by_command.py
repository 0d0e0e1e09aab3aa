"""Indicators from the command line."""

import json

from db.engine import Database
from indicators.cities import RESEARCH, SKILLED, city_with_indicators
from worlds import LABOUR, SCIENCE


def done(ran: object) -> object:
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def test_an_indicator_is_set_reported_and_confirmed(run: object, here: Database) -> None:
    world = city_with_indicators(here)
    at = ("--as-of", "2022-03-10T12:00+08:00", "--json")
    office = ("--as", f"reviewer{world.units['市委组织部']}@luoshi.test")
    liaison = ("--as", f"liaison{world.units[LABOUR]}@luoshi.test")
    source = ("--as", f"liaison{world.units[SCIENCE]}@luoshi.test")

    def listed() -> dict[str, dict]:
        return {one["name"]: one for one in done(run("indicators", "list", "little", *at))}

    one, other = listed()[SKILLED]["indicator"], listed()[RESEARCH]["indicator"]
    done(run("indicators", "set", one, "--responsible", "市人社局", "--source", SCIENCE,
             "--month", "3", *office, *at))  # fmt: skip
    first = done(run("indicators", "report", one, "2021", "8.6", *liaison, *at))["value"]
    done(run("indicators", "object", first, "--reason", "含外地", *source, *at))
    assert listed()[SKILLED]["values"][0]["objection"] == "含外地"
    again = ("indicators", "report", one, "2021", "8.1")
    assert run(*again, *liaison, *at).code == 1
    second = done(run(*again, "--seen", "1", *liaison, *at))["value"]
    done(run("indicators", "confirm", second, *source, *at))
    now = listed()[SKILLED]
    assert (now["light"], now["values"][0]["firmness"]) == ("green", "confirmed")
    changed = ("indicators", "set", other, "--definition", "七普修订数", "--since", "2022")
    assert run(*changed, *office, *at).code == 1
    done(run(*changed, "--document", "市统计局函", *office, *at))
    assert "8.1 (confirmed" in run("indicators", "list", "little", *at[:2]).out
