"""What rules may look at in facts: fields by sort, their Chinese names, and the words they have."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from i18n import mark
from workflow.rules.assessment.facts import WORDS
from workflow.rules.assessment.language.reading import Reader, Where
from workflow.rules.faults import Path, brief, not_among


class Sort(StrEnum):
    """The facts that a rule can go over one by one."""

    MEASURES = "measures"
    MILESTONES = "milestones"
    TASKS = "tasks"
    REPORTS = "reports"
    EVENTS = "events"


_TASK_NUMBERS = frozenset({"weight", "difficulty", "share", "role_weight", "leads", "supports"})

NUMBERS: Mapping[str, frozenset[str]] = {
    Sort.TASKS: _TASK_NUMBERS,
    Sort.MEASURES: _TASK_NUMBERS
    | {
        "actual",
        "target",
        "start",
        "path",
        "last_year",
        "gap",
        "excess",
        "attained",
        "attained_path",
        "growth",
    },
    Sort.MILESTONES: _TASK_NUMBERS | {"days_late", "days_early"},
    Sort.REPORTS: _TASK_NUMBERS | {"workdays", "returns"},
    Sort.EVENTS: frozenset({"count", "amount"}),
}
"""The numbers of each sort. `path`: where the number should stand on the day; `gap`, `excess`: what
is missing to the target or goes beyond it; `growth`: against last year, as a share of it; `leads`,
`supports`: how many units have that part in the task; `role_weight`: what the roles say."""

CHINESE: Mapping[str, str] = {
    "实绩": "actual",
    "实际": "actual",
    "目标": "target",
    "基数": "start",
    "序时": "path",
    "上年": "last_year",
    "差额": "gap",
    "超额": "excess",
    "完成率": "attained",
    "序时完成率": "attained_path",
    "增幅": "growth",
    "逾期天数": "days_late",
    "提前天数": "days_early",
    "工作日": "workdays",
    "退回次数": "returns",
    "次数": "count",
    "金额": "amount",
    "权重": "weight",
    "难度": "difficulty",
    "份额": "share",
    "角色系数": "role_weight",
    "牵头数": "leads",
    "配合数": "supports",
    "角色": "role",
    "进度灯": "light",
    "级别": "level",
    "事项": "matter",
    "指标": "metric",
    "日期": "date",
    "到期": "due",
    "完成日期": "reached_on",
    "类型": "kind",
}

KNOWN_WORDS: Mapping[str, tuple[str, ...]] = {
    "role": ("lead", "joint", "support"),
    "light": ("green", "yellow", "red", "grey", "done"),
    "task_kind": ("numbers", "deliverable", "milestones", "steady"),
    "word": ("on_time", "late", "missing", "not_due"),
    "deliverable": ("true", "false"),
    "reached": ("yes", "no"),
    "returned": ("yes", "no"),
    "op": (">=", ">", "<=", "<", "=", "approx"),
    "firmness": ("expected", "preliminary", "confirmed"),
}
"""The values of words that have only these."""

UNIT_KINDS = ("department", "county", "park", "enterprise", "university", "institution", "mass")


def names_of(sort: str) -> frozenset[str]:
    """What a formula over facts of the sort may look at, by both names."""
    english = NUMBERS[sort] | WORDS[sort]
    return english | {chinese for chinese, name in CHINESE.items() if name in english}


def where_of(reader: Reader, value: Any, path: Path, sort: str) -> Where | None:
    """Which facts count: each named word has one of the values. {role: [lead]}."""
    if not isinstance(value, dict):
        reader.fault(
            path, mark("Write keys with their values here, not “{value}”."), value=brief(value)
        )
        return None
    found: dict[str, tuple[str, ...]] = {}
    for key, values in value.items():
        name = CHINESE.get(key, key)
        if name not in WORDS[sort]:
            reader.fault(
                (path, key),
                mark("{over} have no word “{name}”. They have: {names}."),
                at_key=True,
                over=sort,
                name=key,
                names=", ".join(sorted(WORDS[sort])),
            )
            continue
        listed = values if isinstance(values, list) else [values]
        found[name] = tuple(_word(name, one) for one in listed)
        for no, one in enumerate(found[name]):
            known = KNOWN_WORDS.get(name)
            if known and one not in known:
                place = ((path, key), no) if isinstance(values, list) else (path, key)
                reader.faults.append(not_among(place, one, known))
        if not found[name]:
            reader.fault((path, key), mark("This list is too short. Write at least {n}."), n=1)
    return found


def _word(name: str, value: object) -> str:
    """The word; what YAML takes for yes and no is said as the facts say it."""
    if isinstance(value, bool):
        yes, no = ("yes", "no") if name in ("reached", "returned") else ("true", "false")
        return yes if value else no
    return str(value)
