"""Components escape what they are given, need no style attribute, and say what they draw."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from i18n import speaking
from ui.components.dates import due, workdays_left
from ui.components.figures import KeyFigure, key_figures, share_bar
from ui.components.lights import LIGHTS, light, light_text, punctuality, tag
from ui.components.progress import ChartPoint, Score, line_chart, waterfall
from ui.components.states import empty, error_box, note, refused_page
from ui.components.stories import ActionCard, StoryEntry, cards, changed_text, timeline
from ui.components.tables import HeatCell, HeatRow, ListColumn, data_table, heat_map
from workflow.rules.refusals import Invalid, Problem

BAD = "<img src=x onerror=alert(1)>\"'&"
D = Decimal

EVERY_COMPONENT = {
    "light": light("green", BAD),
    "tag": tag(BAD),
    "figures": key_figures([KeyFigure(BAD, BAD, BAD, "red", "/x?" + BAD)]),
    "heat_map": heat_map(
        BAD, BAD, [BAD], [HeatRow(BAD, [HeatCell(BAD, "red", BAD, "/" + BAD)], "/" + BAD)]
    ),
    "data_table": data_table(BAD, [ListColumn(BAD)], [[BAD]]),
    "cards": cards([ActionCard(BAD, "/" + BAD, BAD, BAD, BAD)]),
    "timeline": timeline([StoryEntry(BAD, BAD, BAD, BAD)]),
    "changed_text": changed_text("", BAD),
    "line_chart": line_chart(BAD, [ChartPoint(BAD, D(1), D(2))], D(3), BAD),
    "waterfall": waterfall(BAD, [Score(BAD, D(1), "points", BAD, "/" + BAD)]),
    "empty": empty(BAD, BAD, "/" + BAD, BAD),
    "refused_page": refused_page(BAD, "/" + BAD),
    "note": note(BAD),
    "error_box": error_box(Invalid("{x}", (Problem(BAD, "{x}", x=BAD),), x=BAD)),
}


@pytest.mark.parametrize("name", EVERY_COMPONENT)
def test_every_component_escapes_what_it_is_given(name):
    html = str(EVERY_COMPONENT[name])
    assert "<img src=x" not in html
    assert 'onerror=alert(1)>"' not in html


@pytest.mark.parametrize("name", EVERY_COMPONENT)
def test_no_component_needs_a_style_or_a_script(name):
    html = str(EVERY_COMPONENT[name])
    assert " style=" not in html
    assert "<script" not in html
    assert "<svg" not in html, "st.html leaves inline drawings out"


@pytest.mark.parametrize("name", ["line_chart", "waterfall"])
def test_drawings_are_well_formed_and_carry_no_style(name):
    drawings = re.findall(r'src="data:image/svg\+xml,([^"]+)"', str(EVERY_COMPONENT[name]))
    assert drawings
    for drawing in drawings:
        for element in ElementTree.fromstring(unquote(drawing)).iter():
            assert "style" not in element.attrib


@pytest.mark.parametrize("code", LIGHTS)
def test_a_light_has_a_shape_and_a_word(code):
    shape, _ = LIGHTS[code]
    assert shape in light(code)
    assert re.search(r"[一-鿿]{2}", re.sub(r"<[^>]+>", "", light(code, word=False)))
    with speaking("en"):
        assert re.search(r"[A-Z][a-z]+", light_text(code))


def test_shapes_and_words_of_lights_differ():
    assert len({shape for shape, _ in LIGHTS.values()}) == len(LIGHTS)
    assert len({word for _, word in LIGHTS.values()}) == len(LIGHTS)


@pytest.mark.parametrize(
    ("workdays", "said"),
    [
        (3, "还有 3 个工作日"),
        (1, "还有 1 个工作日"),
        (0, "今天截止"),
        (-2, "已逾期 2 个工作日"),
    ],
)
def test_dates_near_today_are_said_in_words(workdays, said):
    assert workdays_left(workdays) == said
    drawn = due(date(2021, 12, 5), workdays)
    assert said in drawn
    assert "2021年12月5日" in drawn


def test_english_dates_and_words_are_english():
    with speaking("en"):
        text = due(date(2021, 12, 5), 3) + punctuality("late", 2)
    assert not re.search(r"[一-鿿]", text)


@given(st.text(), st.text())
def test_the_marked_text_still_holds_both_texts(old, new):
    html = str(changed_text(old, new))
    inner = html[html.index(">") + 1 : html.rindex("</div>")]
    kept_old = re.sub(r"<ins>.*?</ins>", "", inner, flags=re.S)
    kept_new = re.sub(r"<del>.*?</del>", "", inner, flags=re.S)
    from markupsafe import Markup

    assert Markup(re.sub(r"</?(ins|del)>", "", kept_old)).unescape() == old
    assert Markup(re.sub(r"</?(ins|del)>", "", kept_new)).unescape() == new


def test_a_changed_number_is_marked_whole():
    assert "<del>76</del><ins>81</ins>" in changed_text("引进76人", "引进81人")


def test_a_share_bar_of_nothing_is_nothing():
    assert share_bar([("green", 0)]) == ""
    assert "正常" in share_bar([("green", 3), ("red", 1)])


def test_a_chart_says_the_same_figures_as_text():
    chart = str(
        line_chart(
            "人才",
            [ChartPoint("一季度", D("20.5"), D(25)), ChartPoint("二季度", None, D(50))],
            D(100),
            "人",
        )
    )
    table = chart[chart.index("<table") :]
    for figure in ("20.5", "25", "50", "–", "一季度"):
        assert figure in table
    assert "100" in chart


def test_a_chart_of_one_point_or_none_can_be_drawn():
    assert "<figure" in line_chart("x", [ChartPoint("a", D(0), None)], D(0), "")
    assert "<figure" in line_chart("x", [], D(0), "")


def test_points_of_a_score_start_where_the_one_before_ended():
    html = str(
        waterfall(
            "x", [Score("a", D(60)), Score("b", D(-10), "deduction"), Score("c", D(50), "sum")]
        )
    )
    spans = [
        re.findall(r'x="([\d.]+)" y="0" width="([\d.]+)"', unquote(drawing))[0]
        for drawing in re.findall(r'src="([^"]+)"', html[html.index("<table") :])
    ]
    assert 'alt="a 60；b −10；c 50"' in html, "the drawing says in words what it shows"
    assert [(round(float(x)), round(float(w))) for x, w in spans] == [(0, 100), (83, 17), (0, 83)]
    assert "−10" in html


def test_a_refusal_lists_every_place_that_is_wrong():
    refusal = Invalid("x", (Problem("A1", "one"), Problem("B2", "two")))
    html = error_box(refusal)
    assert "<li>A1: one</li><li>B2: two</li>" in html
    assert 'role="alert"' in html
