"""A colour is named once: stylesheets and letters, which cannot import it, hold the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ui.components.palette import PALETTE

ROOT = Path(__file__).parents[2]
SHEETS = ["ui/assets/luoshi.css", "ui/assets/doors.css", "luoshi/demo/mail/mailpages/style.css"]
HEX = r"#[0-9a-fA-F]{6}\b"


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_stylesheet_has_the_colours_of_the_palette_by_their_names(sheet: str) -> None:
    root, rules = (ROOT / sheet).read_text("utf-8").split(":root {", 1)[1].split("}", 1)
    named = dict(re.findall(r"--([\w-]+):\s*(#\w+)", root))
    assert named == {name: PALETTE[name] for name in named}
    assert set(re.findall(HEX, rules)) & set(PALETTE.values()) == set()


def test_a_stylesheet_names_what_it_uses() -> None:
    for sheet in SHEETS:
        text = (ROOT / sheet).read_text("utf-8")
        assert set(re.findall(r"var\(--([\w-]+)\)", text)) == set(
            re.findall(r"--([\w-]+):\s*#", text)
        ), sheet


def test_letters_and_code_have_no_colours_of_their_own() -> None:
    letters = "".join(p.read_text("utf-8") for p in (ROOT / "notifications").rglob("*.jinja"))
    assert set(re.findall(HEX, letters)) - set(PALETTE.values()) == set()
    code = {p: p.read_text("utf-8") for p in (ROOT / "ui").rglob("*.py") if p.stem != "palette"}
    again = {str(p): set(re.findall(HEX, text)) & set(PALETTE.values()) for p, text in code.items()}
    assert {place: found for place, found in again.items() if found} == {}
