"""Templates escape what they show, and their layout is no part of the page."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from ui.components import text
from ui.components.rendering import macro, render


@pytest.mark.parametrize("piece", [
    text.heading(2, "a<b"), text.paragraph("a<b"), text.soft("a<b"), text.aside("a<b"),
    text.anchor('/x?"', "a<b"), text.back('/x?"', "a<b"), text.folded("a<b", Markup("<i>c</i>")),
])  # fmt: skip
def test_a_small_piece_escapes_its_words_and_keeps_what_is_html(piece: Markup) -> None:
    assert "a&lt;b" in piece
    assert "a<b" not in piece
    assert '?"' not in piece
    assert "&lt;i&gt;" not in piece


def test_lines_between_tags_are_for_the_reader_of_a_template() -> None:
    drawn = macro("states.html", "empty", "title", "first", "/x", "go")
    assert "\n" not in drawn
    assert drawn.startswith('<div class="ls-empty"><p class="ls-empty-title">title</p><p>first</p>')


def test_what_a_template_was_not_given_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render("message.html")
