"""Which evidence goes with which report of the simulated year."""

from __future__ import annotations

from luoshi.demo.year.paper import DemoPaper, letter, listing, signed_sheet
from luoshi.demo.year.story import ReportKey, ReportWords, Story

_TITLES = (
    "工作推进会会议纪要",
    "项目进展情况表",
    "人才到岗名册（汇总）",
    "专家评审意见",
    "现场照片说明",
)


def evidence_for(story: Story, key: ReportKey, words: ReportWords, attempt: int) -> list[DemoPaper]:
    """The files of a submission: reports with numbers always have one, others often."""
    dice = story.dice("evidence", key, attempt)
    if words.nil_reason or (not words.values and attempt == 1 and dice.random() < 0.45):
        return []
    title = dice.choice(_TITLES)
    stem = f"{key.unit}{key.round}{title}" + ("（补充）" if attempt > 1 else "")
    lines = [line for line in words.text.replace("；", "。").split("。") if line]
    if dice.random() < 0.85:
        return [listing(stem, title, lines)]
    return [letter(stem, title, lines)]


def signature_for(story: Story, key: ReportKey, attempt: int) -> DemoPaper:
    """The scan of a sheet that the deputy head signed."""
    return signed_sheet(f"{key.unit}{key.round}{key.task}审签单", story.dice("sheet", key, attempt))
