"""Lights for the work and words for the paper; the two are never mixed."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from i18n import _
from ui.components.rendering import macro
from workflow.rules.progress.lights import LIGHT_WORDS, Light

# code: shape, word. The shape tells it without colour.
LIGHTS: Mapping[str, tuple[str, str]] = {
    Light.GREEN: ("●", LIGHT_WORDS[Light.GREEN]),
    Light.YELLOW: ("▲", LIGHT_WORDS[Light.YELLOW]),
    Light.RED: ("■", LIGHT_WORDS[Light.RED]),
    Light.GREY: ("○", LIGHT_WORDS[Light.GREY]),
    Light.DONE: ("✓", LIGHT_WORDS[Light.DONE]),
}


def light(code: str | None, note: str = "", *, word: bool = True) -> Markup:
    """A progress light; `note` follows its word, `word=False` keeps the word for screen readers."""
    code = code if code and code in LIGHTS else Light.GREY
    shape, name = LIGHTS[code]
    return macro("lights.html", "light", code, shape, _(name), note, word)


def light_text(code: str | None) -> str:
    """The light as plain text: shape and word, for labels of Streamlit's own widgets."""
    shape, name = LIGHTS[code if code and code in LIGHTS else Light.GREY]
    return f"{shape} {_(name)}"


def punctuality(code: str, workdays: int = 0) -> Markup:
    """How the paper stands: code "on_time", "late" (with workdays), "missing" or "waiting"."""
    words = {
        "on_time": _("on time"),
        "late": _("{n} workdays late", n=workdays),
        "missing": _("not reported"),
        "waiting": _("not yet due"),
    }
    return macro("lights.html", "punctuality", code, words[code])


def tag(text: str, tone: str = "") -> Markup:
    """A small word with a border; tone "", "accent", "warning"."""
    return macro("lights.html", "tag", text, tone)


def plan_tag(name: str) -> Markup:
    """A plan's title as a mark; what the page is too narrow for shows when pointed at."""
    return macro("lights.html", "plan", name)
