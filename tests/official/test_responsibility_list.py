"""责任清单: who answers for what, with numbers, shares by year, results and dates."""

from __future__ import annotations

import pytest

from assessed_year import a_year
from db.engine import Database
from db.queries.papers.responsibility import responsibility_list
from documents.official.paper import Grid, Paper
from documents.official.responsibility_list import responsibility_paper
from workflow.rules.time.dates import ZONE
from worlds import LONGYOU, World


@pytest.fixture
def city(database: Database) -> World:
    return a_year(database)


def paper(world: World, who: int | None = None) -> Paper:
    with world.reading(who or world.reviewer) as c:
        return responsibility_paper(
            responsibility_list(c.session, c.actor, world.plan_id, c.now, ZONE)
        )


def rows(made: Paper) -> dict[str, list[str]]:
    grids = (block for block in made.blocks if isinstance(block, Grid))
    return {row[0]: list(row) for grid in grids for row in grid.rows}


def test_numbers_stand_with_their_shares_by_year_and_unit(city: World) -> None:
    found = rows(paper(city))
    assert found["1.1"][2].splitlines()[:2] == ["领军人才≥100人（2025年）", "2021年：市科技局20人"]
    assert "2021年共2,000人（柯城区1,200人、龙游县800人）" in found["2.2"][2]


def test_results_and_steps_stand_with_their_dates(city: World) -> None:
    found = rows(paper(city))
    assert "成果：" in found["1.2"][2]
    assert "（2021年6月30日）" in found["1.2"][2]
    assert found["1.2"][3] == "2021年6月30日"
    assert "节点：开工（2021年9月30日）" in found["1.3"][2]
    assert found["2.1"][2:4] == ["常态推进，按任务要求落实", "长期推进"]


def test_leads_and_supports_are_told_apart_and_groups_keep_their_name(city: World) -> None:
    found = rows(paper(city))
    assert found["1.1"][4] == "牵头：市科技局\n配合：市人力社保局"
    assert "牵头：各县（市、区）" in found["2.2"][4]
    assert "市级相关单位" in found["1.3"][4]


def test_a_unit_gets_the_list_of_its_own_tasks(city: World) -> None:
    assert set(rows(paper(city, city.person(LONGYOU, "liaison")))) == {"2.1", "2.2"}
