"""操作留痕, through the pages that people run: what it shows, asks for, hands out and checks."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from built_once import built_once
from db.engine import Database
from db.models import (
    Assessment,
    Event,
    Evidence,
    Merit,
    Objection,
    Outbox,
    Person,
    Report,
    Role,
    SchemeVersion,
    ScoreLine,
)
from documents.untrusted.archives import SWOLLEN
from i18n import _
from logins import HERE
from luoshi.wiring import Installation
from pages.on_stage import wired as installation_of
from pages.stage import PASSWORD, app_test, html_of
from ui.composition import compose
from ui.views.audit import page as audit
from workflow.rules.access.permissions import THREE_POSTS, system
from workflow.rules.refusals import Invalid, NotAllowed, Refused
from workflow.verbs.access.credentials import hash_password
from workflow.verbs.people.save_person import deactivate_person
from workflow.verbs.record import export_audit
from workflow.verbs.rounds.open_rounds import open_rounds
from worlds import OFFICE, SCIENCE, World, little_city

NOW = datetime(2021, 3, 10, 4, tzinfo=UTC)
SYSTEM, SECURITY, AUDITOR = THREE_POSTS


@pytest.fixture
@built_once
def city(sqlite_database: Database) -> World:
    """A little city with the three posts; everybody may log in."""
    world = little_city(sqlite_database)
    world.now = NOW
    world.do(system("open_rounds"), open_rounds)
    hashed = hash_password(PASSWORD)
    with world.database.write() as session:
        for post in THREE_POSTS:
            person = Person(email=f"{post}@luoshi.test", name=f"甲{post}", unit_id=None)
            session.add(person)
            session.flush()
            session.add(Role(person_id=person.id, name=post, valid_from=date(2021, 1, 1)))
            world.people["", post] = person.id
        for person in session.scalars(select(Person)):
            person.password_hash, person.must_change_password = hashed, False
    return world


@pytest.fixture
def installation(city: World, tmp_path: Path) -> Installation:
    made = installation_of(city, tmp_path, separate_posts=True)
    made.wall = lambda: city.now
    return made


def opened(installation: Installation, post: str, key: str = "audit", **query: object) -> Any:
    given = {name: str(value) for name, value in query.items()}
    at = app_test(compose(installation), key, f"{post}@luoshi.test", **given).run()
    assert not at.exception
    return at


def address(city: World, unit: str, role: str) -> str:
    return f"{role}{city.units.get(unit, 0)}"


def refuse(installation: Installation, who: int) -> None:
    with pytest.raises(NotAllowed), installation.acting(who) as c:
        deactivate_person(c, who, at=NOW)


def test_the_auditor_lands_on_what_happened_in_words(
    city: World, installation: Installation
) -> None:
    said = html_of(opened(installation, AUDITOR))
    assert "<h1>操作留痕</h1>" in said
    assert "开启报送周期" in said
    assert "小城人才规划" in said
    assert f"{OFFICE}administrator" in said
    assert "事件链" not in said


def test_a_refusal_stands_out_with_what_was_tried(city: World, installation: Installation) -> None:
    liaison = city.person(SCIENCE, "liaison")
    refuse(installation, liaison)
    said = html_of(opened(installation, AUDITOR, outcome="refused"))
    assert "越权操作被拒绝" in said
    assert "维护人员和角色" in said
    assert f"{SCIENCE}liaison" in said
    assert "开启报送周期" not in said
    at = opened(installation, AUDITOR)
    assert [field.value for field in at.date_input] == [None, None]
    assert [field.value for field in opened(installation, AUDITOR, to="2021-03-01").date_input] == [
        None, date(2021, 3, 1),
    ]  # fmt: skip


def test_harmful_files_and_other_sites_are_shown_in_words(
    city: World, installation: Installation
) -> None:
    with pytest.raises(Refused), installation.refusals.taking_in(city.person(SCIENCE, "liaison")):
        raise Refused(SWOLLEN)
    installation.refusals.foreign("10.0.0.9")
    said = html_of(opened(installation, AUDITOR, outcome="refused"))
    for words in ("有害文件被拒收", "打开后异常占用内存或时间", "来自其他网站页面的请求被拒绝"):
        assert words in said
    assert "10.0.0.9" not in said


def test_files_letters_and_assessments_go_by_names_that_a_person_understands(
    city: World, installation: Installation
) -> None:
    liaison, unit, plan = city.person(SCIENCE, "liaison"), city.units[SCIENCE], city.plan_id
    with city.acting(liaison) as c:
        report = c.session.scalars(select(Report.id).where(Report.unit_id == unit)).first()
        scheme = SchemeVersion(code="qz", no=2, body="{}", sha="", at=NOW)
        c.session.add(scheme)
        c.session.flush()
        run = Assessment(
            plan_id=plan, year=2021, no=3, scheme_version_id=scheme.id, frozen_at=NOW,
            facts="{}", sha="",
        )  # fmt: skip
        c.session.add(run)
        c.session.flush()
        line = ScoreLine(
            assessment_id=run.id, unit_id=unit, path="1", position=1, title="引才实绩",
            points=Decimal(1), points_max=None, detail="{}",
        )  # fmt: skip
        c.session.add(line)
        c.session.flush()
        made = {
            "evidence": Evidence(report_id=report, sha="", name="引才合同.pdf", size=1,
                                 media_type="application/pdf", person_id=liaison, at=NOW),
            "merit": Merit(plan_id=plan, unit_id=unit, year=2021, kind="praise", title="全省表扬",
                           basis="浙委〔2021〕1号", day=NOW.date(), person_id=liaison,
                           known_from=NOW),
            "objection": Objection(score_line_id=line.id, unit_id=unit, person_id=liaison, at=NOW,
                                   text="…"),
            "outbox": Outbox(message_id="<1@x>", person_id=liaison, kind="digest", content=b"",
                             subject="本周待办", created_at=NOW, not_before=NOW),
        }  # fmt: skip
        c.session.add_all(made.values())
        c.session.flush()
        for action, subject in (("download", "evidence"), ("note_merit", "merit"),
                                ("object", "objection"), ("resend", "outbox")):  # fmt: skip
            c.record_event(plan, action, subject, made[subject].id)
        c.record_event(plan, "assess", "assessment", run.id, year=2021, no=3)
        c.record_event(0, "keep_scheme", "scheme_version", scheme.id, code="qz", no=2)
        c.record_event(0, "announce_day", "calendar", 737000, day=date(2021, 10, 9), workday=True)
    said = html_of(opened(installation, AUDITOR))
    for words in (
        f"引才合同.pdf 2021Q1 1.1 {SCIENCE}", f"{SCIENCE} 全省表扬", f"{SCIENCE} 引才实绩",
        f"{SCIENCE}liaison 本周待办", "2021年度考核第3次测算", "考核办法 qz 第2版", "2021-10-09",
    ):  # fmt: skip
        assert f">{words}</td>" in said, words


def test_a_page_of_somebody_else_is_refused_and_on_record(
    city: World, installation: Installation
) -> None:
    said = html_of(opened(installation, address(city, SCIENCE, "liaison"), "audit"))
    assert "审计管理员" in said
    assert "开启报送周期" not in said
    assert "无权打开页面" in html_of(opened(installation, AUDITOR))


@pytest.mark.parametrize(
    ("asked", "seen"),
    [
        ({"show": "logins"}, {"登录"}),
        ({"deed": "round.open_round"}, {"开启报送周期"}),
        ({"plan": 0}, {"登录"}),
        ({"from": "2021-03-11"}, set()),
        ({"to": "2021-01-04", "deed": "plan.issue"}, {"印发规划分工"}),
        ({"show": "exports"}, set()),
        ({"outcome": "refused"}, set()),
        ({"deed": "nothing.at_all", "person": "x", "plan": "9" * 30, "from": "31"}, {"登录",
            "开启报送周期", "印发规划分工"}),
    ],
)  # fmt: skip
def test_the_address_narrows_what_is_shown(
    asked: dict[str, object], seen: set[str], city: World, installation: Installation
) -> None:
    said = html_of(opened(installation, AUDITOR, **asked)).partition("<tbody")[2]
    words = {"登录", "开启报送周期", "印发规划分工"}
    assert {word for word in words if f"{word}</td>" in said} == seen


def test_a_person_is_asked_for_as_who_did_it_and_as_whom_it_was_about(
    city: World, installation: Installation
) -> None:
    liaison = city.person(SCIENCE, "liaison")
    refuse(installation, liaison)
    with pytest.raises(NotAllowed):
        compose(installation).sessions.log_in(
            f"{address(city, SCIENCE, 'liaison')}@luoshi.test", "x", HERE
        )
    said = html_of(opened(installation, AUDITOR, person=liaison))
    assert "越权操作被拒绝" in said
    assert "登录失败" in said
    assert "来源特征码" in said
    assert "印发规划分工" not in said


def test_pages_go_on_where_the_last_one_ended(
    city: World, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "AT_ONCE", 4)
    with city.database.read() as session:
        whole = session.execute(select(Event.chain, Event.no).order_by(
            Event.at.desc(), Event.chain.desc(), Event.no.desc()
        )).all()  # fmt: skip
    rows: list[str] = []
    at = opened(installation, AUDITOR, to="2021-01-31")
    while True:
        said = html_of(at)
        rows += [line.split("</td>")[0] for line in said.split('data-label="留痕编号">')[1:]]
        _start, found, rest = said.partition("before=")
        if not found:
            break
        at = opened(
            installation, AUDITOR, to="2021-01-31", before=rest.split('"')[0].replace("%3A", ":")
        )
        assert "回到最新" in html_of(at)
    early = [f"{chain}:{no}" for chain, no in whole if chain]
    assert rows == [row for row in early if row in rows]
    assert len(rows) == len(set(rows)) > 8


def test_a_file_of_what_is_shown_leaves_with_who_took_it(
    city: World, installation: Installation
) -> None:
    refuse(installation, city.person(SCIENCE, "liaison"))
    shown = compose(installation)
    visitor = shown.sessions.find(
        shown.sessions.log_in(f"{AUDITOR}@luoshi.test", PASSWORD, HERE).token
    )
    assert visitor is not None
    file = shown.files(visitor, "export/audit?outcome=refused")
    assert file.name == "操作留痕 2021-03-10.csv"
    assert file.content.startswith(b"\xef\xbb\xbf")
    heads, row = csv.reader(StringIO(file.content.decode("utf-8-sig")))
    assert dict(zip(heads, row, strict=True)) | {"原始记录": ""} == {
        "时间": "2021-03-10 12:00:00", "操作事项": "越权操作被拒绝", "处理结果": "被拒绝",
        "操作人": f"{SCIENCE}liaison", "操作对象": "", "说明": "维护人员和角色",
        "规划": "", "留痕编号": row[7], "事项代码": "person.refused", "原始记录": "",
    }  # fmt: skip
    said = html_of(opened(installation, AUDITOR, show="exports"))
    assert "导出操作留痕" in said
    assert f"甲{AUDITOR}" in said


def test_a_file_is_for_the_auditor_alone_and_not_without_end(
    city: World, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = compose(installation)

    def take(name: str) -> None:
        visitor = shown.sessions.find(
            shown.sessions.log_in(f"{name}@luoshi.test", PASSWORD, HERE).token
        )
        assert visitor is not None
        shown.files(visitor, "export/audit")

    for name in (SYSTEM, SECURITY, address(city, OFFICE, "administrator")):
        with pytest.raises(NotAllowed, match="审计管理员"):
            take(name)
    monkeypatch.setattr(export_audit, "MOST_ROWS", 3)
    with pytest.raises(Invalid, match="luoshi audit export"):
        take(AUDITOR)


def test_a_name_that_begins_like_a_formula_stays_a_text(
    city: World, installation: Installation
) -> None:
    with city.database.write() as session:
        session.get_one(Person, city.person(SCIENCE, "liaison")).name = '=HYPERLINK("http://x")'
    refuse(installation, city.person(SCIENCE, "liaison"))
    shown = compose(installation)
    visitor = shown.sessions.find(
        shown.sessions.log_in(f"{AUDITOR}@luoshi.test", PASSWORD, HERE).token
    )
    assert visitor is not None
    text = shown.files(visitor, "export/audit?outcome=refused").content.decode()
    assert "\"'=HYPERLINK" in text


def test_who_is_logged_in_is_shown_while_they_are(city: World, installation: Installation) -> None:
    compose(installation).sessions.log_in(
        f"{address(city, SCIENCE, 'liaison')}@luoshi.test", PASSWORD, HERE
    )
    said = html_of(opened(installation, AUDITOR, show="sessions"))
    assert f"{SCIENCE}liaison" in said
    assert f"甲{AUDITOR}" in said
    city.now += timedelta(hours=3)
    said = html_of(opened(installation, AUDITOR, show="sessions"))
    assert f"{SCIENCE}liaison" not in said


def test_the_record_is_checked_here_too(city: World, installation: Installation) -> None:
    at = opened(installation, AUDITOR)
    next(b for b in at.button if "校验" in b.label).click().run()
    assert not at.exception
    said = html_of(at)
    assert _("What was looked at holds.") in said
    assert _("Not looked at: files of evidence; luoshi audit verify reads them.") in said


def test_each_post_has_its_own_pages(city: World, installation: Installation) -> None:
    administrator = address(city, OFFICE, "administrator")
    mine = {SYSTEM: "operations", SECURITY: "units", AUDITOR: "audit"}
    for post in (*THREE_POSTS, administrator):
        for owner, key in mine.items():
            if post == administrator and key == "units":
                continue
            said = html_of(opened(installation, post, key))
            assert (_("This page is not for you") in said) == (owner != post), (post, key)


def test_units_are_the_administrators_and_people_the_security_administrators(
    city: World, installation: Installation
) -> None:
    def forms(post: str, shown: str) -> set[str]:
        at = opened(installation, post, "units", list=shown)
        return {field.label for field in at.text_input}

    administrator = address(city, OFFICE, "administrator")
    assert "单位名称" in forms(administrator, "units")
    assert "姓名" not in forms(administrator, "people")
    assert "单位名称" not in forms(SECURITY, "units")
    assert "姓名" in forms(SECURITY, "people")


def test_an_administrator_has_it_all_where_the_posts_are_not_separate(
    city: World, tmp_path: Path
) -> None:
    loose = installation_of(city, tmp_path)
    administrator = address(city, OFFICE, "administrator")
    for key, word in (("audit", "开启报送周期"), ("operations", "自动运行事项"), ("units", "单位")):
        assert word in html_of(opened(loose, administrator, key))


def test_the_system_administrator_is_warned_of_what_does_not_run(
    city: World, installation: Installation
) -> None:
    city.now += timedelta(days=7)
    assert "系统运维" in html_of(opened(installation, SYSTEM, "operations"))
    assert "提醒" in html_of(opened(installation, SYSTEM, "operations"))
