"""The sheets and columns of the xlsx work list, as data: their Chinese heads and their words."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Form = Literal["text", "lines", "names", "word", "number", "whole", "date", "values", "actuals"]
Row = dict[str, Any]

TASK_KINDS = {
    "量化指标": "numbers", "成果交付": "deliverable", "节点推进": "milestones",
    "常态推进": "steady",
}  # fmt: skip
FREQUENCIES = {
    "一次性": "once", "每年": "per_year", "每若干年": "every_n_years", "持续": "continuous",
}  # fmt: skip
OPS = {"≥": ">=", "＞": ">", "≤": "<=", "＜": "<", "＝": "=", "≈": "approx"}
MEASURE_KINDS = {
    "累计": "cumulative", "新增": "new", "每年": "annual", "比率": "ratio", "存量": "stock",
    "增速": "growth",
}  # fmt: skip
DEADLINE_KINDS = {
    "截止": "by", "期间": "window", "相对": "relative", "长期": "ongoing", "分期": "instalment",
    "政策有效期": "policy-window",
}  # fmt: skip
UNIT_KINDS = {
    "部门": "department", "县（市、区）": "county", "园区": "park", "企业": "enterprise",
    "高校": "university", "事业单位": "institution", "群团": "mass",
}  # fmt: skip
SEVERITIES = {"错误": "error", "警告": "warning", "提示": "note"}
MULTIPLES = {"翻一番": "double", "增至三倍": "triple", "翻两番": "quadruple"}
FIRM = {"确定": True, "力争": False}
GROUP = {"是": True, "否": False}


@dataclass(frozen=True)
class WorkListColumn:
    """One column: its head, the field it fills, how a cell is read and written."""

    head: str
    field: str
    form: Form = "text"
    words: Mapping[str, object] = dataclasses.field(default_factory=dict)
    needed: bool = False
    width: int = 12


@dataclass(frozen=True)
class WorkListSheet:
    """One sheet: its name, where its rows belong in the catalogue, its columns."""

    name: str
    part: str
    columns: tuple[WorkListColumn, ...]


PLACE = (
    WorkListColumn("出处行", "source.line", "whole", width=8),
    WorkListColumn("出处止行", "source.line_end", "whole", width=8),
    WorkListColumn("页码", "source.page", "whole", width=8),
    WorkListColumn("出处表", "source.sheet", width=10),
)
TASKS = WorkListSheet(
    "工作清单",
    "tasks",
    (
        WorkListColumn("任务编号", "code", needed=True, width=10),
        WorkListColumn("工作事项编号", "item", width=10),
        WorkListColumn("任务名称", "title", needed=True, width=30),
        WorkListColumn("工作内容", "text", width=60),
        WorkListColumn("任务类型", "kind", "word", TASK_KINDS, needed=True),
        WorkListColumn("牵头单位", "lead", "names", needed=True, width=20),
        WorkListColumn("共同负责单位", "joint", "names", width=20),
        WorkListColumn("配合单位", "support", "names", width=30),
        WorkListColumn("责任领导", "leaders", "names"),
        WorkListColumn("推进方式", "frequency", "word", FREQUENCIES),
        WorkListColumn("完成时限", "due", "date"),
        WorkListColumn("时限原文", "due_text", width=16),
        WorkListColumn("存疑", "doubts", "lines", width=40),
        WorkListColumn("承接自", "taken_from", width=16),
        *PLACE,
    ),
)
MEASURES = WorkListSheet(
    "量化指标",
    "measures",
    (
        WorkListColumn("任务编号", "task", width=10),
        WorkListColumn("工作事项编号", "item", width=10),
        WorkListColumn("指标名称", "metric", needed=True, width=30),
        WorkListColumn("要求", "op", "word", OPS, needed=True, width=8),
        WorkListColumn("目标值", "value", "number", needed=True),
        WorkListColumn("目标值上限", "value_max", "number"),
        WorkListColumn("计量单位", "unit", width=10),
        WorkListColumn("目标年份", "by_year", "whole", width=10),
        WorkListColumn("指标类型", "kind", "word", MEASURE_KINDS),
        WorkListColumn("约束程度", "firm", "word", FIRM),
        WorkListColumn("倍数", "relative", "word", MULTIPLES),
        WorkListColumn("原文", "text", width=40),
    ),
)
UNITS = WorkListSheet(
    "单位",
    "units",
    (
        WorkListColumn("单位名称", "name", needed=True, width=24),
        WorkListColumn("别名", "aliases", "names", width=40),
        WorkListColumn("单位类别", "kind", "word", UNIT_KINDS),
        WorkListColumn("是否群体", "group", "word", GROUP),
        WorkListColumn("成员单位", "members", "names", width=50),
    ),
)
ITEMS = WorkListSheet(
    "工作事项",
    "items",
    (
        WorkListColumn("工作事项编号", "code", needed=True),
        WorkListColumn("工作事项", "title", needed=True, width=40),
        WorkListColumn("上级编号", "parent"),
        *PLACE,
    ),
)
DEADLINES = WorkListSheet(
    "时限",
    "deadlines",
    (
        WorkListColumn("任务编号", "task", needed=True),
        WorkListColumn("时限原文", "text", needed=True, width=30),
        WorkListColumn("日期", "date", "date"),
        WorkListColumn("时限类型", "kind", "word", DEADLINE_KINDS),
        WorkListColumn("事由", "what", width=40),
    ),
)
DELIVERABLES = WorkListSheet(
    "成果",
    "deliverables",
    (
        WorkListColumn("任务编号", "task", needed=True),
        WorkListColumn("成果名称", "name", needed=True, width=40),
        WorkListColumn("完成时限", "due", "date"),
        WorkListColumn("原文", "text", width=40),
    ),
)
INDICATORS = WorkListSheet(
    "主要指标",
    "indicators",
    (
        WorkListColumn("指标名称", "name", needed=True, width=36),
        WorkListColumn("所在表", "table", width=24),
        WorkListColumn("序号", "no", "whole", width=8),
        WorkListColumn("类别", "category"),
        WorkListColumn("计量单位", "unit"),
        WorkListColumn("口径范围", "scope"),
        WorkListColumn("基期年份", "baseline_year", "whole"),
        WorkListColumn("基期值", "baseline", "number"),
        WorkListColumn("目标年份", "target_year", "whole"),
        WorkListColumn("要求", "op", "word", OPS),
        WorkListColumn("目标值", "target", "number"),
        WorkListColumn("目标值上限", "target_max", "number"),
        WorkListColumn("倍数", "relative", "word", MULTIPLES),
        WorkListColumn("目标原文", "target_text"),
        WorkListColumn("指标类型", "kind", "word", MEASURE_KINDS),
        WorkListColumn("约束程度", "firm", "word", FIRM),
        WorkListColumn("实绩年份", "actual_year", "whole"),
        WorkListColumn("实绩值", "actual", "number"),
        WorkListColumn("历年实绩", "actuals", "actuals", width=20),
        WorkListColumn("说明", "notes", "lines", width=30),
        *PLACE,
    ),
)
PLAN = WorkListSheet(
    "规划信息",
    "plan",
    (
        WorkListColumn("格式", "schema", needed=True, width=20),
        WorkListColumn("规划编号", "code"),
        WorkListColumn("规划名称", "title", width=50),
        WorkListColumn("印发单位", "issuer", width=30),
        WorkListColumn("文号", "document_number", width=20),
        WorkListColumn("印发日期", "published", "date"),
        WorkListColumn("起始年份", "first_year", "whole"),
        WorkListColumn("终止年份", "last_year", "whole"),
    ),
)
FINDINGS = WorkListSheet(
    "核查发现",
    "findings",
    (
        WorkListColumn("问题类型", "kind", needed=True, width=24),
        WorkListColumn("程度", "severity", "word", SEVERITIES, needed=True),
        WorkListColumn("说明", "message", needed=True, width=60),
        WorkListColumn("位置", "where", "values", width=20),
        WorkListColumn("数据", "values", "values", width=40),
        WorkListColumn("建议", "suggestion", width=40),
    ),
)
SHEETS = (TASKS, MEASURES, UNITS, ITEMS, DEADLINES, DELIVERABLES, INDICATORS, PLAN, FINDINGS)
# In the work list of a working copy: which copy it is, and how many edits it had.
STAMP = WorkListSheet(
    "底稿",
    "stamp",
    (
        WorkListColumn("底稿编号", "copy_id", "whole", needed=True, width=10),
        WorkListColumn("修订号", "revision", "whole", needed=True, width=10),
    ),
)
REMARK = "备注"  # a column of this head is theirs: never read
MOST_ROWS = 50_000
