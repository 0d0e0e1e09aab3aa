"""luoshi audit"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from i18n import _
from luoshi.cli.frame import AsOf, CommandGroup, Json, acting, answer, open_installation, who
from luoshi.cli.record.audit_export import export

group = CommandGroup(help="The event chains: check them, let their heads leave the installation.")


def join(app: CommandGroup) -> None:
    """Add the commands."""
    group.command()(export)
    app.add_typer(group, name="audit")


def _head(text: str) -> tuple[int, int, str]:
    chain, _colon, rest = text.partition(":")
    no, _colon, seen = rest.partition(":")
    if not (chain.isdecimal() and no.isdecimal() and seen):
        raise typer.BadParameter(_("A head is written CHAIN:NUMBER:HASH, as in the mail."))
    return int(chain), int(no), seen.lower()


@group.command()
def verify(
    from_start: Annotated[
        bool, typer.Option("--from-start", help="Walk everything, not from the last checkpoint.")
    ] = False,
    head: Annotated[
        list[str] | None,
        typer.Option("--head", metavar="HEAD", help="A head from a mail, CHAIN:NUMBER:HASH."),
    ] = None,
    json: Json = False,
) -> None:
    """Check the event chains, the contents that they seal, and the files of evidence.

    Says from where to where it looked and what it did not look at; exit 1 where something that it
    looked at does not hold.
    """
    from workflow.verbs.record.audit_findings import findings, looked_at
    from workflow.verbs.record.verify_audit import verify_audit
    from workflow.verbs.record.verify_files import verify_files

    outside = [_head(text) for text in head or ()]
    installation = open_installation()
    operator = who(installation, "")
    with installation.reading(operator) as c:
        found = verify_audit(c, from_checkpoint=not from_start, outside=outside)
    after = {one.chain: one.after for one in found.walked}
    files = verify_files(lambda: installation.reading(operator), installation.evidence, after)
    zone = installation.settings.time_zone
    wrong = [str(one) for one in findings(found, files)]
    looked = [str(one) for one in looked_at(found, files, zone)]
    document = {
        "holds": not wrong,
        "findings": wrong,
        "looked_at": looked,
        "events": found.events,
        "rows": found.rows,
        "chains": found.chains,
        **asdict(found),
        "files": asdict(files),
        "broken": asdict(found.broken) if found.broken else None,
    }
    told = _("{n} things do not hold.", n=len(wrong)) if wrong else _(
        "What was looked at holds."
    )  # fmt: skip
    answer(json, document, [*wrong, told, *looked])
    if wrong:
        raise typer.Exit(1)


@group.command("checkpoint")
def let_leave(as_of: AsOf = None, json: Json = False) -> None:
    """Keep the heads of all chains that have grown, and mail them to those who audit, without
    waiting for the week."""
    from workflow.verbs.record.checkpoint import checkpoint

    with acting(as_of=as_of) as c:
        heads = checkpoint(c, letter=True)
    lines = [f"{head.chain}:{head.no}:{head.hash}" for head in heads]
    answer(json, {"heads": [asdict(h) for h in heads]}, lines or [_("Nothing has happened since.")])
