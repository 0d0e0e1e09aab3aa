"""Reports are shared out among reviewers by unit; nobody takes their own unit's.

And the keys of a queue, in a browser.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from browser import chromium, settled, window
from db.engine import Database
from db.queries.reports.review_shares import review_shares
from pages.office import acknowledge_all, file, noon, open_round, report_of, state_of
from pages.on_stage import email, on_stage, opened
from pages.stage import PASSWORD, html_of, served
from workflow.rules.refusals import Conflict, NotAllowed
from workflow.verbs.reports.share_reviews import give_back_reviews, take_reviews
from worlds import LABOUR, OFFICE, SCIENCE, World, little_city

__all__ = ["chromium"]


def waiting(database: Database) -> World:
    """1.1 of the science bureau and 1.2 of the labour bureau wait; a second reviewer is of the
    labour bureau."""
    made = little_city(database)
    acknowledge_all(made)
    open_round(made, noon(2021, 3, 10))
    file(made, report_of(made, "1.1", SCIENCE), "一季度举办对接会三场，引进领军人才三十名。")
    file(made, report_of(made, "1.2", LABOUR), "修订人才安居办法，征求了各县意见，拟于二季度印发。")
    made.now = noon(2021, 3, 26)
    return made


@pytest.fixture
def world(database: Database) -> World:
    return waiting(database)


def take(world: World, who: int, *units: str) -> int:
    ids = [world.units[unit] for unit in units]
    return world.do(who, take_reviews, plan_id=world.plan_id, unit_ids=ids)


def held(world: World, who: int) -> dict[str, bool]:
    names = {unit_id: name for name, unit_id in world.units.items()}
    with world.reading(who) as c:
        found = review_shares(c.session, c.actor, [world.plan_id])
    return {names[unit]: one.mine for (_plan, unit), one in found.items()}


def test_what_one_takes_a_colleague_cannot_until_it_is_given_back(world: World) -> None:
    first, second = world.reviewer, world.person(LABOUR, "reviewer")
    assert take(world, first, SCIENCE, LABOUR) == 2
    assert take(world, first, SCIENCE) == 0
    assert held(world, first) == {SCIENCE: True, LABOUR: True}
    assert held(world, second) == {SCIENCE: False, LABOUR: False}
    with pytest.raises(Conflict):
        take(world, second, SCIENCE)
    back = {"plan_id": world.plan_id, "unit_ids": [world.units[SCIENCE]]}
    assert world.do(second, give_back_reviews, **back) == 1
    assert take(world, second, SCIENCE) == 1


def test_nobody_takes_their_own_unit(world: World) -> None:
    with pytest.raises(NotAllowed):
        take(world, world.person(LABOUR, "reviewer"), LABOUR)


@pytest.fixture
def small(sqlite_database: Database) -> World:
    return waiting(sqlite_database)


def test_the_queue_says_who_has_what_and_begins_with_ones_own(small: World, tmp_path) -> None:
    application = on_stage(small, tmp_path)
    at = opened(application, small, "review", OFFICE, "reviewer")
    first = report_of(small, "1.1", SCIENCE).id
    assert f"accept_{first}" in " ".join(button.key for button in at.button)
    take(small, small.person(LABOUR, "reviewer"), SCIENCE)
    at = opened(application, small, "review", OFFICE, "reviewer")
    assert f"accept_{first}" not in " ".join(button.key for button in at.button)
    at.button(key="share_take").click().run()
    assert "由您审核" in html_of(at)
    assert held(small, small.reviewer) == {SCIENCE: False, LABOUR: True}


def test_the_keys_go_through_the_queue_and_judge(small: World, tmp_path, chromium) -> None:
    first, second = (report_of(small, code, unit).id for code, unit in
                     (("1.1", SCIENCE), ("1.2", LABOUR)))  # fmt: skip
    with served(on_stage(small, tmp_path)) as address, window(chromium, address, "desk") as page:
        page.goto(f"{address}/review?report={first}")
        page.fill("#email", email(small, OFFICE, "reviewer"))
        page.fill("#password", PASSWORD)
        page.click("main .card button")
        settled(page)
        here = page.locator('.ls-queue > [aria-current="true"] a')
        for key, wanted in (("j", second), ("k", first)):
            page.keyboard.press(key)
            expect(here).to_have_attribute("href", f"/review?report={wanted}")
            settled(page)
        page.keyboard.press("r")
        expect(page.locator('[class*="st-key-reason_"] textarea')).to_be_focused()
        assert state_of(small, first) == "signed_off"
        page.locator("h1").click()
        page.keyboard.press("a")
        expect(here).to_have_attribute("href", f"/review?report={second}")
        settled(page)
        assert state_of(small, first) == "accepted"
        page.keyboard.press("u")
        settled(page)
        expect(here).to_have_attribute("href", f"/review?report={first}")
        assert state_of(small, first) == "signed_off"
