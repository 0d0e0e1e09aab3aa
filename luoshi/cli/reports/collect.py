"""luoshi collect"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from i18n import _
from luoshi.cli.frame import (
    AsOf,
    CommandGroup,
    Json,
    answer,
    open_installation,
    say,
    writing_time,
)

if TYPE_CHECKING:
    from workflow.rules.access.permissions import Actor
    from workflow.verbs.context import Context


def join(app: CommandGroup) -> None:
    """Add the command."""
    app.command()(collect)


def collect(as_of: AsOf = None, json: Json = False) -> None:
    """Take in what has come by mail; exit 1 if the mailbox cannot be read."""
    from workflow.rules.mail.returns import OUTCOMES
    from workflow.verbs.collecting.collect_mail import collect_mail

    installation = open_installation()
    at = None if as_of is None else writing_time(installation, as_of)

    def opened(who: int | Actor) -> AbstractContextManager[Context]:
        return installation.acting(who, at)

    done = collect_mail(opened, installation.mailbox, installation.own_addresses)
    lines = [
        _("{what}: {n}", what=_(OUTCOMES[name]), n=n) for name, n in done.outcomes.items()
    ] or [_("No mail has come.")]
    answer(json, asdict(done), lines)
    if done.trouble:
        say(_("The mailbox cannot be read: {why}", why=done.trouble))
        raise typer.Exit(1)
