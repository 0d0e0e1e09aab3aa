"""The frame around a page: who it is for, what it says, and what happens when a verb refuses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import streamlit as st

from db.queries.plans.choices import Choice
from i18n import _, catalogue, speaking
from pages import sample_view
from pages.stage import PASSWORD, app_test, html_of, people, view_of
from ui.shell.application import Action, Application, Banner
from ui.shell.pages import LANDING, PAGES, ROLES, may_open
from ui.shell.web.framework_words import EXACT, PATTERNS
from workflow.rules.refusals import NotAllowed
from workflow.verbs.access.attempts import AttemptSource

NAMES = {
    "liaison": "liaison",
    "deputy_head": "deputy",
    "reviewer": "reviewer",
    "leader": "leader",
    "administrator": "admin",
}


def application(draw=lambda page: page.title(), **more):
    return Application(people(), view=view_of(draw), **more)


def test_a_page_shows_plan_person_and_title():
    at = app_test(
        application(plans=lambda _v: [Choice(1, "衢州 <计划>")]), "my_tasks", "liaison@example.org"
    ).run()
    assert not at.exception
    html = html_of(at)
    assert "衢州 &lt;计划&gt;" in html
    assert "<h1>我的任务</h1>" in html
    assert "李敏" in html


def test_the_sample_page_with_every_component_draws():
    at = app_test(application(sample_view.draw), "overview", "reviewer@example.org").run()
    assert not at.exception
    assert "进展总览" in html_of(at)


def test_english_is_english_for_whoever_chose_it():
    sessions = people()
    token = sessions.log_in("reviewer@example.org", PASSWORD, AttemptSource("")).token
    sessions.choose_language(token, "en")
    at = app_test(
        Application(sessions, view=view_of(lambda p: p.title())), "review", "reviewer@example.org"
    )
    html = html_of(at.run())
    assert "<h1>Review</h1>" in html
    assert set(re.findall(r"[一-鿿]+", html)) == {"市委组织部", "王芳", "中文"}


@pytest.mark.parametrize("role", NAMES)
@pytest.mark.parametrize("leaf", PAGES, ids=lambda leaf: leaf.key)
def test_a_page_refused_to_a_role_says_who_may(role, leaf):
    drawn = []
    at = app_test(application(drawn.append), leaf.key, f"{NAMES[role]}@example.org").run()
    assert not at.exception
    html = html_of(at)
    if may_open(leaf, {role}):
        assert drawn
    else:
        assert not drawn
        assert all(_(ROLES[r]) in html for r in leaf.roles)


def test_every_role_has_a_page_to_begin_with_that_it_may_open():
    by_key = {leaf.key: leaf for leaf in PAGES}
    assert set(LANDING) == set(ROLES)
    for role, key in LANDING.items():
        assert may_open(by_key[key], {role})


def test_streamlit_knows_every_page_so_that_a_refused_one_can_say_why():
    at = app_test(application(), "my_tasks", "liaison@example.org").run()
    menu = {info["url_pathname"]: info for info in at._registered_pages.values()}
    assert set(menu) == {leaf.key for leaf in PAGES} | {""}


def test_a_run_without_a_session_shows_nothing():
    the_application = application()
    at = app_test(the_application, "my_tasks", "liaison@example.org").run()
    assert html_of(at)
    the_application.sessions.open.clear()
    at.run()
    assert not html_of(at)
    assert not at.main.children


def test_another_person_in_an_open_page_finds_nothing_of_the_first():
    def draw(page):
        st.text_input("x", key="typed")

    sessions = people()
    at = app_test(
        Application(sessions, view=view_of(draw)), "my_tasks", "liaison@example.org"
    ).run()
    at.text_input(key="typed").set_value("mine").run()
    token = next(iter(sessions.open))
    sessions.open[token] = "second@example.org"
    at.run()
    assert at.text_input(key="typed").value == ""


def test_what_a_verb_refuses_is_shown_where_it_was_asked():
    def draw(page):
        if st.button("go", key="go"):
            with page.trying():
                raise NotAllowed("There is no such file.")

    at = app_test(application(draw), "my_tasks", "liaison@example.org").run()
    at.button(key="go").click().run()
    assert not at.exception
    assert "没有这个文件。" in html_of(at)


def test_a_refusal_in_a_callback_or_while_drawing_is_shown_too():
    def act():
        raise NotAllowed(_("There is no such file."))

    def draw(page):
        st.button("go", key="go", on_click=page.callback(act))
        if page.param("bad"):
            raise NotAllowed("Nothing for you.")

    at = app_test(application(draw), "my_tasks", "liaison@example.org").run()
    at.button(key="go").click().run()
    assert "没有这个文件。" in html_of(at)
    at.run()
    assert "没有这个文件。" not in html_of(at)
    other = app_test(application(draw), "my_tasks", "liaison@example.org", bad="1").run()
    assert "Nothing for you." in html_of(other)


def test_a_fragment_speaks_the_language_of_the_person_and_shows_refusals():
    def draw(page):
        @page.fragment
        def part():
            page.html(_("Log in"))
            raise NotAllowed("There is no such file.")

        part()
        with speaking("en"):
            part()  # as when it reruns alone

    at = app_test(application(draw), "my_tasks", "liaison@example.org").run()
    html = html_of(at)
    assert html.count("登录") == 3  # and 退出登录 at the foot
    assert html.count("没有这个文件。") == 2


def test_something_said_is_shown_once_at_the_next_run():
    def draw(page):
        if st.button("go", key="go"):
            page.say("已保存 <1>")
            st.rerun()

    at = app_test(application(draw), "my_tasks", "liaison@example.org").run()
    at.button(key="go").click().run()
    assert "已保存 &lt;1&gt;" in html_of(at)
    at.run()
    assert "已保存" not in html_of(at)


def test_a_program_error_shows_a_number_and_no_detail(caplog):
    from ui.shell.page import show_failure

    def draw(page):
        show_failure(ValueError("secret detail"))

    at = app_test(application(draw), "my_tasks", "liaison@example.org").run()
    html = html_of(at)
    assert "secret detail" not in html
    number = re.search(r"编号：(\w+)", html)[1]
    assert number in caplog.text


def test_a_banner_has_buttons_that_do_something():
    done = []
    banner = Banner("今天是 12月20日", "demo", (Action("推进一天", lambda: done.append(1)),))
    at = app_test(
        application(banners=lambda _v: (banner,)), "my_tasks", "liaison@example.org"
    ).run()
    assert "今天是 12月20日" in html_of(at)
    at.button(key="act_demo_0_0").click().run()
    assert done == [1]


def test_one_page_leads_to_another():
    def draw(page):
        if page._leaf.key == "my_tasks":
            page.navigate("report", report=12)
        page.title(page.param("report"))

    at = app_test(application(draw), "my_tasks", "liaison@example.org").run()
    assert "<h1>12</h1>" in html_of(at)


def test_every_word_of_the_framework_has_ours_in_chinese():
    words = catalogue("zh")
    for word in (*EXACT, *(said for _found, said in PATTERNS)):
        assert words.gettext(word) != word


def test_words_of_the_framework_still_stand_in_its_program():
    """Streamlit may change its words with a version; then this list is to be looked at again."""
    import streamlit

    scripts = (Path(streamlit.__file__).parent / "static" / "static" / "js").glob("*.js")
    program = "".join(path.read_text("utf-8") for path in scripts)
    missing = [word for word in EXACT if word not in program]
    assert not missing
