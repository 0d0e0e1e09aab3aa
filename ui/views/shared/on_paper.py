"""已线下审签: who signed on paper and when, with a scan if there is one."""

from __future__ import annotations

from typing import Any

import streamlit as st

from i18n import _
from ui.shell.page import Page
from workflow.verbs.evidence.attach import attach, may_attach
from workflow.verbs.reports.sign_off import PaperSignOff, sign_off


def draw_paper(page: Page, report_id: int, version: int) -> None:
    """The fields and the button; the report then awaits review."""
    today = page.installation.today()
    signer = st.text_input(_("Who signed"), key=f"signer_{report_id}")
    day = st.date_input(
        _("Signed on"), today, max_value=today, format="YYYY-MM-DD", key=f"signed_on_{report_id}"
    )
    scan = st.file_uploader(
        _("Scan (PDF or picture, if there is one)"),
        type=["pdf", "jpg", "jpeg", "png"],
        key=f"scan_{report_id}",
    )
    if st.button(_("Record the signature"), key=f"on_paper_{report_id}"):
        with page.trying():
            _record(page, report_id, version, PaperSignOff(signer, day), scan)
            page.say(_("The signature is recorded; the report awaits review."))
            st.rerun(scope="app")


def _record(page: Page, report_id: int, version: int, paper: PaperSignOff, scan: Any) -> None:
    stored = None
    if scan:
        with page.reading() as c:
            may_attach(c, report_id=report_id, scan=True)
        with page.installation.refusals.taking_in(page.visitor().person_id):
            stored = page.installation.evidence.take_in(scan, scan.name)
    with page.acting() as c:
        if stored:
            kept = attach(c, report_id=report_id, file=stored, scan=True)
            paper = PaperSignOff(paper.signer, paper.signed_on, kept)
        sign_off(c, report_id=report_id, version=version, paper=paper)
