"""luoshi rounds, remind, deliver, watch"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from i18n import _
from luoshi.cli.frame import (
    OPERATOR,
    AsOf,
    AsPerson,
    CommandGroup,
    DryRun,
    Json,
    acting,
    answer,
    open_installation,
    reading,
    say,
    writing_time,
)

if TYPE_CHECKING:
    from luoshi.wiring import Installation
    from workflow.verbs.context import Context

group = CommandGroup(help="Reporting rounds: open, close.")
OnePlan = Annotated[str, typer.Option("--plan", metavar="PLAN", help="Only this plan.")]


def join(app: CommandGroup) -> None:
    """Add the commands."""
    app.add_typer(group, name="rounds")
    app.command()(remind)
    app.command()(deliver)
    app.command()(watch)


@group.command("open")
def open_due(
    plan: OnePlan = "", as_person: AsPerson = "", as_of: AsOf = None, json: Json = False
) -> None:
    """Open the rounds that are due."""
    from db.queries.record.naming import plan_named
    from workflow.verbs.rounds.open_rounds import open_rounds

    with acting(as_person, as_of) as c:
        opened = open_rounds(c, plan_named(c.session, c.actor, plan) if plan else None)
    lines = [
        _("Round {period}: {n} reports are owed.", period=one.period, n=one.reports)
        for one in opened
    ]
    answer(json, {"opened": [asdict(o) for o in opened]}, lines or [_("No round is to be opened.")])


@group.command("close")
def close_due(
    plan: OnePlan = "", as_person: AsPerson = "", as_of: AsOf = None, json: Json = False
) -> None:
    """Close the rounds whose time is over."""
    from db.queries.record.naming import plan_named
    from workflow.verbs.rounds.close_rounds import close_rounds

    with acting(as_person, as_of) as c:
        closed = close_rounds(c, plan_named(c.session, c.actor, plan) if plan else None)
    lines = [
        _("Round {period} is closed; {n} reports were never filed.", period=o.period, n=o.unfiled)
        for o in closed
    ]
    answer(json, {"closed": [asdict(o) for o in closed]}, lines or [_("No round is to be closed.")])


def remind(
    dry_run: DryRun = False, as_person: AsPerson = "", as_of: AsOf = None, json: Json = False
) -> None:
    """Write the reminders that are due into the outbox; --dry-run lists them with their mails."""
    from workflow.verbs.reminders.remind_by_shard import remind_by_shard

    done = remind_by_shard(
        lambda: acting(as_person, as_of),
        lambda: reading(as_person, as_of),
        dry_run=dry_run,
        listed=json,
    )
    document = {
        "day": done.day,
        "dry_run": dry_run,
        "reminders": done.reminders,
        "people": done.people,
        "mails": [
            {"person_id": m.person_id, "unit_id": m.unit_id, "matters": len(m.entries)}
            for m in done.mails
        ],
        "units": [asdict(unit) for unit in done.units],
    }
    text = _("Reminders: {n}, in mails: {mails}.", n=done.reminders, mails=done.people)
    if dry_run:
        text = _("Reminders that would go out: {n}, in mails: {mails}.", n=done.reminders,
                 mails=done.people)  # fmt: skip
    told = [
        _("{unit}: reminders {n}, people {people}", unit=u.unit, n=u.reminders, people=u.people)
        for u in done.units
    ]
    answer(json, document, [text, *told])


def deliver(
    keep_on: Annotated[
        bool, typer.Option("--keep-on", help="Go on until stopped, instead of once.")
    ] = False,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Send what is in the outbox; exit 1 if the relay took nothing."""
    from luoshi.alive import giving_signs, stop_by_signal
    from workflow.rules.access.permissions import system
    from workflow.rules.record.parts import DELIVERY
    from workflow.rules.time.timetable import DELIVER
    from workflow.verbs.mail import deliver as delivering

    installation = open_installation()
    at = None if as_of is None else writing_time(installation, as_of)

    def opened() -> AbstractContextManager[Context]:
        return installation.acting(system(DELIVER), at)

    if keep_on:
        with giving_signs(installation, DELIVERY):
            delivering.deliver_for_ever(opened, installation.relay, stop_by_signal())
        return
    done = delivering.deliver(opened, installation.relay)
    text = _("Mails sent: {sent}, refused for good: {failed}, later: {later}.",
             sent=done.sent, failed=done.failed, later=done.postponed)  # fmt: skip
    answer(json, asdict(done), [text])
    if done.relay:
        say(_("The mail relay takes nothing: {why}", why=done.relay))
        raise typer.Exit(1)


def watch(
    keep_on: Annotated[
        bool, typer.Option("--keep-on", help="Go on until stopped, instead of once.")
    ] = False,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Say what has not run when it should have, and alert the administrators; exit 1 if anything.

    Once, for a scheduler of the machine's own, such as cron; or as a part that keeps on.
    """
    from luoshi.private import too_open
    from workflow.rules.access.permissions import system
    from workflow.verbs.record import watch as watching

    installation = open_installation()
    if keep_on:
        _keep_watching(installation)
        return
    at = None if as_of is None else writing_time(installation, as_of)
    found = watching.look(lambda: installation.acting(system(OPERATOR), at), installation.channel)
    cautions = [_(caution) for caution in installation.settings.cautions]
    cautions += [
        _("Others on this machine may read {file}.", file=one) for one in too_open(installation)
    ]
    for caution in cautions:
        say(caution)
    lines = [str(watching.problem_of(one, installation.settings.time_zone)) for one in found]
    document = {"silent": [asdict(one) for one in found], "cautions": cautions}
    answer(json, document, lines or [_("Everything runs.")])
    if found:
        raise typer.Exit(1)


def _keep_watching(installation: Installation) -> None:
    from luoshi.alive import giving_signs, stop_by_signal
    from workflow.rules.access.permissions import system
    from workflow.rules.record.parts import WATCH
    from workflow.verbs.record.watch import watch_for_ever

    with giving_signs(installation, WATCH):
        watch_for_ever(
            lambda: installation.acting(system("watch")),
            stop_by_signal(),
            channel=installation.channel,
        )
