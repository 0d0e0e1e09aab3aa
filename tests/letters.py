"""One example of each kind of letter, with every fact that its templates ask for."""

from datetime import UTC, date, datetime

from notifications.letterhead import Letterhead
from notifications.waiting import DigestEntry
from workflow.rules.refusals import Problem

NOW = datetime(2021, 9, 22, 0, 30, tzinfo=UTC)
LETTERHEAD = Letterhead("https://luoshi.example.cn", "luoshi@example.cn", "Asia/Shanghai")

_PLAN = {"plan": "关于打造“衢州人才飞地”的意见", "detail": "full", "chain_no": 0, "chain_hash": ""}
_TASK = {"code": "1.2", "title": "实施领军型人才引育计划", "unit": "市科技局"}
_REPORT = {**_TASK, "report": 41, "period": "2021Q3"}
_TASKS = [
    {"code": "1.1", "title": "引进顶尖人才团队", "role": "lead"},
    {"code": "3.4", "title": "建设人才公寓", "role": "support"},
]


def waiting(section: str, workdays: int, **more: object) -> DigestEntry:
    facts: dict[str, object] = {
        "plan_id": 1,
        "subject_id": 41,
        "detail": "full",
        "code": "1.2",
        "title": "实施领军型人才引育计划，五年引进领军型人才100人以上",
        "unit": "市科技局",
        "period": "2021Q3",
        "due_on": date(2021, 9, 24),
    }
    return DigestEntry(section=section, workdays=workdays, **{**facts, **more})  # type: ignore[arg-type]


ENTRIES = [
    waiting("returned", 2, reason="请补充三季度新引进人数，\n并附认定文件。"),
    waiting("overdue", -3, code="2.1", due_on=date(2021, 9, 16), subject_id=42),
    waiting("ahead", 2, code="4.3", title="建设人才公寓", subject_id=43),
    waiting("silent", -3, subject_id=7, phone="0570-3080000", due_on=date(2021, 9, 16)),
]

FACTS: dict[str, dict[str, object]] = {
    "digest": {"entries": ENTRIES, "late": 1},
    "receipt": {**_REPORT, "no": 2, "receipt": "QZ-2021Q3-0041", "at": NOW, "awaits": "sign_off"},
    "returned": {
        **_REPORT,
        "reason": "请补充三季度新引进人数。",
        "answer_due_on": date(2021, 9, 27),
    },
    "sent_back": {**_REPORT, "reason": "数字与上季度不一致。", "by": "deputy_head"},
    "consult": {"unit": "市科技局", "tasks": _TASKS, "comments_due_on": date(2021, 1, 15)},
    "issue": {
        "unit": "市科技局",
        "tasks": _TASKS,
        "document": "衢市委发〔2020〕18号",
        "acknowledge_due_on": date(2021, 1, 8),
    },
    "edition": {
        "unit": "市科技局",
        "gained": _TASKS[:1],
        "changed": _TASKS[1:],
        "lost": [],
        "document": "衢市委发〔2022〕3号",
        "acknowledge_due_on": date(2022, 1, 8),
    },
    "dispute": {**_TASK, "task": 12, "request_kind": "dispute", "reason": "该任务属人社职责。"},
    "decision": {
        **_TASK,
        "task": 12,
        "request_kind": "extension",
        "approved": True,
        "reply": "同意延期一个季度。",
        "document": "专题会议纪要〔2021〕3号",
    },
    "instruction": {
        **_TASK,
        "task": 99,
        "text": "请抓紧研究提出方案。",
        "leader": "王副市长",
        "due": date(2021, 10, 29),
    },
    "security": {"change": "password_changed", "at": NOW},
    "reset": {"token": "a-b_c", "expires_at": NOW, "first": False},
    "objection": {
        "unit": "市科技局",
        "year": 2021,
        "line": "年度目标完成情况",
        "text": "第四季度数据未计入。",
        "upheld": None,
        "reply": "",
    },
    "result_use": {
        "unit": "市科技局",
        "year": 2021,
        "kind": "to be put right by a date",
        "text": "引才进度连续两个季度滞后。",
        "document": "市委人才办〔2022〕3号",
        "task": "3.1 引才工作整改",
        "due": date(2022, 6, 30),
    },
    "procedure": {
        "year": 2021,
        "step": "feedback on the draft",
        "todo": "Every unit looks at its draft: it confirms, or objects line by line.",
        "due_on": date(2021, 12, 27),
        "when": "begins",
    },
    "heads": {"heads": [{"chain": 1, "no": 17, "hash": "57" * 32}]},
    "alert": {"problems": [Problem("", "You may not do this. It is for: {roles}.", roles="x")]},
}


FACTS["unreached"] = {"unit": "市科技局", "phone": "0570-3080000"}
FACTS["chase"] = {
    "unit": "市科技局",
    "matters": [
        {"code": "1.1", "title": "引进领军人才", "period": "2021Q1", "due_on": date(2021, 3, 25)},
        {"code": "1.2", "title": "出台人才安居办法", "period": "", "due_on": date(2021, 1, 12)},
    ],
    "note": "请周五前报送。",
}
FACTS["collected"] = {
    "said": "submitted",
    "lead": "The workbook has come in and its reports are submitted.",
    "receipts": [("1.1 引进领军人才", "2021Q1-0001-1-571234")],
    "drafts": ["1.2 出台人才安居办法"],
    "problems": ["工作表“进展情况”第3行：说明本期进展情况。"],
    "others": 1,
}


def facts_of(kind: str, **changed: object) -> dict[str, object]:
    return {**_PLAN, **FACTS[kind], **changed}
