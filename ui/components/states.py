"""A page with nothing on it, a page that may not be opened, and what was refused and why."""

from __future__ import annotations

from markupsafe import Markup

from i18n import _
from ui.components.rendering import macro
from workflow.rules.refusals import Invalid, Refused


def empty(title: str, what_first: str | Markup = "", href: str = "", action: str = "") -> Markup:
    """Says what will be here and what to do first."""
    return macro("states.html", "empty", title, what_first, href, action)


def refused_page(who: str, home: str) -> Markup:
    """Says who may open the page, and the way home."""
    return empty(
        _("This page is not for you"),
        _("It is open to: {who}. If it should be yours, ask the administrator.", who=who),
        home,
        _("To my page"),
    )


def note(text: str | Markup, kind: str = "note") -> Markup:
    """A line in a box: "done", "note" or "warning"; warnings are read out at once."""
    return macro("states.html", "box", text, kind)


def error_box(refusal: Refused) -> Markup:
    """Why something was not done, with every place that is wrong."""
    problems = refusal.problems if isinstance(refusal, Invalid) else ()
    text = macro("states.html", "refusal", str(refusal), [str(problem) for problem in problems])
    return note(text, "warning")
