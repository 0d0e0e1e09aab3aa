"""Write the papers that are made from code: `python docs/generate.py`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from luoshi.cli import papers
from luoshi.language import _, speaking
from workflow.rules.deeds import ACTS
from workflow.rules.permissions import GRANTS, ROLES, granted
from workflow.rules.states import INITIAL, STATES, TRANSITIONS

HERE = Path(__file__).parent
NOTICE = "<!-- Made by docs/generate.py from the code; changes here are lost. -->\n"
TITLES = {"task": "任务", "assignment": "责任分工", "report": "进展情况表", "request": "请示事项"}


def states() -> str:
    """The transition table, a diagram and a table for each subject, in both languages."""
    parts = [NOTICE, "# States and steps · 状态与流转\n"]
    parts.append(
        "The transition table is `workflow/rules/states.py`; who may take a step is "
        "`workflow/rules/permissions.py`. Nothing else changes a state.\n"
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


PAPERS: dict[str, Callable[[], str]] = {
    "states.md": states,
    "permissions.md": permissions,
    "commands.md": lambda: NOTICE + papers.commands(),
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
