"""Filling a paper into its template: the shipped one, or one that an office has made its own.

A template is a docx with places in double braces, for docxtpl: `draft`, `mark`, `issuer`, `number`,
`signer`, `title`, `under`, `recipients`, `date`, `copies`, `printed`, and, each alone in its
paragraph, `{{p body}}` and `{{p attachments}}`. It holds the styles of the layout by their names;
how they look is the office's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Twips

from documents.official.layout import (
    CELL,
    DRAFT,
    FLUSH,
    IMPRINT,
    LOOKS,
    MARK,
    NUMBER,
    SIGNED,
    TITLE,
    UNDER,
    WIDTH,
    blank,
    element,
)
from documents.official.paper import Paper, PaperKind
from documents.official.writing import attachments_xml, blocks_xml
from documents.timeless import timeless
from i18n import _, mark
from workflow.rules.refusals import Invalid

SUFFIX = ".docx"
_ANY = "official"
MARGIN = 108
"""Twentieths of a point that Word leaves beside the text of a cell."""


def shipped() -> bytes:
    """The template that comes with the program, to be changed in Word or WPS."""
    document = blank()
    _line(document, "{{ draft }}", DRAFT)
    _line(document, "{%p if mark %}")
    _line(document, "{{ mark }}", MARK)
    _line(document, "")
    number = _line(document, "{{ number }}\t{{ signer }}", NUMBER)
    _red_line(number)
    _line(document, "{%p endif %}")
    _line(document, "")
    _line(document, "{{ title }}", TITLE)
    _line(document, "{%p if under %}")
    _line(document, "{{ under }}", UNDER)
    _line(document, "{%p endif %}")
    _line(document, "")
    _line(document, "{%p if recipients %}")
    _line(document, "{{ recipients }}", FLUSH)
    _line(document, "{%p endif %}")
    _line(document, "{{p body }}")
    _line(document, "{%p if issuer %}")
    for _blank in range(2):
        _line(document, "")
    _line(document, "{{ issuer }}", SIGNED)
    _line(document, "{{ date }}", SIGNED)
    _line(document, "{%p endif %}")
    _line(document, "{{p attachments }}")
    _line(document, "{%p if mark %}")
    _imprint(document)
    _line(document, "{%p endif %}")
    _line(document, "", CELL)  # what stands at the foot hangs on a paragraph of the text
    return _saved(document)


def own(folder: Path | None, kind: PaperKind) -> tuple[str, bytes] | None:
    """An office's own template for a kind of paper, with its name: the file of that name in the
    folder, else official.docx; None where there is neither. Raises Invalid if it cannot be read."""
    if folder is None:
        return None
    for name in (kind.value, _ANY):
        place = folder / f"{name}{SUFFIX}"
        if place.is_file():
            try:
                return place.name, place.read_bytes()
            except OSError as error:
                raise _unusable(place.name, error.strerror or str(error)) from error
    return None


def filled(paper: Paper, template: tuple[str, bytes] | None = None) -> bytes:
    """The paper as a docx; the same paper gives the same bytes. Raises Invalid, naming the
    template and what it lacks."""
    from docxtpl import DocxTemplate
    from jinja2 import TemplateError
    from jinja2.sandbox import SandboxedEnvironment

    name, content = template or ("", shipped())
    try:
        document = DocxTemplate(BytesIO(content))
        document.init_docx()
        styles = _styles_of(name, document)
        if "body" not in document.get_undeclared_template_variables():
            raise _unusable(name, _("it has no place {{p body }}"))
        document.render(
            _context(paper, styles),
            # What a template asks for runs where it can reach nothing.
            jinja_env=SandboxedEnvironment(autoescape=True),
            autoescape=True,
        )
        return _saved(document)
    except (TemplateError, BadZipFile, SyntaxError, KeyError, ValueError, OSError) as error:
        raise _unusable(name, str(error)) from error


def _styles_of(name: str, document: Any) -> dict[str, str]:
    found = {style.name: style.style_id for style in document.docx.styles}
    missing = [style for style in LOOKS if style not in found]
    if missing:
        raise _unusable(name, _("it lacks the styles {styles}", styles=_(", ").join(missing)))
    return found


def _context(paper: Paper, styles: Mapping[str, str]) -> dict[str, object]:
    from markupsafe import Markup

    return {
        "draft": _("Draft for signature"),
        "mark": paper.mark,
        "issuer": paper.issuer,
        "number": _("〔{year}〕 No.", year=paper.year) if paper.mark else "",
        "signer": _("Signed by:"),
        "title": paper.title,
        "under": paper.under,
        "recipients": paper.recipients,
        "date": _("{year}, month, day", year=paper.year),
        "copies": _("Copies to:"),
        "printed": _("printed {year}, month, day", year=paper.year),
        # Made by us from text that was escaped on the way.
        "body": Markup(blocks_xml(paper.blocks, styles)),  # noqa: S704
        "attachments": Markup(attachments_xml(paper.attachments, styles)),  # noqa: S704
    }


def _line(document: Any, text: str, style: str = FLUSH) -> Any:
    return document.add_paragraph(text, style=style)


def _red_line(line: Any) -> None:
    """The red line under the number, and a stop at the right for who signs."""
    properties = line._p.get_or_add_pPr()
    borders = element("w:pBdr")
    borders.append(element("w:bottom", val="single", sz=12, space=8, color="FF0000"))
    stops = element("w:tabs")
    stops.append(element("w:tab", val="right", pos=8840))
    # In the order that the schema wants, or Word calls the file damaged.
    for part in (borders, stops):
        properties.insert_element_before(part, "w:spacing", "w:ind", "w:jc")


def _imprint(document: Any) -> None:
    """版记: at the foot of the last page, as wide as the text block, between lines of which those
    outside are thicker; the text stands in by a character on both sides."""
    table = document.add_table(rows=2, cols=1)
    look = table._tbl.tblPr
    whole = round(WIDTH.pt * 20)
    borders = element("w:tblBorders")
    for side, thick in (("top", 8), ("bottom", 8), ("insideH", 4)):
        borders.append(element(f"w:{side}", val="single", sz=thick, space=0, color="000000"))
    place = element("w:tblpPr", leftFromText=0, rightFromText=0, vertAnchor="margin",
                    horzAnchor="margin", tblpXSpec="center", tblpYSpec="bottom")  # fmt: skip
    for old in look.findall(qn("w:tblW")):
        look.remove(old)
    # In the order that the schema wants, or Word calls the file damaged.
    look.insert_element_before(place, "w:tblStyleRowBandSize", "w:jc", "w:tblLayout", "w:tblLook")
    look.insert_element_before(
        element("w:tblW", w=whole, type="dxa"), "w:jc", "w:tblLayout", "w:tblLook"
    )
    look.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")
    for cell, text in zip(table.column_cells(0), ("{{ copies }}", "{{ issuer }}\t{{ printed }}"),
                          strict=True):  # fmt: skip
        line = cell.paragraphs[0]
        line.text, line.style = text, document.styles[IMPRINT]
        line.paragraph_format.tab_stops.add_tab_stop(
            Twips(whole - 280 - 216), WD_TAB_ALIGNMENT.RIGHT
        )


def _saved(document: Any) -> bytes:
    out = BytesIO()
    document.save(out)
    return timeless(out.getvalue())


def _unusable(name: str, why: str) -> Invalid:
    return Invalid(
        mark("The template “{file}” cannot be filled: {why}. Begin anew with luoshi papers "
             "template."),
        file=name,
        why=why,
    )  # fmt: skip
