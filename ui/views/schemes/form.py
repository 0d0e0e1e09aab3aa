"""A scheme by form: a rule at a time, with the lines that say it. Form and text are one thing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress

import streamlit as st
from markupsafe import Markup

from documents.scheme_editing import (
    RuleText,
    Shape,
    Steps,
    rules_of,
    with_rule_after,
    with_value,
    without_rule,
)
from i18n import _
from ui.components.rendering import macro
from ui.components.states import error_box
from ui.components.tables import ListColumn, data_table
from ui.shell.page import Page
from ui.views.schemes.editor import TEMPLATE, TEXT, check, checked_now
from ui.views.schemes.fields import (
    COMBINING,
    KIND_NAMES,
    Field,
    fields_of,
    keys_of,
    word_of,
)
from ui.views.shared.plans import PlansShown
from workflow.rules.assessment.language.kinds.nodes import KINDS
from workflow.rules.refusals import Invalid, Refused

CHOSEN, SEEN = "scheme_rule", "scheme_form_seen"
ACROSS = 3
"""How many fields stand beside one another."""


def draw_form(page: Page, plans: PlansShown) -> None:
    """The rules in a list with their faults, and the form of the one that is chosen."""
    text = str(st.session_state[TEXT])
    try:
        rules = rules_of(text)
    except Refused as refused:
        page.html(error_box(refused))
        return
    faults = _faults()
    page.html(_list([_shown(one, rules, faults) for one in rules[1:]]))
    names = {no: _named(one) for no, one in enumerate(rules)}
    if st.session_state.get(CHOSEN) not in names:
        st.session_state[CHOSEN] = min(1, len(rules) - 1)
    no = st.selectbox(
        _("Which rule to change"), list(names), format_func=names.__getitem__, key=CHOSEN
    )
    rule = rules[no]
    _load(rule)
    _draw_fields(page, plans, rule)
    _draw_changes(page, plans, rule)


def draw_source(page: Page) -> None:
    """The lines of the text that say the rule of the form, with what is wrong in them."""
    text = str(st.session_state[TEXT])
    with suppress(Refused):
        rules = rules_of(text)
        rule = rules[min(int(st.session_state.get(CHOSEN) or 0), len(rules) - 1)]
        lines = text.splitlines()[rule.first - 1 : _shown_until(rule, rules)]
        page.html(macro(TEMPLATE, "source", lines, rule.first, _faults()))


def _faults() -> dict[int, list[str]]:
    """Line → what is wrong there, of the text as it stands."""
    checked = checked_now()
    refused = checked.refused if checked else None
    found: dict[int, list[str]] = {}
    for one in refused.problems if isinstance(refused, Invalid) else ():
        if line := re.search(r"\d+", one.where):
            found.setdefault(int(line[0]), []).append(str(one))
    return found


def _shown_until(rule: RuleText, rules: Sequence[RuleText]) -> int:
    """The last line of a rule's own words: up to the rules below it."""
    below = [one.first for one in rules if one.path[: len(rule.path)] == rule.path != one.path]
    return min(below) - 1 if below else rule.last


def _list(rows: Sequence[Sequence[Markup | str]]) -> Markup:
    columns = [
        ListColumn(_("Rule"), "lead"), ListColumn(_("How points are given"), "short"),
        ListColumn(_("Full marks"), "number"), ListColumn(_("At line"), "number"),
        ListColumn(_("Check"), "short"),
    ]  # fmt: skip
    return data_table(_("Rules"), columns, rows)


def _shown(
    rule: RuleText, rules: Sequence[RuleText], faults: dict[int, list[str]]
) -> list[Markup | str]:
    """Title, kind, points, line, and how many faults there are."""
    kind = rule.values.get("rule", "")
    until = _shown_until(rule, rules)
    wrong = sum(len(faults[line]) for line in faults if rule.first <= line <= until)
    points = rule.values.get("points") or rule.values.get("at_most", "")
    name = _(KIND_NAMES[kind]) if kind in KIND_NAMES else kind
    said = macro(TEMPLATE, "wrong", wrong) if wrong else "✓"
    return ["　" * rule.depth + rule.title, name, points, str(rule.first), said]


def _named(rule: RuleText) -> str:
    if not rule.path:
        return _("The scheme itself")
    return "　" * rule.depth + _("{title} (line {line})", title=rule.title, line=rule.first)


def _key(name: str) -> str:
    return f"rule_{name}"


def _load(rule: RuleText) -> None:
    """Fill the fields anew where the text was changed other than by them."""
    now = (rule.path, dict(rule.values))
    if st.session_state.get(SEEN) == now:
        return
    st.session_state[SEEN] = now
    kind = rule.values.get("rule", "")
    for one in (Field("title", ""), Field("rule", ""), *fields_of(kind, not rule.path)):
        st.session_state[_key(one.name)] = rule.values.get(one.name, "")


def _draw_fields(page: Page, plans: PlansShown, rule: RuleText) -> None:
    kind = rule.values.get("rule", "")
    fields = list(fields_of(kind, not rule.path))
    if rule.path:
        title, chosen = st.columns(2)
        with title:
            _draw_field(page, plans, rule, Field("title", _("Title")))
        with chosen:
            alike = [one for one in KIND_NAMES if (one in COMBINING) == rule.nested]
            st.selectbox(
                _("How points are given"), alike if kind in alike else [kind, *alike],
                format_func=lambda one: _(KIND_NAMES.get(one, one)), key=_key("rule"),
                on_change=page.callback(_change_kind), args=(page, plans, rule),
            )  # fmt: skip
    long = [one for one in fields if one.shape is Shape.ROWS or one.name == "clause"]
    short = [one for one in fields if one not in long]
    for at in range(0, len(short), ACROSS):
        for place, one in zip(st.columns(ACROSS), short[at : at + ACROSS], strict=False):
            with place:
                _draw_field(page, plans, rule, one)
    for one in long:
        _draw_field(page, plans, rule, one)


def _draw_field(page: Page, plans: PlansShown, rule: RuleText, field: Field) -> None:
    key, label = _key(field.name), _(field.label)
    changed, given = page.callback(_change), (page, plans, rule.path, field)
    if field.choices:
        now = str(st.session_state.get(key) or "")
        known = ("", *field.choices)
        st.selectbox(
            label, known if now in known else (*known, now), key=key,
            format_func=lambda one: _(word_of(field.name, one)) if one else "—",
            on_change=changed, args=given,
        )  # fmt: skip
    elif field.shape is Shape.ROWS:
        st.text_area(label, key=key, height=120, on_change=changed, args=given)
    else:
        st.text_input(label, key=key, on_change=changed, args=given)


def _draw_changes(page: Page, plans: PlansShown, rule: RuleText) -> None:
    if len(rule.path) < 2:
        return
    with st.container(horizontal=True):
        st.button(
            _("Add a rule behind this one"), key="rule_add",
            on_click=page.callback(_add), args=(page, plans, rule),
        )  # fmt: skip
        st.button(
            _("Take this rule out"), key="rule_out",
            on_click=page.callback(_take_out), args=(page, plans, rule),
        )  # fmt: skip


def _change(page: Page, plans: PlansShown, path: Steps, field: Field) -> None:
    """One field was changed: so is the text, and it is checked. What cannot be read stays typed."""
    value = str(st.session_state.get(_key(field.name)) or "")
    text = with_value(str(st.session_state[TEXT]), path, field.name, value, field.shape)
    _put(page, plans, text, path)


def _change_kind(page: Page, plans: PlansShown, rule: RuleText) -> None:
    """Another kind of rule: what it does not know goes, what it shares stays."""
    kind = str(st.session_state[_key("rule")])
    text = with_value(str(st.session_state[TEXT]), rule.path, "rule", kind, Shape.LINE)
    for name in rule.values:
        if kind in KINDS and name != "rule" and name not in keys_of(kind):
            text = with_value(text, rule.path, name, "", Shape.LINE)
    _put(page, plans, text, None)


def _put(page: Page, plans: PlansShown, text: str, path: Steps | None) -> None:
    st.session_state[TEXT] = text
    rule = next((one for one in rules_of(text) if one.path == path), None)
    st.session_state[SEEN] = (rule.path, dict(rule.values)) if rule else None
    check(page, plans)


def _add(page: Page, plans: PlansShown, rule: RuleText) -> None:
    text = str(st.session_state[TEXT])
    codes = {one.values.get("code") for one in rules_of(text)}
    code = next(name for no in range(1, 1000) if (name := f"rule{no}") not in codes)
    text = with_rule_after(text, rule.path, code, _("New rule"))
    made = next(no for no, one in enumerate(rules_of(text)) if one.values.get("code") == code)
    st.session_state[CHOSEN] = made
    _put(page, plans, text, None)


def _take_out(page: Page, plans: PlansShown, rule: RuleText) -> None:
    text = without_rule(str(st.session_state[TEXT]), rule.path)
    st.session_state[CHOSEN] = 1
    _put(page, plans, text, None)
