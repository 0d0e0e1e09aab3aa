"""A harmful file and a page of another site: refused, on record in words, and never a flood."""

import json
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select
from starlette.websockets import WebSocketDisconnect

from bombs import bombs
from db.models import Event
from documents.harm import harm_of
from documents.untrusted.words import NO_KIND
from logins import Clock
from luoshi.wiring import Installation
from pages.stage import client
from ui.composition import compose
from ui.shell.gate import FOREIGN
from workflow.rules.record.deeds import HARMS, Harm
from workflow.rules.record.flood import A_SOURCE
from workflow.rules.refusals import Refused

STREAM = "/_stcore/stream"


def events(installation: Installation) -> list[tuple[str, str, int, dict[str, object]]]:
    with installation.database.read() as session:
        rows = session.scalars(
            select(Event)
            .where(Event.action.in_(("file_refused", "origin_refused", "many_refused")))
            .order_by(Event.no)
        )
        return [(e.actor, e.action, e.subject_id, json.loads(e.payload)) for e in rows]


@pytest.mark.parametrize(
    ("name", "harm"),
    [
        ("ratio.docx", Harm.BOMB), ("entities.docx", Harm.BOMB), ("streams.pdf", Harm.BOMB),
        ("macro.docx", Harm.SCRIPT), ("object.docx", Harm.EMBEDDED), ("template.docx", Harm.REMOTE),
    ],
)  # fmt: skip
def test_every_kind_of_bomb_is_called_by_its_harm(name: str, harm: Harm) -> None:
    (bomb,) = (one for one in bombs() if one.name == name)
    assert {harm_of(Refused(said)) for said in bomb.said} == {harm}
    assert harm in HARMS


def test_a_harmful_file_is_on_record_with_who_and_what_but_not_its_name(
    installation: Installation,
) -> None:
    (macro,) = (one for one in bombs() if one.name == "macro.docx")
    for content, name in ((macro.content, "李四的报告.docx"), (b"MZ no pdf", "report.pdf")):
        with pytest.raises(Refused), installation.refusals.taking_in(1):
            installation.evidence.take_in(BytesIO(content), name)
    assert [(actor, action, said["what"]) for actor, action, _id, said in events(installation)] == [
        ("p1", "file_refused", "script"), ("p1", "file_refused", "wrong_kind"),
    ]  # fmt: skip
    with installation.database.read() as session:
        kept = " ".join(str(vars(event)) for event in session.scalars(select(Event)))
    assert "李四" not in kept


def test_a_file_that_is_only_empty_is_no_event(installation: Installation) -> None:
    with pytest.raises(Refused), installation.refusals.taking_in(1):
        installation.evidence.take_in(BytesIO(b""), "report.pdf")
    assert events(installation) == []


def test_many_harmful_files_of_one_person_are_counted(
    installation: Installation, clock: Clock
) -> None:
    for _one in range(A_SOURCE + 4):
        with pytest.raises(Refused), installation.refusals.taking_in(2):
            raise Refused(NO_KIND)
    installation.refusals.settle(end=True)
    assert len(events(installation)) == A_SOURCE + 1
    assert events(installation)[-1][3]["count"] == 4


def refused(browser: Any, origin: str) -> bool:
    try:
        with browser.websocket_connect(STREAM, headers={"origin": origin}):
            return False
    except WebSocketDisconnect as closed:
        return closed.code == FOREIGN


def test_a_page_of_another_site_is_on_record_at_the_websocket_and_in_forms(
    installation: Installation,
) -> None:
    with client(compose(installation)) as browser:
        assert refused(browser, "http://testserver:9999")
        browser.post("/login", headers={"origin": "http://evil.example"})
        browser.get("/login", headers={"origin": "http://evil.example"})
        assert not refused(browser, "http://testserver")
    found = events(installation)
    assert [(actor, action, subject) for actor, action, subject, _said in found] == [
        ("door", "origin_refused", 0)
    ] * 2
    assert found[0][3]["source"] == found[1][3]["source"] != ""
    with installation.database.read() as session:
        kept = " ".join(str(vars(event)) for event in session.scalars(select(Event)))
    assert not [word for word in ("evil", "testclient", "9999") if word in kept]


def test_a_flood_of_them_from_one_place_is_one_event_more(installation: Installation) -> None:
    with client(compose(installation)) as browser:
        for _one in range(A_SOURCE + 7):
            assert refused(browser, "http://evil.example")
    installation.refusals.settle(end=True)
    assert len(events(installation)) == A_SOURCE + 1
    assert events(installation)[-1][3]["count"] == 7
