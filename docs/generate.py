"""Write the papers that are made from code and from data: `python docs/generate.py`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from i18n import _, speaking
from luoshi.cli import papers
from workflow.rules.access.permissions import GRANTS, ROLES, granted
from workflow.rules.record.deeds import ACTS
from workflow.rules.states import INITIAL, STATES, TRANSITIONS

HERE = Path(__file__).parent
NOTICE = "<!-- Made by docs/generate.py from the code; changes here are lost. -->\n"
WHAT_IS_ASKED = HERE / "security.yaml"
WORDS = {
    "met": "符合",
    "not met": "不符合",
    "not applicable": "不适用",
    "operator": "由运维单位落实",
}
TITLES = {"task": "任务", "assignment": "责任分工", "report": "进展情况表", "request": "请示事项"}


def states() -> str:
    """The transition table, a diagram and a table for each subject, in both languages."""
    parts = [NOTICE, "# States and steps · 状态与流转\n"]
    parts.append(
        "The transition table is `workflow/rules/states.py`; who may take a step is "
        "`workflow/rules/access/permissions.py`. Nothing else changes a state.\n"
    )
    for subject, named in STATES.items():
        rows = [row for row in TRANSITIONS if row.subject == subject]
        parts.append(f"## {subject} · {TITLES[subject]}\n")
        parts.append("```mermaid\nstateDiagram-v2")
        parts.append(f"  [*] --> {INITIAL[subject]}")
        for row in rows:
            parts += [f"  {start} --> {row.after}: {row.action}" for start in row.before]
        parts.append("```\n")
        parts.append("| state | 状态 | steps from here |\n|---|---|---|")
        with speaking("zh"):
            for state, message in named.items():
                steps = [f"`{row.action}` → {row.after}" for row in rows if state in row.before]
                parts.append(f"| `{state}` | {_(message)} | {', '.join(steps) or '—'} |")
        parts.append("")
    return "\n".join(parts)


def permissions() -> str:
    """Who may do what, as the verbs ask it."""
    parts = [NOTICE, "# Who may do what · 权限\n"]
    parts.append(
        "`own`: of the unit concerned; `lead`: of the unit that collects; `other`: of any unit "
        "but the one concerned; `any`: wherever the role is held.\n"
    )
    parts.append(
        "The last column holds where the three posts are kept apart (三员分立, "
        "`LUOSHI_SEPARATE_POSTS=true`): what belongs to the system administrator (settings, "
        "running), the security administrator (people, roles, sessions) or the auditor (the "
        "record) is no administrator's any more. Plans, units, schemes and all content stay with "
        "administrators and reviewers. No person holds two of the three posts, the auditor holds "
        "nothing else, and substitutes count.\n"
    )
    parts.append("| action | 事项 | who | 角色 | 三员分立时 |\n|---|---|---|---|---|")
    with speaking("zh"):
        for action, grants in sorted(GRANTS.items()):
            who = ", ".join(f"{role} ({relation})" for role, relation in grants)
            parts.append(
                f"| `{action}` | {_(ACTS[action])} | {who} | {_named(grants)} "
                f"| {_named(granted(action, separate=True))} |"
            )
    return "\n".join([*parts, ""])


def _named(grants: tuple[tuple[str, str], ...]) -> str:
    return "、".join(_(ROLES[role]) for role, _relation in grants if role in ROLES)


def security() -> str:
    """What two standards ask for, and what of it is met, by which test or file."""
    asked = yaml.safe_load(WHAT_IS_ASKED.read_text(encoding="utf-8"))
    parts = [
        f"{NOTICE}# Security, item by item · 安全要求对照\n",
        "What each standard asks for, whether it is met, and by which test or file of this "
        "repository. What is met in part counts as not met. *Operator*: the application cannot "
        "see to it alone; the note says what to do. How to report a weakness: "
        "[SECURITY.md](../SECURITY.md).\n",
        "下列对照表由 `docs/security.yaml` 生成：每条要求、是否符合、由哪项测试或文件证明。"
        "部分符合的计为不符合；“由运维单位落实”的，备注写明应做什么。\n",
    ]
    parts += [_counts(standard) for standard in asked.values()]
    for standard in asked.values():
        parts.append(f"## {_both(standard)}\n\n{standard['about']}\n")
        parts += map(_chapter, standard["chapters"])
    return "\n".join(parts)


def _both(titled: dict[str, Any]) -> str:
    return " · ".join(filter(None, (titled.get("title"), titled["zh"])))


def _counts(standard: dict[str, Any]) -> str:
    heads = " | ".join(f"{state} · {words}" for state, words in WORDS.items())
    lines = [f"## {_both(standard)}: figures · 统计\n", f"| | {heads} | all · 合计 |"]
    lines.append("|---|" + "--:|" * (len(WORDS) + 1))
    whole: Counter[str] = Counter()
    for chapter in standard["chapters"]:
        found = Counter(row["state"] for row in chapter["rows"])
        whole += found
        lines.append(f"| {chapter['number']} {_both(chapter)} | {_figures(found)} |")
    return "\n".join([*lines, f"| **all · 合计** | {_figures(whole)} |\n"])


def _figures(found: Counter[str]) -> str:
    return " | ".join(str(found[state]) for state in WORDS) + f" | {found.total()}"


def _chapter(chapter: dict[str, Any]) -> str:
    leveled = any("level" in row for row in chapter["rows"])
    level = " L |" if leveled else ""
    lines = [f"### {chapter['number']} {_both(chapter)}\n"]
    lines.append(
        f"| no. |{level} what is asked · 要求 | state · 状态 | by, and notes · 依据和备注 |"
    )
    lines.append(f"|---|{'--:|' if leveled else ''}---|---|---|")
    for row in chapter["rows"]:
        state = row["state"] if leveled else WORDS[row["state"]]
        told = "<br>".join([*(f"`{place}`" for place in row.get("by", ())), *_note(row)])
        level = f" {row['level']} |" if leveled else ""
        lines.append(f"| {row['number']} |{level} {row['what']} | {state} | {told} |")
    return "\n".join([*lines, ""])


def _note(row: dict[str, Any]) -> list[str]:
    return [row["note"]] if "note" in row else []


PAPERS: dict[str, Callable[[], str]] = {
    "states.md": states,
    "permissions.md": permissions,
    "commands.md": lambda: NOTICE + papers.commands(),
    "security.md": security,
    "settings.md": lambda: NOTICE + papers.settings(),
}


def stale() -> list[str]:
    """The papers that no longer say what the code says."""
    return [
        name
        for name, write in PAPERS.items()
        if not (HERE / name).exists() or (HERE / name).read_text(encoding="utf-8") != write()
    ]


if __name__ == "__main__":
    for name, write in PAPERS.items():
        (HERE / name).write_text(write(), encoding="utf-8")
