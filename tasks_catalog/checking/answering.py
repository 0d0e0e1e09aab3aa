"""Checks of who answers: leads without an order, groups that lead, nobody beside, two names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tasks_catalog.checking.messages import finding
from tasks_catalog.model import Catalogue, CatalogueTask, Finding, SourcePlace

SHOWN = 6  # codes in a sentence
VAGUE = re.compile("相关|有关|其他|其它")
REFORMED = 2019
OLD = {
    "环保局|环境保护局": "生态环境局", "国土资源局|国土局": "自然资源和规划局",
    "工商局|工商行政管理局|质监局|质量技术监督局|食品药品监管局": "市场监管局",
    "安监局|安全生产监督管理局": "应急管理局", "卫计委|卫生计生委|卫计局|卫生局": "卫生健康委",
    "文广新局|文化局|旅游局|旅委": "文化广电旅游局", "农业局|农委|农办": "农业农村局",
}  # fmt: skip
MOST = 0.5  # of the tasks with a lead have supports, where one without stands out


def check_answering(catalogue: Catalogue) -> Iterator[Finding]:
    """What the division of work leaves open, one finding for all tasks that it touches."""
    several, groups, alone, nobody = [], [], [], []
    for task in catalogue.tasks:
        leads = [unit for unit in task.units if unit.role == "lead"]
        joint = [unit for unit in task.units if unit.role == "joint"]
        if sum(not unit.group for unit in leads) > 1:
            several.append(task)
        if task.units and all(unit.group for unit in leads or joint):
            groups.append(task)
        if leads and len(leads) == len(task.units):
            alone.append(task)
        if len(joint) > 1 and not leads:
            nobody.append(task)
    led = sum(any(unit.role == "lead" for unit in task.units) for task in catalogue.tasks)
    if len(alone) > MOST * led:
        alone = []  # this document names no supports at all
    for kind, tasks in (
        ("several-leads", several), ("group-leads", groups), ("no-support", alone),
        ("no-lead", nobody),
    ):  # fmt: skip
        if tasks:
            yield finding(kind, _places(tasks), n=len(tasks), tasks=_codes(tasks))
    yield from _two_names(catalogue)
    yield from _vague(catalogue)
    yield from _old_names(catalogue)


def _two_names(catalogue: Catalogue) -> Iterator[Finding]:
    """One unit under several names, with the first task that uses each."""
    for unit in catalogue.units:
        if unit.group or not unit.aliases:
            continue
        users = [next((t for t in catalogue.tasks if any(u.written == name for u in t.units)), None)
                 for name in (unit.name, *unit.aliases)]  # fmt: skip
        places = _places([task for task in users if task])
        yield finding("unit-two-names", places, name=unit.name, others="、".join(unit.aliases))


def _vague(catalogue: Catalogue) -> Iterator[Finding]:
    """Tasks whose only supports are 市级相关单位: nobody is named."""
    vague = []
    for task in catalogue.tasks:
        supports = [unit for unit in task.units if unit.role == "support"]
        if supports and all(unit.group and VAGUE.search(unit.name) for unit in supports):
            vague.append(task)
    if vague:
        yield finding("vague-supports", _places(vague), n=len(vague), tasks=_codes(vague))


def _old_names(catalogue: Catalogue) -> Iterator[Finding]:
    """市环保局 in a document of 2020: since 2018 it is 市生态环境局."""
    plan = catalogue.plan
    year = plan.published.year if plan.published else plan.first_year
    if year is None or year < REFORMED:
        return
    for unit in catalogue.units:
        for name in (unit.name, *unit.aliases):
            old = next((o for o in OLD if re.fullmatch(f"[^、]{{0,4}}(?:{o})", name)), None)
            users = [task for task in catalogue.tasks if any(u.written == name for u in task.units)]
            if old and users:
                likely = re.sub(f"(?:{old})$", OLD[old], name)
                yield finding("old-unit-name", _places(users), name=name, likely=likely)


def _places(tasks: Sequence[CatalogueTask]) -> list[SourcePlace]:
    return [task.source for task in tasks if task.source]


def _codes(tasks: Sequence[CatalogueTask]) -> str:
    shown = "、".join(task.code for task in tasks[:SHOWN])
    return shown + ("…" if len(tasks) > SHOWN else "")
