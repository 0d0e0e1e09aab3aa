"""luoshi users"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from i18n import _
from luoshi.cli.frame import (
    AsOf,
    AsPerson,
    CommandGroup,
    DryRun,
    File,
    Json,
    acting,
    allow,
    answer,
)
from workflow.rules.access.permissions import Permission

group = CommandGroup(help="People with a login.")


def join(app: CommandGroup) -> None:
    """Add the commands."""
    app.add_typer(group, name="users")


@group.command("import")
def import_file(
    file: File,
    dry_run: DryRun = False,
    as_person: AsPerson = "",
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Take in people from csv or xlsx (email, name, unit, role, language, phone).

    New people get a link by mail to choose a password. Nothing is taken in if a row is wrong.
    """
    from documents.lists.list_file import LARGEST
    from documents.lists.people_file import read_people
    from documents.untrusted.apart import read_apart
    from documents.untrusted.containers import content_of
    from luoshi.wiring import utc_now
    from workflow.verbs.people.import_people import import_people

    allow(as_person, Permission.KEEP_PEOPLE)
    lines = read_apart(read_people, content_of(file, LARGEST))
    with acting(as_person, as_of) as c:
        done = import_people(c, lines, at=utc_now(), dry_run=dry_run)
    text = _(
        "People added: {added}, changed: {changed}, as they were: {unchanged}; new roles: {roles}.",
        added=len(done.added),
        changed=len(done.changed),
        unchanged=len(done.unchanged),
        roles=done.roles,
    )
    answer(json, asdict(done), [_("Only tried: {text}", text=text) if dry_run else text])


@group.command()
def link(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="The person's address.")],
    json: Json = False,
) -> None:
    """Print a link by which a person sets a password, for where no mail arrives."""
    from luoshi.wiring import utc_now
    from workflow.verbs.access.reset_password import link_for

    with acting() as c:
        address = link_for(c, email=email, at=utc_now())
    answer(json, {"link": address}, [address])


@group.command("remove-factor")
def remove_factor(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="The person's address.")],
    as_person: AsPerson = "",
    json: Json = False,
) -> None:
    """Take a person's lost second factor away and end their sessions.

    The password alone lets them in then, until they set up another one.
    """
    from db.queries.people.people import person_by_email
    from luoshi.wiring import utc_now
    from workflow.verbs.access import enrol_factor

    with acting(as_person) as c:
        person_id = person_by_email(c.session, email)
        enrol_factor.remove_factor(c, person_id, at=utc_now())
    text = _("The second factor of {email} is removed; their sessions are ended.", email=email)
    answer(json, {"person": person_id}, [text])
