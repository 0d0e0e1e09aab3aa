"""The ways from a page to an official paper."""

from __future__ import annotations

from markupsafe import Markup

from documents.official.pdf import can_make_pdf
from ui.components.text import download
from ui.views.shared.office import link


def paper_ways(label: str, kind: str, **params: object) -> Markup:
    """Links to a paper: as docx, and as PDF where this machine can make one."""
    forms = ["docx", "pdf"] if can_make_pdf() else ["docx"]
    links = Markup("").join(
        download(link(f"files/export/{kind}", **params, form=form), f"{label} .{form}")
        for form in forms
    )
    return Markup('<p class="ls-more-ways">{}</p>').format(links)
