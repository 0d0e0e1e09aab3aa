"""Write the papers that are made from code and from data: `python docs/generate.py`."""

from __future__ import annotations

import ast
import json
import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from i18n import _, speaking
from luoshi.cli import papers
from tasks_catalog.model import SCHEMA as CATALOGUE
from tasks_catalog.model import schema_of_catalogue
from workflow.rules.access.permissions import GRANTS, ROLES, granted
from workflow.rules.assessment.facts_form import FACTS
from workflow.rules.assessment.facts_form import SCHEMA as FORM
from workflow.rules.record.deeds import ACTS
from workflow.rules.reporting.policy import POLICY
from workflow.rules.states import INITIAL, STATES, TRANSITIONS

HERE = Path(__file__).parent
ROOT = HERE.parent
PICTURE = ("<!-- packages: made by docs/generate.py -->\n", "<!-- packages: end -->\n")
APART = ("luoshi.cli", "luoshi.demo", "workflow.rules", "workflow.verbs")
"""Sub-packages that the import contract places by themselves."""
NOTICE = "<!-- Made by docs/generate.py from the code; changes here are lost. -->\n"
WHAT_IS_ASKED = HERE / "security.yaml"
WORDS = {
    "met": "符合",
    "not met": "不符合",
    "not applicable": "不适用",
    "operator": "由运维单位落实",
}
TITLES = {
    "task": "任务",
    "assignment": "责任分工",
    "report": "进展情况表",
    "request": "请示事项",
    "procedure": "年度考核程序",
}


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


def packages() -> str:
    """Every top-level package: what is in it, and what it imports."""
    parts = [NOTICE, "# Packages · 代码包\n"]
    parts.append(
        "What each folder holds, in the words of its own first line. A package with sub-packages "
        "also lists the modules beside them. How to find things: [developers.md](developers.md).\n"
    )
    used = _imports()
    for top in _shipped():
        parts.append(f"## {top}\n\n{_says(ROOT / top / '__init__.py')}\n")
        for name in (name for name in used if name.partition(".")[0] == top):
            parts.append(f"`{name}` imports {_listed(used[name])}.\n")
        if rows := [f"| `{path}` | {_says(file)} |" for path, file in _contents(ROOT / top)]:
            parts += ["| in it | what |\n|---|---|", *rows, ""]
    return "\n".join(parts)


def developers() -> str:
    """The guide for developers with the picture of the packages drawn anew in it."""
    before, _old, rest = (HERE / "developers.md").read_text("utf-8").partition(PICTURE[0])
    _old, end, after = rest.partition(PICTURE[1])
    return f"{before}{PICTURE[0]}{_picture()}{end}{after}"


def _picture() -> str:
    used = _imports()
    lines = ["```mermaid", "graph TD"]
    for name, below in used.items():
        implied = {far for near in below for far in used[near]}
        lines += [f'  {_id(name)}["{name}"] --> {_id(one)}["{one}"]' for one in below - implied]
    return "\n".join([*lines[:2], *sorted(lines[2:]), "```\n"])


def _id(name: str) -> str:
    return name.replace(".", "_")


def _shipped() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return sorted(project["tool"]["importlinter"]["root_packages"])


def _imports() -> dict[str, set[str]]:
    """What the modules of each package import of our other packages, lazily or at once."""
    found: dict[str, set[str]] = {}
    for top in _shipped():
        for file in sorted((ROOT / top).rglob("*.py")):
            module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
            home = "luoshi.cli" if module == "luoshi.__main__" else _package(module)
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    names = [one.name for one in node.names]
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    names = [f"{node.module}.{one.name}" for one in node.names]
                else:
                    continue
                found.setdefault(home, set()).update(map(_package, names))
    return {name: {one for one in below if one in found} - {name} for name, below in found.items()}


def _package(module: str) -> str:
    two = ".".join(module.split(".")[:2])
    return two if two in APART else module.partition(".")[0]


def _listed(names: set[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names)) or "nothing of ours"


def _contents(folder: Path) -> list[tuple[str, Path]]:
    """The sub-packages of a package, at any depth, and the modules beside them."""
    found: list[tuple[str, Path]] = []
    below = sorted(one.parent for one in folder.glob("*/__init__.py"))
    for package in below:
        found.append((f"{package.relative_to(ROOT)}/", package / "__init__.py"))
        if any(package.glob("*/__init__.py")):
            found += _contents(package)
    modules = sorted(one for one in folder.glob("*.py") if not one.name.startswith("__"))
    return [*found, *((str(one.relative_to(ROOT)), one) for one in modules)]


def _says(file: Path) -> str:
    said = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
    return " ".join(said.partition("\n\n")[0].split())


def schema(made: dict[str, Any], title: str) -> str:
    """A JSON Schema as it is published."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title}
    made = {**head, **_said_once(made), "title": title}
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"


def _said_once(schema: Any) -> Any:
    """Without titles that repeat a name, and with descriptions on one line."""
    if isinstance(schema, list):
        return [_said_once(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: _said_once(one) for key, one in schema.items() if not _repeats(key, one)}
    if isinstance(said := kept.get("description"), str):
        kept["description"] = " ".join(said.split())
    return kept


def _repeats(key: str, value: Any) -> bool:
    return key == "title" and isinstance(value, str)


PAPERS: dict[str, Callable[[], str]] = {
    "developers.md": developers,
    "packages.md": packages,
    "../tasks_catalog/catalogue.schema.json": lambda: schema(schema_of_catalogue(), CATALOGUE),
    "../workflow/rules/assessment/facts.schema.json": lambda: schema(FACTS.json_schema(), FORM),
    "policy.schema.json": lambda: schema(POLICY.json_schema(), "luoshi plan settings"),
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
