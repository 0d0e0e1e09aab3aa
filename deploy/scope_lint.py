"""The scope cannot be forgotten: what pages, commands and flows ask of the database, they ask as
somebody. A function of db/queries that takes a session and no actor is refused there, unless it
reads nothing of any plan, unit or person and stands in FREE with the reason.

Run by `make lint`; prints what it refuses and exits with 1.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READERS = ("ui", "luoshi/cli", "flows")
QUERIES = "db.queries"
FREE = {
    "record.chains.heads": "numbers and hashes of the audit record",
    "assessment.schemes.version_named": "schemes are rules for everybody",
    "places.places.about_plan": "the number of a place, of which permission is asked",
    "places.places.about_unit": "the number of a place, of which permission is asked",
    "record.heartbeats.first_issued": "an instant",
    "record.heartbeats.last_runs": "what ran by itself, and when",
    "record.heartbeats.silent": "what should have run by itself",
    "record.installation.is_current": "the version of the tables",
    "record.signs.give_sign": "a part of the system says that it lives",
    "record.signs.mark_down": "a part of the system says that it ended",
    "record.signs.signs": "which parts of the system live",
    "people.people.person_by_email": "who acts is looked up before there is an actor",
}


def unscoped(root: Path) -> set[str]:
    """The functions of db/queries, as "package.module.name", that take a session and no actor."""
    found = set()
    folder = root / "db" / "queries"
    for file in folder.rglob("*.py"):
        module = ".".join(file.relative_to(folder).with_suffix("").parts)
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                args = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
                types = {ast.unparse(arg.annotation) for arg in args if arg.annotation}
                if "Session" in types and "Actor" not in types:
                    found.add(f"{module}.{node.name}")
    return found


def refused(file: Path, forbidden: set[str], modules: set[str]) -> Iterator[str]:
    """Why a file may not ask what it asks, each with its line."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            short = name.removeprefix(QUERIES + ".")
            if name == QUERIES or (name.startswith(QUERIES) and short in modules):
                yield f"{file}:{node.lineno}: import the queries of {name} by their names"
            elif name.startswith(QUERIES) and short in forbidden:
                yield f"{file}:{node.lineno}: {short} reads without an actor"


def check(root: Path) -> list[str]:
    """All that is refused below a folder, and what stands in FREE for nothing."""
    without = unscoped(root)
    folder = root / "db" / "queries"
    modules = {
        ".".join(path.relative_to(folder).with_suffix("").parts)
        for path in folder.rglob("*")
        if path.suffix == ".py" or path.is_dir()
    }
    forbidden = without - FREE.keys()
    found = [f"FREE names {name}, which is not there" for name in sorted(FREE.keys() - without)]
    for place in READERS:
        for file in sorted((root / place).rglob("*.py")):
            found.extend(refused(file, forbidden, modules))
    return found


if __name__ == "__main__":
    wrong = check(ROOT)
    sys.stderr.writelines(line + "\n" for line in wrong)
    sys.exit(bool(wrong))
