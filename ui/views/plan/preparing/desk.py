"""What all parts of the page work on: one working copy as it stands, and how it is changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from db.queries.places.cascade import handed_down
from db.queries.preparing.working_copies import SET_ASIDE, CopySheet, working_copy
from i18n import _
from tasks_catalog.model import Catalogue, CatalogueTask
from tasks_catalog.plain import from_plain
from ui.shell.page import Page
from ui.views.shared.office import link
from workflow.rules.preparing.split_sums import SplitSum, split_sums
from workflow.rules.preparing.working_copy import Change, doubt_key, finding_key, inverse
from workflow.verbs.context import Context
from workflow.verbs.preparing.edit_working_copy import edit_working_copy

LAST = "_plan_last"
"""The session's last changes, by copy, that can be taken back: (what was done, changes)."""


@dataclass(frozen=True)
class CopyDesk:
    """One copy: its sheet, its catalogue of today, and where the parts of what was taken down do
    not make what was asked."""

    sheet: CopySheet
    catalogue: Catalogue
    split: tuple[SplitSum, ...] = ()

    @property
    def open(self) -> bool:
        """Whether it may be changed."""
        return self.sheet.stage.name != SET_ASIDE

    def task(self, code: str) -> CatalogueTask | None:
        return next((task for task in self.catalogue.tasks if task.code == code), None)

    def plain_task(self, code: str) -> dict[str, Any]:
        """A task as changes name its values."""
        found: dict[str, Any] = next(t for t in self.sheet.catalogue["tasks"] if t["code"] == code)
        return found

    def open_doubts(self, task: CatalogueTask) -> list[tuple[str, str]]:
        """Key and sentence of each doubt of a task that nobody has settled."""
        doubts = ((doubt_key(task.code, no), said) for no, said in enumerate(task.doubts, 1))
        return [(key, said) for key, said in doubts if key not in self.sheet.settled]

    def is_open(self, finding_no: int) -> bool:
        """Whether a finding, counted from 1, is still to be settled."""
        return finding_key(finding_no) not in self.sheet.settled

    def changed(self, code: str) -> bool:
        """Whether somebody changed anything of a task."""
        return any(of == code for of, _field in self.sheet.changed)

    def way(self, **params: object) -> str:
        """The address of something in this copy."""
        return link("plan", copy=self.sheet.id, **params)


def read_desk(page: Page, copy_id: int) -> CopyDesk:
    """The copy as it is now. Raises NotFound."""

    def read(c: Context) -> CopyDesk:
        sheet = working_copy(c.session, c.actor, copy_id)
        return CopyDesk(sheet, from_plain(sheet.catalogue), _split(c, sheet))

    return page.keep("plan_desk", read, copy_id)


def _split(c: Context, sheet: CopySheet) -> tuple[SplitSum, ...]:
    tasks = sheet.catalogue["tasks"]
    if not any(task.get("taken_from") for task in tasks):
        return ()
    rows = handed_down(c.session, c.actor, c.now, c.today.year)
    asked = {f"{row.plan_code}/{row.code}": row.targets for row in rows}
    return tuple(split_sums(tasks, asked))


def change(page: Page, copy_id: int, said: str, *changes: Change) -> None:
    """Make changes and remember how to take them back. Raises what the verb refuses."""
    with page.acting() as c:
        edit_working_copy(c, copy_id=copy_id, changes=changes)
    st.session_state[LAST] = (copy_id, said, changes)


def draw_last(page: Page, desk: CopyDesk) -> None:
    """What this session changed last, with the way back."""
    last = st.session_state.get(LAST)
    if not last or last[0] != desk.sheet.id:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="plan_undo"):
        page.html(_("Saved: {what}", what=last[1]))
        st.button(_("Undo"), key="plan_undo_now", type="tertiary",
                  on_click=page.callback(_take_back), args=(page,))  # fmt: skip


def _take_back(page: Page) -> None:
    copy_id, said, changes = st.session_state.pop(LAST)
    with page.acting() as c:
        edit_working_copy(c, copy_id=copy_id, changes=[inverse(made) for made in reversed(changes)])
    page.say(_("Undone: {what}", what=said))
