"""A page with nothing on it, a page that may not be opened, and what was refused and why."""

from __future__ import annotations

from markupsafe import Markup

from i18n import _
from workflow.rules.refusals import Invalid, Refused


def empty(title: str, what_first: str | Markup = "", href: str = "", action: str = "") -> Markup:
    """Says what will be here and what to do first."""
    link = (
        Markup('<p><a class="ls-button" href="{}">{}</a></p>').format(href, action) if href else ""
    )
    return Markup('<div class="ls-empty"><p class="ls-empty-title">{}</p><p>{}</p>{}</div>').format(
        title, what_first, link
    )


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
    role = "alert" if kind == "warning" else "status"
    return Markup('<div class="ls-box ls-box-{}" role="{}">{}</div>').format(kind, role, text)


def error_box(refusal: Refused) -> Markup:
    """Why something was not done, with every place that is wrong."""
    problems = refusal.problems if isinstance(refusal, Invalid) else ()
    lines = Markup("").join(Markup("<li>{}</li>").format(str(problem)) for problem in problems)
    more = Markup("<ul>{}</ul>").format(lines) if lines else ""
    return note(Markup("<p><b>{}</b></p>{}").format(str(refusal), more), "warning")
