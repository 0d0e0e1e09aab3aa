"""Every message of the code has its Chinese words, and the words fit the message."""

import ast
import re
import string
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
ROOMS = ["luoshi", "workflow", "notifications", "tasks_catalog", "ui", "db", "flows", "documents"]
WORDS = sorted((ROOT / "i18n/zh").glob("*.po"))


def messages() -> dict[str, str]:
    """Message → where it stands, over Python code and templates."""
    found: dict[str, str] = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                message = said_in(node)
                if message:
                    found.setdefault(message, f"{path.relative_to(ROOT)}:{node.lineno}")
        options = {"trimmed": "true"}
        templates = [("**.jinja", "jinja2"), ("**.html", "jinja2")]
        for name, line, message, *_rest in extract_from_dir(
            ROOT / room, templates, {"**.jinja": options, "**.html": options}
        ):
            if isinstance(message, str) and message:
                found.setdefault(message, f"{room}/{name}:{line}")
    return found


def said_in(node: ast.AST) -> str:
    """The message of a call to one of the marking functions; empty for any other node."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
        return ""
    first = node.args[0]
    if node.func.id in ("_", "mark", "Word") and isinstance(first, ast.Constant):
        return str(first.value)
    return ""


def translations() -> dict[str, str]:
    words: dict[str, str] = {}
    for path in WORDS:
        with path.open("rb") as lines:
            for message in read_po(lines):
                if message.id and isinstance(message.id, str):
                    words[message.id] = str(message.string)
    return words


def fields(text: str) -> Counter[str]:
    return Counter(
        name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name
    )


def test_every_message_has_chinese_words() -> None:
    words = translations()
    missing = {where: message for message, where in messages().items() if not words.get(message)}
    assert missing == {}


def test_no_words_are_left_without_a_message() -> None:
    assert sorted(set(translations()) - set(messages())) == []


@pytest.mark.parametrize("path", WORDS, ids=lambda path: path.stem)
def test_no_message_stands_twice(path: Path) -> None:
    ids = re.findall(r'^msgid (".*"(?:\n".*")*)', path.read_text(encoding="utf-8"), re.M)
    assert [name for name, count in Counter(ids).items() if count > 1 and name != '""'] == []


def test_no_two_rooms_say_a_message_differently() -> None:
    said: dict[str, set[str]] = {}
    for path in WORDS:
        with path.open("rb") as lines:
            for message in read_po(lines):
                said.setdefault(str(message.id), set()).add(str(message.string))
    del said[""]
    assert [message for message, words in said.items() if len(words) > 1] == []


def test_a_message_and_its_words_have_the_same_fields() -> None:
    wrong = {
        message: text
        for message, text in translations().items()
        if set(fields(message)) != set(fields(text))
    }
    assert wrong == {}
