"""Numbers in Chinese numerals as digits, so that one reader reads both."""

from __future__ import annotations

import re

from tasks_catalog.reading.words import CHINESE, chinese_number

_DIGIT = "〇○零一二三四五六七八九"
_PERCENT = re.compile(
    rf"百分之(?:([{CHINESE}○]{{1,8}})(?:点([{_DIGIT}]{{1,6}}))?|(\d{{1,3}}(?:\.\d{{1,4}})?))"
)
_DECIMAL = re.compile(rf"([{CHINESE}○]{{1,6}})点([{_DIGIT}]{{1,6}})([万亿]?)")
_WHOLE = re.compile(rf"(?<![第几数百分之〇零一二三四五六七八九十])[{CHINESE}○]{{1,12}}(?=\s?\w)")
_ALONE = re.compile(r"[一十百千万亿]")
"""What is a word oftener than a number: 一批, 十分, 百强, 千方百计, 万众."""


def in_digits(text: str) -> str:
    """八十六人 as 86人, 百分之八十五 as 85%, 三点五万 as 3.5万; other words stay as they are."""
    text = _PERCENT.sub(_percent, text)
    text = _DECIMAL.sub(_decimal, text)
    return _WHOLE.sub(lambda found: _digits(found[0]), text)


def _percent(found: re.Match[str]) -> str:
    if found[3]:
        return f"{found[3]}%"
    whole = chinese_number(found[1])
    part = "".join(str(chinese_number(char)) for char in found[2] or "")
    return found[0] if whole is None else f"{whole}{'.' + part if part else ''}%"


def _digits(words: str) -> str:
    if _ALONE.fullmatch(words):
        return words
    value = chinese_number(words)
    return words if value is None else str(value)


def _decimal(found: re.Match[str]) -> str:
    whole = chinese_number(found[1])
    if whole is None:
        return found[0]
    return f"{whole}.{''.join(_digits(char) for char in found[2])}{found[3]}"
