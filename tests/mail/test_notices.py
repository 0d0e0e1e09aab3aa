"""What came for a person stands on a page with a link to the very thing, new until it was seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import literal, select

from db.engine import Database
from db.queries.mail.notices import letters_unseen, notices, notices_seen_at
from pages.on_stage import email, on_stage, opened
from pages.stage import PASSWORD, html_of
from ui.views.notices.page import way_of
from workflow.verbs.mail.notify import notify
from workflow.verbs.mail.see_notices import see_notices
from worlds import LABOUR, LETTERHEAD, SCIENCE, World, little_city

HEADS = {"heads": []}


@pytest.fixture
def city(database: Database) -> World:
    """Every unit's liaison has the letter of the issue."""
    return little_city(database)


def came(city: World, who: int) -> tuple[int, list[tuple[str, bool]]]:
    """How many are new, and the kinds of what came, each with whether it is new."""
    with city.reading(who) as c:
        found = notices(c.session, c.actor, notices_seen_at(c.session, c.actor))
        new = c.session.scalar(select(letters_unseen(literal(who))))
        return new, [(one.kind, one.new) for one in found]


def test_what_came_is_new_until_it_was_seen_and_for_its_reader_alone(city: World) -> None:
    mine, other = city.person(SCIENCE, "liaison"), city.person(LABOUR, "liaison")
    new, found = came(city, mine)
    assert new == len(found) > 0
    assert all(is_new for _kind, is_new in found)
    with city.acting(mine) as c:
        see_notices(c)
    assert came(city, mine) == (0, [(kind, False) for kind, _new in found])
    assert came(city, other)[0] > 0
    city.now += timedelta(days=1)
    with city.acting(city.administrator) as c:
        facts = {"document": "2号", "acknowledge_due_on": c.today, "unit": SCIENCE, "tasks": []}
        notify(c, "issue", [mine], plan_id=city.plan_id, facts=facts)
    assert came(city, mine)[0] == 1


def test_what_is_kept_and_no_news_is_not_listed(city: World) -> None:
    with city.acting(city.administrator) as c:
        notify(c, "heads", [city.administrator], plan_id=None, facts=HEADS)
    assert "heads" not in {kind for kind, _new in came(city, city.administrator)[1]}


def test_a_letter_leads_to_what_it_is_about(city: World) -> None:
    with city.reading(city.person(SCIENCE, "liaison")) as c:
        letter = notices(c.session, c.actor, None)[0]
    way = way_of(LETTERHEAD.base_url, letter.content)
    assert way.startswith("/my_tasks")
    assert way_of("https://elsewhere.example", letter.content) == "/"
    assert way_of(LETTERHEAD.base_url, b"") == "/"


def test_the_page_shows_what_is_new_once_as_new(city: World, tmp_path: Path) -> None:
    application = on_stage(city, tmp_path)
    assert "未读" in html_of(opened(application, city, "notices", SCIENCE, "liaison"))
    assert "未读" not in html_of(opened(application, city, "notices", SCIENCE, "liaison"))


@pytest.mark.parametrize(("news", "said"), [(3, "有3条新情况"), (0, "暂无新情况")])
def test_the_bell_says_how_much_is_new(city: World, tmp_path: Path, news: int, said: str) -> None:
    application = on_stage(city, tmp_path)
    known = application.sessions.people
    address = email(city, SCIENCE, "liaison")
    known[address] = (PASSWORD, replace(known[address][1], news=news))
    assert said in html_of(opened(application, city, "notices", SCIENCE, "liaison"))
