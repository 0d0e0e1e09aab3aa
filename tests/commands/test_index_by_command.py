"""The index of places from the command line, without any database."""

from __future__ import annotations

import json
from pathlib import Path

VALUES = """schema: luoshi.index-values/1
year: 2025
places:
  柯城区: {density: 62.5, skilled: 31, young: 22, leaving: 3.1, patents: 9.4, output: 58,
          research: 2.9}
  龙游县: {density: 41, skilled: 28.5, young: 18, leaving: 4, patents: 5.2, output: 63,
          research: 2.6}
"""


def test_an_index_is_scored_and_says_what_contributes(run: object, tmp_path: Path) -> None:
    values = tmp_path / "values.yaml"
    values.write_text(VALUES, "utf-8")
    given = ("index", "score", "--method", "talent-development", "--values", values)
    done = run(*given, "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert run(*given, "--json").out == done.out
    first = found["places"][0]
    assert (first["place"], first["rank"]) == ("柯城区", 1)
    assert len(first["contributions"]) == 8
    assert "柯城区" in run(*given).out
    values.write_text(VALUES.replace("31,", "about,"), "utf-8")
    refused = run(*given)
    assert refused.code == 1
    assert "line 4" in refused.err
    assert run("index", "score", "--method", "none", "--values", values).code == 1
