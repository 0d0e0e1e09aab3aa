"""Every page for every role on the demo's city: opened or refused, each in one language only."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sqlalchemy import String, select

from db.models import Assignment, Event, Person, Report, ReportState, Role, ScoreLine, Unit
from db.models.table import Table
from db.queries.access.sessions import Visitor
from i18n import _, speaking
from luoshi.demo.place import DemoFolder, settings_of
from luoshi.demo.year.history import begins_at
from luoshi.demo.year.scripts import read_story
from luoshi.wiring import Installation
from pages.on_stage import RUNNING
from pages.stage import PASSWORD as ANY
from pages.stage import MemorySessions, app_test
from ui.composition import compose
from ui.shell.application import find_view
from ui.shell.pages import PAGES, may_open
from workflow.rules.access.permissions import ROLES, THREE_POSTS, RoleName
from workflow.rules.record.deeds import DEEDS

DESK = "市人力社保局"
LATIN = (
    r"\.?(?:xlsx|yaml|docx|pdf|PDF|csv|json|png|jpg|jpeg|zip|txt|doc|xls|ofd|wps)\b"
    r"|English|\b[MK]B\b|R&D|GDP|PCT"
)
CHINESE = re.compile(r"[一-鿿]+")
ADDRESS = r"[\w.+-]+@[\w.-]+|https?://\S+|\b[0-9a-f]{16}\b|\b\d{4}[QH]\d[\w-]*"


class City:
    """The demo's city with a head of unit, the coordinating body and the three posts more, and one
    person a role."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        with installation.database.write() as session:
            for post in (*THREE_POSTS, RoleName.COORDINATOR):
                person = Person(email=f"{post}@qz.example", name="周岗")
                session.add(person)
                session.flush()
                role = Role(person_id=person.id, name=post, valid_from=date(2021, 1, 1))
                session.add(role)
        with installation.database.read() as session:
            people = session.execute(
                select(Person, Role.name, Unit.name)
                .join(Role, Role.person_id == Person.id)
                .outerjoin(Unit, Unit.id == Role.unit_id)
                .order_by(Person.id)
            ).all()
            self.unit = session.scalars(select(Unit.id).where(Unit.name == DESK)).one()
            self.task = session.scalars(
                select(Assignment.task_id).where(Assignment.unit_id == self.unit)
            ).first()
            self.assessed = session.scalars(select(ScoreLine.unit_id).limit(1)).one()
            mine, states = Report.unit_id == self.unit, {}
            for state, report in session.execute(
                select(ReportState.state, Report.id)
                .join(Report, Report.id == ReportState.report_id)
                .where(ReportState.open())
                .order_by(mine)
            ):
                states[state] = report
            self.reports = states
            self.data = _written(session)
            self.written = frozenset(CHINESE.findall(self.data))
        self.people = {}
        for person, role, unit in people:
            if role not in self.people and unit in (DESK, "市委组织部", None):
                self.people[role] = (person.id, person.email, person.name, unit or "")
        self.people["head"] = self.people["deputy_head"]
        self.people["coordinator"] = self.people["leader"]
        self.pages = replace(compose(installation), **RUNNING)

    def shown(self, role: str, language: str):
        """The pages' installation for one person, and the person's address."""
        person_id, email, name, unit = self.people[role]
        visitor = Visitor(person_id, name, language, frozenset({role}), unit)
        sessions = MemorySessions({email: (ANY, visitor)})
        return replace(self.pages, sessions=sessions), email

    def ways(self, key: str, role: str) -> list[dict[str, object]]:
        """What the addresses of a page may hold."""
        if key == "report":
            return [{"report": self.reports[s]} for s in ("due", "returned", "accepted")]
        return {
            "task": [{"task": self.task}],
            "review": [{}, {"report": self.reports["signed_off"]}],
            "overview": [{}, {"at": "2021-06-30"}],
            "assessment": [{}, {"unit": self.assessed}] if role == "reviewer" else [{}],
            "units": [{}, {"list": "people"}, {"list": "groups"}, {"list": "groups", "group": 1}],
            "audit": [
                {},
                *({"show": name} for name in ("logins", "exports", "sessions")),
                {"outcome": "refused", "person": 1, "plan": 1, "from": "2021-01-01"},
            ],
            "chasing": [{}, *({"list": name} for name in ("late", "coming", "log"))],
            "plan": [
                {},
                *({"plan": 1, "part": part} for part in ("", "comments", "targets", "settings")),
                *(
                    {"plan": 1, "part": "settings", "field": f}
                    for f in ("rounds", "days", "report")
                ),
            ],
        }.get(key, [{}])


def _written(session) -> str:
    """Every text that the database holds."""
    found = []
    for table in Table.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, String) or "text" in str(column.type).lower():
                found += session.scalars(select(column).distinct()).all()
    text = "\n".join(map(str, found))
    return re.sub(r"\\u([0-9a-f]{4})", lambda hit: chr(int(hit[1], 16)), text)


@pytest.fixture(scope="module")
def city(lived_year: Path, tmp_path_factory: pytest.TempPathFactory):
    place = DemoFolder(tmp_path_factory.mktemp("city") / "demo")
    shutil.copytree(lived_year, place.folder)
    installation = Installation(settings_of(place, place.folder, 8501, 9))
    installation.clock = lambda: begins_at(read_story())
    yield City(installation)
    installation.database.dispose()


class _Texts(HTMLParser):
    """What a reader sees or hears of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_data(self, data: str) -> None:
        self.found.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        spoken = ("title", "alt", "aria-label", "data-label")
        self.found += [value or "" for name, value in attrs if name in spoken]


def texts(at) -> list[str]:
    """All words of a page, those of its fields included."""
    found = []
    for element in (*at.main, *at.sidebar):
        proto = element.proto
        if element.type == "html":
            found += _Texts(proto.body).found
            continue
        for name in ("label", "help", "placeholder", "body"):
            found.append(str(getattr(proto, name, "")))
        for option in getattr(proto, "options", ()):
            found.append(str(getattr(option, "content", option)))
    return [text for text in found if text.strip()]


def opened(city: City, key: str, role: str, language: str, **query: object):
    installation, email = city.shown(role, language)
    at = app_test(
        installation, key, email, **{name: str(value) for name, value in query.items()}
    ).run()
    assert not at.exception, (key, role, query, at.exception)
    assert not [t for t in texts(at) if "编号：" in t], (key, role, query)
    return texts(at)


def refused(said: list[str]) -> bool:
    return _("This page is not for you") in said


THERE = [leaf for leaf in PAGES if find_view(leaf.key)]
FOR_WHOM = [(leaf, role) for leaf in THERE for role in ROLES if may_open(leaf, {role})]
# One line of the frame refuses, whatever the page: one stranger a page is enough.
FOR_WHOM += [
    (leaf, next(role for role in ROLES if not may_open(leaf, {role})))
    for leaf in THERE
    if not all(may_open(leaf, {role}) for role in ROLES)
]


@pytest.mark.parametrize(
    ("leaf", "role"), FOR_WHOM, ids=[f"{leaf.key}-{role}" for leaf, role in FOR_WHOM]
)
def test_a_page_opens_for_whom_it_is_for_and_tells_others_who_may(city, leaf, role):
    if not may_open(leaf, {role}):
        said = opened(city, leaf.key, role, "zh")
        assert refused(said)
        assert any(all(_(ROLES[name]) in text for name in leaf.roles) for text in said)
        return
    for query in city.ways(leaf.key, role):
        said = opened(city, leaf.key, role, "zh", **query)
        assert not refused(said)
        assert not latin(said), (role, query)


def latin(said: list[str]) -> set[str]:
    """Latin words that are neither a file's ending nor an address."""
    left = (re.sub(f"{ADDRESS}|{LATIN}", "", text) for text in said)
    return {text for text in left if re.search(r"[A-Za-z]{2}", text)}


@pytest.mark.parametrize("leaf", THERE, ids=lambda leaf: leaf.key)
def test_an_english_page_has_no_chinese_but_what_people_wrote(city, leaf):
    role = leaf.roles[0]
    with speaking("en"):
        for query in city.ways(leaf.key, role):
            said = opened(city, leaf.key, role, "en", **query)
            assert not refused(said)
            runs = {run for text in said for run in CHINESE.findall(text)} - city.written - {"中文"}
            assert not [run for run in runs if run not in city.data], query


def test_everything_that_happened_in_the_city_has_words(city):
    with city.installation.database.read() as session:
        pairs = set(session.execute(select(Event.subject, Event.action).distinct()).tuples())
    assert len(pairs) > 30
    assert pairs - set(DEEDS) == set()
