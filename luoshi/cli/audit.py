"""luoshi audit"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from luoshi.cli.audit_export import export
from luoshi.cli.frame import Application, AsOf, Json, acting, answer, reading
from luoshi.language import _

group = Application(help="The event chains: check them, let their heads leave the house.")


def join(app: Application) -> None:
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
    """Check the event chains; exit 1 and the first broken link if they do not hold."""
    from workflow.verbs.verify_audit import verify_audit

    outside = [_head(text) for text in head or ()]
    with reading() as c:
        found = verify_audit(c, from_checkpoint=not from_start, outside=outside)
    document = asdict(found)
    if found.broken is None:
        text = _("{events} events in {chains} chains hold.", events=found.events,
                 chains=found.chains)  # fmt: skip
        answer(json, document, [text])
        return
    why = _(found.broken.why)
    text = _("Chain {chain} does not hold at link {no}: {why}.", chain=found.broken.chain,
             no=found.broken.no, why=why)  # fmt: skip
    document["broken"]["why"] = why
    answer(json, document, [text])
    raise typer.Exit(1)


@group.command("checkpoint")
def let_leave(as_of: AsOf = None, json: Json = False) -> None:
    """Keep the heads of all chains that have grown, and mail them to the administrators."""
    from workflow.verbs.checkpoint import checkpoint

    with acting(as_of=as_of) as c:
        heads = checkpoint(c)
    lines = [f"{head.chain}:{head.no}:{head.hash}" for head in heads]
    answer(json, {"heads": [asdict(h) for h in heads]}, lines or [_("Nothing has happened since.")])
