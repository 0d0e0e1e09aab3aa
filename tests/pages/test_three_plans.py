"""An office with three plans: each page goes over all of them, and no link loses the plan."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from db.engine import Database
from db.models import Outbox
from pages.office import noon
from pages.on_stage import email, on_stage, opened
from pages.stage import app_test, html_of
from pages.three_plans import TITLES, ThreePlans, three_plans
from ui.files.evidence import files_of
from ui.shell.application import Application
from ui.shell.pages import PAGES
from workflow.rules.access.permissions import system
from workflow.verbs.mail.deliver import claim
from workflow.verbs.mail.write_digests import freeze, write_down
from workflow.verbs.reminders.remind import remind
from worlds import KECHENG, OFFICE, SCIENCE

OVER_PLANS = [leaf.key for leaf in PAGES if leaf.over_plans and leaf.key != "plan"]
REFUSED = "没有找到相关内容"
DESKS = [
    (OFFICE, "reviewer", ["review", "overview", "chasing", "leader", "assessment"]),
    (OFFICE, "administrator", ["overview", "assessment"]),
    ("", "leader", ["leader", "overview", "assessment"]),
    (SCIENCE, "liaison", ["my_tasks", "ledger", "assessment"]),
    (SCIENCE, "deputy_head", ["sign_off", "ledger", "assessment"]),
]


@pytest.fixture(scope="module")
def city(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ThreePlans]:
    path = tmp_path_factory.mktemp("three") / "luoshi.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    yield three_plans(database)
    database.dispose()


@pytest.fixture
def application(city: ThreePlans, tmp_path) -> Application:
    return on_stage(city, tmp_path)


def links(html: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The pages that a page leads to, with the values of their addresses."""
    for href in re.findall(r'href="(/[^"#]*)', html):
        parts = urlsplit(unescape(href))
        yield parts.path[1:], dict(parse_qsl(parts.query))


@pytest.mark.parametrize(("unit", "role", "pages"), DESKS, ids=[desk[1] for desk in DESKS])
def test_every_page_is_about_all_plans_and_keeps_the_one_that_is_chosen(
    application: Application, city: ThreePlans, unit: str, role: str, pages: list[str]
) -> None:
    for key in pages:
        whole = html_of(opened(application, city, key, unit, role))
        assert "全部规划（3）" in whole
        if key != "chasing":
            assert all(title in whole for title in TITLES.values()), key
        for code, title in TITLES.items():
            plan = city.plans[code]
            html = html_of(opened(application, city, key, unit, role, plan=plan))
            assert title in html, key
            strangers = [other for other in TITLES.values() if other != title]
            assert not any(other in html for other in strangers), (key, code)
            for to, address in links(html):
                if to in OVER_PLANS or to == "files/export/overview":
                    assert address.get("plan") == str(plan), (key, to, address)


@pytest.mark.parametrize(("unit", "role", "pages"), DESKS, ids=[desk[1] for desk in DESKS])
def test_every_link_leads_somewhere(
    application: Application, city: ThreePlans, unit: str, role: str, pages: list[str]
) -> None:
    """From each page, in all plans and in one, along one link of every kind until none is new."""
    waiting = [(key, {}) for key in pages] + [(key, {"plan": "1"}) for key in pages]
    seen = set()
    keys = {leaf.key for leaf in PAGES}
    while waiting:
        key, address = waiting.pop()
        kind = (key, address.get("plan", ""), *sorted(set(address) - {"plan"}))
        kind += tuple(address.get(name, "") for name in ("view", "list", "show", "part"))
        if kind in seen:
            continue
        seen.add(kind)
        application.sessions.attempts = 0
        at = app_test(application, key, email(city, unit, role), **address).run()
        html = html_of(at)
        assert not at.exception, (key, address)
        assert REFUSED not in html, (key, address)
        waiting += [(to, values) for to, values in links(html) if to in keys]
    assert len(seen) > len(pages)


def test_the_queue_holds_the_reports_and_requests_of_all_plans(
    application: Application, city: ThreePlans
) -> None:
    html = html_of(opened(application, city, "review", OFFICE, "reviewer"))
    assert "进展审核（3）" in html
    assert "待定事项（3）" in html
    html = html_of(opened(application, city, "review", OFFICE, "reviewer", plan=city.plan_id))
    assert "进展审核（1）" in html
    assert "待定事项（1）" in html


def test_the_overview_adds_up_and_the_heat_map_joins_the_rounds(
    application: Application, city: ThreePlans
) -> None:
    html = html_of(opened(application, city, "overview", OFFICE, "reviewer"))
    assert "6 / 18" in html
    assert len(re.findall(r'class="ls-plan-row"', html)) == 3
    one = html_of(opened(application, city, "overview", OFFICE, "reviewer", plan=city.plan_id))
    assert "2 / 6" in one
    assert "ls-plan-row" not in one
    assert html.count(f"&amp;unit={city.units[SCIENCE]}") == 0


def test_the_table_to_take_along_names_the_plan_of_each_row(
    application: Application, city: ThreePlans
) -> None:
    person = city.reviewer
    visitor = next(v for _p, v in application.sessions.people.values() if v.person_id == person)
    send = files_of(application.installation)
    rows = list(load_workbook(BytesIO(send(visitor, "export/overview?").content)).active.values)
    assert "全部规划（3）" in rows[0][0]
    assert {row[0] for row in rows[2:]} == set(TITLES.values())
    file_of_one = send(visitor, f"export/overview?plan={city.plan_id}")
    rows = list(load_workbook(BytesIO(file_of_one.content)).active.values)
    assert TITLES["valley"] in rows[0][0]
    assert len(rows) == 2 + 5


def test_a_plan_that_is_not_there_is_said(application: Application, city: ThreePlans) -> None:
    html = html_of(opened(application, city, "overview", OFFICE, "reviewer", plan=77))
    assert REFUSED in html
    assert "引进领军人才" not in html


def test_a_remark_goes_to_the_plan_that_its_writer_chose(
    application: Application, city: ThreePlans
) -> None:
    at = opened(application, city, "leader", "", "leader")
    at.text_area(key="instruct_text_0_0").set_value("请加快。").run()
    at.button(key="instruct_now_0_0").click().run()
    assert "请选择所属规划" in html_of(at)


def test_a_mail_about_several_plans_says_which_and_links_to_it(
    application: Application, city: ThreePlans
) -> None:
    city.do(system("clock"), remind, at=noon(2021, 3, 24))
    with city.acting(system("deliver"), noon(2021, 3, 24)) as c:
        freeze(c, "me", write_down(claim(c, "me").digests, c.letterhead, c.now))
    with city.database.read() as session:
        person = city.person(KECHENG, "liaison")
        body = session.scalars(
            select(Outbox.content).where(Outbox.person_id == person, Outbox.kind == "digest")
        ).one()
    letter: Any = message_from_bytes(body, policy=default)
    text = letter.get_body(("plain",)).get_content()
    assert all(title in text for title in TITLES.values())
    html = letter.get_body(("html",)).get_content()
    for plan in city.plans.values():
        assert f"plan={plan}" in html
