"""Words that official papers share: numbers of headings, lists of names, lights, figures."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from documents.official.paper import Attachment, Paragraph
from i18n import _, current, mark
from workflow.rules.papers.circular import NumberFact
from workflow.rules.progress.lights import LIGHT_WORDS, Light
from workflow.rules.progress.quantities import shown
from workflow.rules.reporting.content import FIRMNESS
from workflow.rules.reporting.periods import period_name

LIGHTS: Mapping[str, str] = {**LIGHT_WORDS, Light.GREY: mark("not judged")}
"""A paper that names units says of grey no more than it knows."""
_CHINESE = "\u3001-\u303f\u4e00-\u9fff\uff01-\uff5e“”"
_STOPS = ("。", ".", "！", "？", "；", "!", "?")
_DIGITS = "零一二三四五六七八九"


def numeral(number: int) -> str:
    """A number up to 99 as headings of Chinese papers count; in English in digits."""
    if current() == "en":
        return str(number)
    tens, ones = divmod(number, 10)
    ten = "" if not tens else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return ten + (_DIGITS[ones] if ones or not tens else "")


def first_heading(number: int, text: str) -> str:
    """一、text"""
    return _("{numeral}. {text}", numeral=numeral(number), text=text)


def second_heading(number: int, text: str) -> str:
    """（一）text"""
    return _("({numeral}) {text}", numeral=numeral(number), text=text)


def third_heading(number: int, text: str) -> str:
    """1．text"""
    return _("{no}. {text}", no=number, text=text)


def listed(attachments: Sequence[Attachment]) -> list[Paragraph]:
    """The note of what is attached, under the text."""
    names = [one.title for one in attachments]
    if len(names) > 1:
        names = [_("{no}. {title}", no=no, title=name) for no, name in enumerate(names, 1)]
    return [
        Paragraph(("　　　" + name) if no else _("Attachments: {first}", first=name))
        for no, name in enumerate(names)
    ]


def all_names(names: Sequence[str]) -> str:
    """Names one after the other."""
    return _(", ").join(names)


def some_names(names: Sequence[str], most: int = 5) -> str:
    """The first names of many, with how many there are."""
    said = _(", ").join(names[:most])
    if len(names) <= most:
        return said
    return _("{names} and others, in all {n}", names=said, n=len(names))


def tight(text: str) -> str:
    """A sentence without the spaces that pages set between Chinese and digits, ended by a stop."""
    if current() != "en":
        text = re.sub(rf"(?<=[{_CHINESE}]) +| +(?=[{_CHINESE}])", "", text)
    text = " ".join(text.split())
    return text if text.endswith(_STOPS) else text + _(".")


def figure(one: NumberFact) -> str:
    """A number with its unit, path and target of the year."""
    state = one.state
    if state.actual is None:
        return _("{metric}: not reported", metric=state.metric)
    actual = shown(state.actual, state.unit)
    if state.point is None:
        return _("{metric} {actual}", metric=state.metric, actual=actual)
    said = {
        "metric": state.metric,
        "actual": actual,
        "expected": shown(state.point.expected, state.unit),
        "target": shown(state.point.target, state.unit),
    }
    return _("{metric} {actual}, path {expected}, target at the year's end {target}", **said)


def source(one: NumberFact) -> str:
    """Who reported a number for which period, when, how firm it is and whether it is reviewed."""
    if one.reported_on is None:
        return _("no report")
    return _(
        "{units}, {period}, {day}, {firmness}, {reviewed}",
        units=some_names(one.units, 3),
        period=period_name(one.period),
        day=one.reported_on,
        firmness=_(FIRMNESS[one.firmness]),
        reviewed=_("accepted by review") if one.accepted else _("signed off, awaiting review"),
    )


def percent_of_path(one: NumberFact) -> str:
    """How much of its path a number reached, in whole percent rounded down."""
    return "—" if one.attained is None else f"{int(one.attained * 100)}%"
