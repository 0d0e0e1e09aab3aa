"""What people and plans wrote is seen letter by letter, whatever Markdown makes of such letters."""

from __future__ import annotations

import json
import re

import streamlit as st
from playwright.sync_api import expect
from sqlalchemy import select, update

from browser import chromium, settled, window
from db.models import (
    Item,
    MeasureVersion,
    Merit,
    Milestone,
    Person,
    Plan,
    Request,
    ScoreLine,
    Submission,
    TaskVersion,
    Unit,
    UnitGroup,
    WorkingCopy,
)
from drafts import started
from pages.office import live, report_of
from pages.on_stage import on_stage, opened
from pages.stage import people, served, view_of
from ui.components.plain_label import plain
from ui.shell.application import Application
from ui.shell.pages import PAGES
from worlds import LABOUR, OFFICE, SCIENCE, little_city

__all__ = ["chromium"]
WRITTEN = (
    "**x** [a](http://evil) :material/home: $x$ <b>",
    "1. 引才", "2) 引才", "- 引才", "+ 引才", "# 引才", "> 引才", "=== x", "--- x",
    "`code` ~~s~~ ~s~ :red[x] :smile: :orange-badge[x] :small[x]",
    "www.evil.example http://evil.example https://evil.example/a_b_c a@evil.example",
    "a -> b <- c <-> d -- e --> f", "![i](/favicon.png)", "| a | b |", "$$x^2$$ \\(x\\)",
    "\\* \\ \\\\",
    "*a* _b_ __c__ ***d***", "&amp; &#42; &lt;", "[^1] [x] {x} (c) 10:30 a:b",
    "<!-- x --> <script>1</script>",
)  # fmt: skip


def every_label(page):
    page.title()
    for number, text in enumerate(WRITTEN):
        said = plain(text)
        with st.container(key=f"row_{number}"):
            st.button(said, key=f"button_{number}")
            st.checkbox(said, key=f"check_{number}")
            st.radio("r", [text], format_func=plain, key=f"radio_{number}")
            st.pills("p", [text], format_func=plain, key=f"pills_{number}")
            st.text_input(said, key=f"input_{number}")
            with st.expander(said):
                pass
            st.tabs([said])
            st.selectbox("s", [text], key=f"select_{number}")
    page.html("")


SHOWN = {
    "button": '[data-testid="stButton"] button',
    "check box": '[data-testid="stCheckbox"] label',
    "radio": '[data-testid="stRadio"] [role="radiogroup"] label',
    "pill": '[data-testid="stButtonGroup"] button',
    "field": '[data-testid="stTextInput"] label',
    "expander": '[data-testid="stExpander"] summary [data-testid="stMarkdownContainer"]',
    "tab": '[role="tab"]',
}
MADE = (
    "a, strong, em, del, code, h1, h2, ol, ul, .katex, blockquote, table, [data-testid*=Icon], sub"
)


def test_a_label_shows_what_was_written_letter_by_letter(chromium):
    application = Application(people(), view=view_of(every_label))
    with served(application) as address:
        token = application.sessions._new("reviewer@example.org")
        with window(chromium, address, token=token) as page:
            page.goto(f"{address}/review")
            settled(page)
            expect(page.locator(f".st-key-row_{len(WRITTEN) - 1} [role=tab]")).to_be_visible()
            wrong = []
            for number, text in enumerate(WRITTEN):
                row = page.locator(f".st-key-row_{number}")
                for kind, where in SHOWN.items():
                    shown = row.locator(where).first.text_content().replace("\u2060", "").strip()
                    made = row.locator(where).first.locator(
                        f'[data-testid="stMarkdownContainer"] :is({MADE})'
                    )
                    if shown != text or made.count():
                        wrong.append((kind, text, shown, made.count()))
                value = row.locator('[data-testid="stSelectbox"]').text_content()
                if (
                    text not in value
                    and row.locator("[data-testid=stSelectbox] input").first.input_value() != text
                ):
                    wrong.append(("select box", text, value, 0))
            assert not wrong


NASTY = WRITTEN[0]
COLUMNS = (
    Plan.title, Plan.issuer, Item.title, TaskVersion.title, TaskVersion.text, MeasureVersion.metric,
    MeasureVersion.unit, Milestone.title, Unit.name, UnitGroup.name, Person.name, ScoreLine.title,
    Submission.text, Submission.problem, Request.reason, Merit.title, Merit.basis,
)  # fmt: skip


def made_nasty(database) -> None:
    """Put the letters behind every text of a plan and of people, past all verbs."""
    with database.write() as session:
        raw = session.connection()
        for (name,) in raw.exec_driver_sql(
            "select name from sqlite_master where type = 'trigger'"
        ).all():
            raw.exec_driver_sql(f"drop trigger {name}")
        for copy in session.scalars(select(WorkingCopy)):
            copy.catalogue = json.dumps(_nasty(json.loads(copy.catalogue)), ensure_ascii=False)
        for column in COLUMNS:
            session.execute(update(column.class_).values({column: column + NASTY}))


def _nasty(value):
    if isinstance(value, dict):
        return {key: _nasty(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_nasty(one) for one in value]
    return value + NASTY if isinstance(value, str) and re.search(r"[一-鿿]", value) else value


def read_as_markdown(at) -> list[str]:
    """What the page hands to Streamlit to be read as Markdown."""
    found = []
    for element in (*at.main, *at.sidebar):
        proto = element.proto
        found += [getattr(proto, name, "") for name in ("label", "help")]
        if element.type in ("button_group", "radio", "pills", "segmented_control"):
            found += [getattr(one, "content", one) for one in getattr(proto, "options", ())]
        if element.type in ("markdown", "caption", "header", "subheader", "alert", "toast"):
            found.append(getattr(proto, "body", ""))
    found += [block.proto.label for kind in ("expander", "tab") for block in at.get(kind)]
    return [str(text) for text in found]


def test_no_page_hands_over_text_of_people_or_plans_as_markdown(sqlite_database, tmp_path):
    world = little_city(sqlite_database)
    live(world, "2021Q2")
    copy, task = started(world), world.tasks["1.2"]
    report = report_of(world, "1.1", SCIENCE, "2021Q2").id
    made_nasty(sqlite_database)
    application = on_stage(world, tmp_path)
    plans = [
        *({"copy": copy, "part": p} for p in ("", "findings", "assign", "finish", "exchange")),
        {"copy": copy, "task": "1.1"}, {"copy": copy, "part": "assign", "task": "1.2"},
        {"copy": copy, "part": "assign", "view": "units"},
        *({"copy": copy, "task": "1.1", "edit": edit} for edit in ("measure:0", "step:0", "units")),
        *({"plan": world.plan_id, "part": p} for p in ("", "targets", "comments", "settings")),
        *({"plan": world.plan_id, "part": "settings", "field": f} for f in ("office", "rounds")),
    ]  # fmt: skip
    ways = {
        "report": [{"report": report}, {"report": report_of(world, "1.2", LABOUR, "2021Q2").id}],
        "task": [{"task": task}, {"task": world.tasks["1.1"]}],
        "my_tasks": [{}, {"task": task}],
        "review": [{}, {"report": report}],
        "units": [{}, {"list": "people"}, {"list": "groups"}, {"list": "groups", "group": 1}],
        "chasing": [{}, {"list": "late"}, {"list": "coming"}, {"list": "log"}],
        "plan": [{}, *plans],
    }
    seen: list[str] = []
    for leaf in PAGES:
        for role in leaf.roles:
            unit = {"leader": "", "liaison": SCIENCE, "deputy_head": SCIENCE}.get(role, OFFICE)
            if (unit, role) not in world.people:
                continue
            for query in ways.get(leaf.key, [{}]):
                application.sessions.attempts = 0
                at = opened(application, world, leaf.key, unit, role, **query)
                texts = read_as_markdown(at)
                assert not [text for text in texts if NASTY in text], (leaf.key, role, query)
                seen += texts
    assert sum(plain(NASTY) in text for text in seen) > 10
