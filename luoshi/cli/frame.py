"""What the commands share: the installation they act in, who acts, when, and how they answer."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from i18n import _, mark
from workflow.rules.refusals import Invalid, NotAllowed, Problem, Refused

if TYPE_CHECKING:
    from luoshi.settings import Settings
    from luoshi.wiring import Installation
    from workflow.rules.access.permissions import Actor, Permission
    from workflow.verbs.context import Context

OPERATOR = "command line"
"""The system actor of a command that names no person."""


class CommandGroup(typer.Typer):
    """A Typer application, or a group of one, that starts fast and leaves errors to `run`."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            add_completion=False,
            rich_markup_mode=None,
            pretty_exceptions_enable=False,
            no_args_is_help=True,
            **more,
        )


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise typer.BadParameter(
            _("“{text}” is not an instant. Write it like 2021-07-01T08:00+08:00.", text=text)
        )
    return found


def day(text: str) -> date:
    """A local date as typed on the command line."""
    from workflow.rules.time.dates import parse_date

    try:
        return parse_date(text)
    except Invalid as refusal:
        raise typer.BadParameter(str(refusal)) from None


Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
AsOf = Annotated[
    datetime | None,
    typer.Option(
        "--as-of",
        parser=_instant,
        metavar="INSTANT",
        help="Stands for now, such as 2021-07-01T08:00+08:00.",
    ),
]
AsPerson = Annotated[
    str, typer.Option("--as", metavar="EMAIL", help="Act as this person; else as the operator.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]
File = Annotated[Path, typer.Argument(readable=False, help="The file to read.")]
"""Whether it is there and can be read is looked at by `content_of`, in the reader's language."""


def settings() -> Settings:
    """The settings of this machine; raises Invalid, naming each that is wrong."""
    from pydantic import ValidationError

    from luoshi import logs
    from luoshi.settings import Settings

    try:
        found = Settings()
    except ValidationError as error:
        problems = tuple(
            Problem(
                "LUOSHI_" + "_".join(map(str, e["loc"])).upper(),
                "{why}",
                why=e.get("ctx", {}).get("error", e["msg"]),
            )
            for e in error.errors()
        )
        raise Invalid(mark("The settings cannot be used."), problems) from None
    logs.use(found.log_format)
    return found


def open_installation() -> Installation:
    """The installation of the settings. In a demo's database its clock is the demo's.

    Raises Refused where the database does not answer or was not made by this version.
    """
    from db.installation import demo_time
    from db.queries.record.installation import is_current
    from luoshi.private import close_up
    from luoshi.wiring import Installation, utc_now

    installation = Installation(settings())
    close_up(installation)
    with installation.database.read() as session:
        if not is_current(session):
            raise Refused(mark("The database is not ready. Run: luoshi db upgrade"))
        shown = demo_time(session)
    if shown is not None:
        from db.installation import showing

        installation.clock = lambda: showing(shown, utc_now())
    return installation


def who(installation: Installation, email: str) -> Actor | int:
    """The person with this address, or the operator. Raises NotFound."""
    from db.queries.people.people import person_by_email
    from workflow.rules.access.permissions import system

    if not email:
        return system(OPERATOR)
    with installation.database.read() as session:
        return person_by_email(session, email)


def writing_time(installation: Installation, as_of: datetime | None) -> datetime:
    """The instant at which a command writes. Raises NotAllowed for one that never was.

    Nothing is dated before what was already recorded, and nothing after now, but in a demo.
    """
    from db.clock import AHEAD
    from db.installation import is_demo, latest_event

    if as_of is None:
        return installation.clock()
    with installation.database.read() as session:
        last, demo = latest_event(session), is_demo(session)
    if last is not None and as_of < last:
        raise NotAllowed(
            mark("Nothing can be written as of {asked}: things were recorded up to {last}."),
            asked=as_of.isoformat(),
            last=last.astimezone(as_of.tzinfo).isoformat(),
        )
    if as_of > installation.wall() and not demo:
        raise NotAllowed(AHEAD, asked=as_of.isoformat())
    return as_of


@contextmanager
def acting(email: str = "", as_of: datetime | None = None) -> Iterator[Context]:
    """One verb's transaction, as a person or as the operator."""
    installation = open_installation()
    with installation.acting(who(installation, email), writing_time(installation, as_of)) as c:
        yield c


@contextmanager
def reading(email: str = "", as_of: datetime | None = None) -> Iterator[Context]:
    """The same for reading, at any instant."""
    installation = open_installation()
    with installation.reading(who(installation, email), as_of or installation.clock()) as c:
        yield c


def allow(email: str, action: Permission) -> None:
    """Raise NotAllowed before a file is read whose person could do nothing with it."""
    from workflow.rules.access.permissions import require_for_some

    with reading(email) as c:
        require_for_some(c.actor, action)


def answer(as_json: bool, document: Any, lines: Iterable[str] = ()) -> None:
    """What a command found or did: one JSON document, or lines for people."""
    from tasks_catalog.plain import json_text

    if as_json:
        _print(json_text(document, "\n"))
        return
    for line in lines:
        _print(line)


def write_file(place: Path, content: bytes) -> None:
    """Write the file that a command was asked for: whole, or not at all.

    Raises DiskFull, and Refused where it cannot be written.
    """
    from db.room import room

    whole = place.resolve()
    try:
        with room():
            if whole.exists() and not whole.is_file():
                whole.write_bytes(content)  # a pipe or a device
            else:
                _write_beside(whole, content)
    except (OSError, ValueError) as error:
        raise Refused(
            mark("“{file}” cannot be written: {why}"),
            file=place,
            why=getattr(error, "strerror", None) or error,
        ) from error
    say(_("Wrote {file}.", file=place))


def _write_beside(whole: Path, content: bytes) -> None:
    beside = whole.with_name(f"{whole.name}.part")
    try:
        beside.write_bytes(content)
        beside.replace(whole)
    finally:
        beside.unlink(missing_ok=True)


def say(line: str) -> None:
    """A message beside the result, on stderr."""
    _print(line, error=True)


def _print(line: str, error: bool = False) -> None:
    # A terminal without Chinese letters must not break a command that has done its work.
    stream = sys.stderr if error else sys.stdout
    safe = line.encode(stream.encoding or "utf-8", "backslashreplace").decode(stream.encoding)
    stream.write(safe + "\n")


def show_refusal(refusal: Refused, *, as_json: bool) -> None:
    """Say why nothing was done, every problem with its place."""
    problems: tuple[Problem, ...] = getattr(refusal, "problems", ())
    if as_json:
        found = [{"where": p.where, "message": _(p.message, **p.fields)} for p in problems]
        reason = {"code": refusal.code, "message": str(refusal), "problems": found}
        answer(True, {"error": reason})
    say(str(refusal))
    for problem in problems:
        say(f"  {problem}")
