"""One task of a working copy: its doubts, and what was read, to be corrected in place."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup, escape

from i18n import _
from tasks_catalog.model import CatalogueMeasure, CatalogueTask, Deliverable
from ui.components.rendering import macro
from ui.components.text import anchor, back
from ui.shell.page import Page
from ui.shell.web.requests import number
from ui.views.plan.preparing.assigning.units import draw_units
from ui.views.plan.preparing.correcting.fields import CopyFields
from ui.views.plan.preparing.correcting.from_words import draw_words
from ui.views.plan.preparing.correcting.measures import draw_deliverable, draw_measure
from ui.views.plan.preparing.correcting.shape import draw_new, draw_shape
from ui.views.plan.preparing.desk import CopyDesk, change
from ui.views.plan.preparing.words import PIECES, target
from ui.views.task.words import KINDS
from workflow.rules.preparing.working_copy import Change


def draw_task(
    page: Page, desk: CopyDesk, task: CatalogueTask, beside: tuple[str, str], shown: str
) -> None:
    """The chosen task with its fields."""
    page.html(_head(desk, task, beside, shown))
    _draw_doubts(page, desk, task)
    fields = CopyFields(page, desk.sheet.id, task.code, desk.plain_task(task.code), not desk.open)
    fields.text("title", _("Task"))
    draw_units(page, desk, task)
    with st.container(horizontal=True):
        fields.day("due", _("Due"))
        fields.choice("kind", _("What fulfils it"), list(KINDS), lambda code: _(KINDS[code]))
    page.html(_promised(desk, task, shown))
    if not desk.open:
        return
    edit = page.param("edit")
    if edit.startswith("number:"):
        draw_measure(page, desk, task, _place(edit, len(task.measures)))
    elif edit.startswith("result:"):
        draw_deliverable(page, desk, task, _place(edit, len(task.deliverables)))
    elif edit == "shape":
        draw_shape(page, desk, task, fields)
    elif edit == "new":
        draw_new(page, desk)
    elif edit == "words":
        draw_words(page, desk, task)
    else:
        page.html(_more(desk, task, shown))


def _more(desk: CopyDesk, task: CatalogueTask, shown: str) -> Markup:
    ways = {
        "words": _("Make work of words in the text"),
        "shape": _("Words, heading, split, join or take out"),
        "new": _("Add a task that was passed over"),
    }
    links = [
        anchor(desk.way(task=task.code, show=shown, edit=edit), name) for edit, name in ways.items()
    ]
    return macro(PIECES, "more_ways", links)


def _place(edit: str, known: int) -> int | None:
    """Which one of several the address means, from 0; None is a new one."""
    found = number(edit.partition(":")[2])
    return found if found is not None and found < known else None


def _head(desk: CopyDesk, task: CatalogueTask, beside: tuple[str, str], shown: str) -> Markup:
    before, after = beside
    ways = [
        anchor(desk.way(task=code, show=shown), name)
        for code, name in ((before, _("← before")), (after, _("next →")))
        if code
    ]
    title = _("Task {code}", code=task.code)
    return back(desk.way(show=shown), _("← All tasks")) + macro(PIECES, "task_head", title, ways)


def _draw_doubts(page: Page, desk: CopyDesk, task: CatalogueTask) -> None:
    doubts = desk.open_doubts(task)
    if not doubts:
        return
    with st.container(key="plan_doubts"):
        page.html(macro(PIECES, "doubts", [said for _key, said in doubts]))
        if desk.open:
            st.button(
                _("Looked at: it is right as it stands"), key=f"plan_settle_{task.code}",
                on_click=page.callback(_settle), args=(page, desk, task.code, doubts),
            )  # fmt: skip


def _settle(page: Page, desk: CopyDesk, code: str, doubts: Sequence[tuple[str, str]]) -> None:
    reason = _("looked at, right as read")
    changes = [Change(key, "settled", None, reason) for key, _said in doubts]
    change(page, desk.sheet.id, _("doubts of {code}", code=code), *changes)


def _promised(desk: CopyDesk, task: CatalogueTask, shown: str) -> Markup:
    """Numbers and results as lists, each with the way to change it."""
    numbers = [(target_html(m), f"number:{no}") for no, m in enumerate(task.measures)]
    results = [(_result(d), f"result:{no}") for no, d in enumerate(task.deliverables)]
    return _group(desk, task, shown, _("Numbers"), numbers, ("number:new", _("Add a number"))) + (
        _group(desk, task, shown, _("Results"), results, ("result:new", _("Add a result")))
    )


def target_html(measure: CatalogueMeasure) -> Markup:
    """A measure in a line."""
    return macro(PIECES, "target", measure.metric, target(measure), measure.firm)


def _result(result: Deliverable) -> Markup:
    return escape(result.name)


def _group(
    desk: CopyDesk,
    task: CatalogueTask,
    shown: str,
    name: str,
    entries: Sequence[tuple[Markup, str]],
    new: tuple[str, str],
) -> Markup:
    def way(edit: str, words: str) -> Markup:
        address = desk.way(task=task.code, show=shown, edit=edit)
        return anchor(address, words) if desk.open else Markup("")

    rows = [(said, way(edit, _("change"))) for said, edit in entries]
    return macro(PIECES, "promised", name, way(*new), rows)
