"""The papers about commands and settings, made from the code; docs/generate.py writes them."""

from __future__ import annotations

from typing import Any

from typer.main import get_command


def commands() -> str:
    """Every command with its help, as Markdown."""
    from luoshi.cli.app import app

    parts = [
        "# Commands · 命令\n",
        "Exit 0: done. 1: refused or failed, with the reason on stderr. 2: wrong usage. `--json` "
        "prints one JSON document on stdout and nothing else there; a refusal is "
        '`{"error": {"code", "message", "problems"}}`. Messages are in the language of `LC_ALL` or '
        "`LANG`, or as `luoshi --language` says. `luoshi --version` says the version.\n",
        "`--as-of INSTANT` stands for now wherever time matters. A command that writes refuses an "
        "instant before what was last recorded, and one that is not yet unless the database is a "
        "demo's.\n",
    ]
    for name, command in every_command(get_command(app), "luoshi"):
        parts.append(f"## `{name}`\n")
        parts.append(_text(command.help) + "\n")
        rows = [_parameter(one) for one in command.params if one.name != "help"]
        if rows:
            parts += ["| argument | what |", "|---|---|", *rows, ""]
    return "\n".join(parts)


def every_command(command: Any, name: str) -> list[tuple[str, Any]]:
    """Every command below a group, with its whole name, in the order of `--help`."""
    if not hasattr(command, "commands"):
        return [(name, command)]
    return [
        pair
        for part, below in command.commands.items()
        for pair in every_command(below, f"{name} {part}")
    ]


def settings() -> str:
    """Every setting with its default and meaning, as Markdown."""
    from luoshi.settings import Settings

    rows = []
    for name, field in Settings.model_fields.items():
        default = field.default
        shown = default.get_secret_value() if hasattr(default, "get_secret_value") else default
        rows.append(
            f"| `LUOSHI_{name.upper()}` | `{shown}` | {field.description} |".replace("``", "empty")
        )
    return "\n".join(
        [
            "# Settings · 设置\n",
            "From the environment or a `.env` file in the folder where `luoshi` is started; "
            "`deploy/env.example` is one to begin with.\n",
            "| setting | default | meaning |\n|---|---|---|",
            *rows,
            "",
        ]
    )


def _text(help_text: str | None) -> str:
    return " ".join((help_text or "").split())


def _parameter(one: Any) -> str:
    option = one.param_type_name == "option"
    label = " ".join(one.opts) if option else one.metavar or one.name.upper()
    if option and one.metavar:
        label += f" {one.metavar}"
    needed = " (needed)" if one.required else ""
    return f"| `{label}`{needed} | {_text(getattr(one, 'help', ''))} |"
