"""Every message of the code has its Chinese words, and the words fit the message."""

import ast
import re
import string
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from i18n import _, counted_field, speaking

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
            for message in read_po(lines, abort_invalid=True):
                if message.id and isinstance(message.id, str):
                    words[message.id] = str(message.string)
    return words


def counted() -> dict[str, str]:
    """What English says of many → of one."""
    found = {}
    for path in sorted((ROOT / "i18n/en").glob("*.po")):
        with path.open("rb") as lines:
            entries = read_po(lines, abort_invalid=True)
            found |= {entry.id[1]: entry.id[0] for entry in entries if entry.pluralizable}
    return found


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
            for message in read_po(lines, abort_invalid=True):
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


ALWAYS_MANY = {
    "every {n} minutes",
    "In {n} of them it has a part already; it keeps the higher one.",
    "It has fewer than {n} characters.",
    "It has more than {n} characters.",
    "LUOSHI_SECRET_KEY needs at least {n} random characters.",
    "More than {n} events are asked for. Ask for fewer days, or use the command luoshi audit "
    "export.",
    "No more than {n} characters here.",
    "No more than {n} files go with a report.",
    "Reading the file took more than {n} seconds and was given up. Save it again under a new name, "
    "or give only the part that is needed.",
    "Say by which document, or why, in no more than {n} characters.",
    "Say in at least {n} characters what has been done.",
    "Say it in no more than {n} characters.",
    "Say what is not right, in no more than {n} characters.",
    "Say why, in no more than {n} characters.",
    "The file has more than {n} columns.",
    "The file has more than {n} pages; give its part with the tasks.",
    "The file has more than {n} rows.",
    "The workbook holds more than {n} cells; give only the part that is needed.",
    "write something here, in no more than {n} characters",
    "{names} and others, {n} units",
    "{n} numbers were given to {n} names in their order: “{text}”.",
    "“{name}” rises from {a} to {b}, {times} times, and the text does not speak of it.",
}
"""Limits of our own, and numbers that are never one."""
NO_COUNTS = {
    "{0} files are not taken.",
    "No less than {limit} points: {points} points.",
    "No more than {limit} points are taken: {points} points.",
    "No more than {limit} points: {points} points.",
}
"""Kinds of files, and points with decimals."""
AMOUNTS = frozenset(
    {
        "points", "worth", "low", "high", "y0", "y1", "least", "cap", "reference", "below",
        "target", "own", "value", "report", "rules", "places", "times", "numbers", "units", "size",
    }
)  # fmt: skip
"""Fields of amounts with decimals, of what follows them by chance, and of counts beside `n`."""


VERBS = {
    "acknowledges",
    "belongs",
    "comes",
    "earns",
    "gives",
    "holds",
    "joins",
    "leads",
    "leaves",
    "needs",
    "objects",
    "opens",
    "others",
    "stands",
    "supports",
    "takes",
}
"""What ends like a word of more than one."""


def counts(message: str) -> list[str]:
    """The fields that are followed by a word of more than one."""
    return [
        field
        for field, words in re.findall(r"\{(\w+)\}((?: [a-z]+){1,2})", message)
        if field not in AMOUNTS and any(is_many(word) for word in words.split())
    ]


def is_many(word: str) -> bool:
    return word == "people" or (bool(re.fullmatch(r"[a-z]{3,}[^su]s", word)) and word not in VERBS)


@pytest.mark.parametrize("number", [1, "1", 2])
def test_english_says_one_of_one(number: object) -> None:
    with speaking("en"):
        said = [_("{n} flags", n=number), _("No more than {limit} points.", limit=number)]
        assert _("{n} reports overdue", n=number) == f"{number} report{'s' * (number == 2)} overdue"
        assert _("{n} matters wait for you, {late} overdue", n=number, late=2).startswith(
            "2 matters wait" if number == 2 else "1 matter waits"
        )
    assert said == (["2 flags", "No more than 2 points."] if number == 2
                    else ["1 flag", "No more than 1 point."])  # fmt: skip
    with speaking("zh"):
        assert _("{n} reports overdue", n=number) == f"{number} 项逾期未报"


def test_every_message_that_counts_says_what_it_says_of_one() -> None:
    known = {*counted(), *ALWAYS_MANY, *NO_COUNTS}
    assert [one for one in messages() if counts(one) and one not in known] == []


def test_a_message_counts_one_thing_only() -> None:
    for many, one in counted().items():
        assert many != one
        assert fields(many) == fields(one)
        assert counted_field(one, many) in {*counts(many), "n"} & set(fields(many)), many
        assert len(counts(many)) <= 1, many


def test_no_english_is_left_without_a_message() -> None:
    assert sorted({*counted(), *ALWAYS_MANY, *NO_COUNTS} - set(messages())) == []
