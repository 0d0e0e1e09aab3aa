"""What a stranger looks for first: the version, the licence, what changed."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import metadata
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOLD = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT = TOLD["project"]


def test_the_command_says_the_version_of_the_package() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "luoshi", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"luoshi {PROJECT['version']}\n"


def test_the_package_names_its_licence_and_the_licence_is_there() -> None:
    assert metadata("luoshi")["License-Expression"] == PROJECT["license"] == "Apache-2.0"
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_the_changes_begin_with_this_version() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    found = re.search(r"^## (\S+?),? ", changes, re.MULTILINE)
    assert found
    assert found[1] == PROJECT["version"]


def test_the_mutation_tester_names_tests_that_exist() -> None:
    named = TOLD["tool"]["mutmut"]["pytest_add_cli_args_test_selection"]
    assert [one for one in named if one[:1] != "-" and not (ROOT / one).exists()] == []
