"""Chinese official text at the level of characters: spaces, widths, numerals, sentences, brackets.

`flat()` never changes a text's length, so that what is found in it can be cut out of the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_KEPT = {ord(char): ord(char) for char in "，；：？！（）～"}
_FLAT = _WIDE | _KEPT | str.maketrans(
    {
        ",": "，", ";": "；", ":": "：", "(": "（", ")": "）", "[": "（", "]": "）", "［": "（",
        "］": "）", "【": "（", "】": "）", "〔": "（", "〕": "）", "○": "〇", "Ｏ": "〇", 
        "﹪": "%",
        "—": "-", "–": "-", "−": "-", "-": "-", "~": "-", "～": "-", "∼": "-", "\u3000": " ",
        "\xa0": " ", "「": "“", "」": "”", "『": "“", "』": "”", "．": ".", "·": "·", "ㄧ": "一",
    }
)  # fmt: skip


# A paragraph that ends in a bracket about who is answerable is complete.
ANSWERED = re.compile(
    r"（(?:[^（）]|（[^（）]*）)*(?:牵头|负责|配合|单位|部门)(?:[^（）]|（[^（）]*）)*）。?$"
)


def flat(text: str) -> str:
    """The text in one width and one kind of brackets and dashes, character for character."""
    return text.translate(_FLAT)


# Radicals that fonts give back for whole characters and that no normal form maps.
_WHOLE = dict(zip(
    "⻉⻓⻋⻮⻜⻛⻣⻤⻁⼾⻩⻅⻆⻰⻧⻢⻨⻔⺠⻦⻬⻘⻝⺒⻙⻚⻥⺎⻄⻑⻨㬵⻡⻱⻳⺟⻲",
    "贝长车齿飞风骨鬼虎户黄见角龙卤马麦门民鸟齐青食巳韦页鱼兀西长麦胶首龟龟母龟",
    strict=True,
))  # fmt: skip


def usual_characters(text: str) -> str:
    """The text with the radicals that fixed-page files put for whole characters (⼀ for 一)."""
    return re.sub(
        "[\u2e80-\u2fdf㬵]",
        lambda found: _WHOLE.get(found[0]) or unicodedata.normalize("NFKC", found[0]),
        text,
    )


def tidy(text: str) -> str:
    """The text without the white space that stands between Chinese words and figures."""
    text = re.sub(r"[\u200b-\u200f\ufeff\u00ad]", "", text)
    text = re.sub(r"\s+", " ", text.replace("\u3000", " ").replace("\xa0", " ")).strip()
    return re.sub(r"(?<![A-Za-z,.]) | (?![A-Za-z])", "", text)


_DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {
    "零": 0, "两": 2, "○": 0, "壹": 1, "贰": 2, "叁": 3,
}  # fmt: skip
_STEPS = {"十": 10, "百": 100, "千": 1000}
_SCALES = {"万": 10_000, "亿": 100_000_000}
CHINESE = "〇一二三四五六七八九十百千万亿零两"


def chinese_number(text: str) -> int | None:
    """一百二十 → 120, 两千 → 2000, 二〇二五 → 2025; None if the text is no numeral."""
    if not text or any(char not in _DIGITS | _STEPS | _SCALES for char in text):
        return None
    if len(text) > 1 and all(char in _DIGITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    total = section = digit = 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _STEPS:
            section += (digit or 1) * _STEPS[char]
            digit = 0
        else:
            total = (total + section + digit or 1) * _SCALES[char]
            section = digit = 0
    return total + section + digit


def number_of(text: str) -> Decimal | None:
    """A figure in Arabic or Chinese numerals, 1.2万 and 三百 included; None if it is none."""
    text = flat(text).replace("，", "")
    if match := re.fullmatch(r"(\d+(?:\.\d+)?)([十百千]?[万亿]{0,2})", text):
        value = Decimal(match[1])
        for char in match[2]:
            value *= _STEPS.get(char) or _SCALES[char]
        return value
    value_in_words = chinese_number(text)
    return None if value_in_words is None else Decimal(value_in_words)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every sentence; stops inside quotation marks and brackets do not count."""
    start = depth = 0
    for at, char in enumerate(flat(text)):
        depth += (char in "“（《") - (char in "”）》")
        if char in "。！？" and depth <= 0:
            yield start, at + 1
            start, depth = at + 1, 0
    if text[start:].strip():
        yield start, len(text)


def brackets(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every outermost bracketed piece, the brackets included."""
    depth = start = 0
    for at, char in enumerate(flat(text)):
        if char == "（":
            start = at if depth == 0 else start
            depth += 1
        elif char == "）" and depth:
            depth -= 1
            if depth == 0:
                yield start, at + 1


def masked(text: str, openers: str = "“《") -> str:
    """The flat text with what stands in quotation marks or titles blotted out by □, length kept."""
    closers = {"“": "”", "《": "》", "（": "）"}
    out, stack = [], []
    for char in flat(text):
        if char in openers:
            stack.append(closers[char])
        out.append("□" if stack else char)
        if stack and char == stack[-1]:
            stack.pop()
    return "".join(out)
