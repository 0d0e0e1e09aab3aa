"""luoshi plan compare, luoshi plan edition"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from i18n import _, mark
from luoshi.cli.frame import (
    AsOf,
    AsPerson,
    CommandGroup,
    File,
    Json,
    acting,
    allow,
    answer,
    reading,
)
from luoshi.cli.plans.heads import FirstYear, LastYear, with_head
from luoshi.cli.plans.plan import Plan, group
from workflow.rules.access.permissions import Permission
from workflow.rules.refusals import Invalid, Problem

if TYPE_CHECKING:
    from tasks_catalog.comparing import Differences
    from tasks_catalog.model import CatalogueTask

Match = Annotated[
    list[str] | None,
    typer.Option("--match", metavar="NEW=OLD", help="The new code was the old; NEW= is new."),
]
Likely = Annotated[
    bool, typer.Option("--take-proposals", help="Take every match that is proposed.")
]


def join(app: CommandGroup) -> None:  # noqa: ARG001 (the group is another's, the signature common)
    """Add the commands to those about plans."""
    group.command("compare")(show_differences)
    group.command("edition")(bring_into_force)


def show_differences(
    plan: Plan, file: File, match: Match = None, take: Likely = False, as_person: AsPerson = "",
    json: Json = False,
) -> None:  # fmt: skip
    """Compare a plan with a newer edition: added, dropped, changed, proposed matches."""
    import tasks_catalog
    from db.queries.record.naming import plan_named
    from workflow.verbs.editions.compare_editions import preview_edition

    allow(as_person, Permission.PREPARE)
    catalogue = tasks_catalog.read(file)
    with reading(as_person) as c:
        plan_id = plan_named(c.session, c.actor, plan)
        confirmed = _confirmed(c, plan_id, catalogue, match, take)
        shown = preview_edition(c, plan_id=plan_id, catalogue=catalogue, confirmed=confirmed)
    found = shown.differences
    lines = [*_lines(found), *(
        _("{code}: {field} was moved to {stands} by a decision; the edition says {after}",
          code=one.code, field=one.field, stands=one.stands, after=one.after)
        for one in shown.overtaken
    )]  # fmt: skip
    document = {
        "plan_id": shown.plan_id, "edition": shown.edition, "version": shown.version,
        "running": shown.running, **_document(found),
        "overtaken": [asdict(one) for one in shown.overtaken],
    }  # fmt: skip
    answer(json, document, lines or [_("The editions demand the same.")])


def bring_into_force(
    plan: Plan,
    file: File,
    document: Annotated[str, typer.Option("--document", help="What approves it.")] = "",
    match: Match = None,
    take: Likely = False,
    first_year: FirstYear = None,
    last_year: LastYear = None,
    as_person: AsPerson = "",
    as_of: AsOf = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Apply a newer edition to a plan, after compare; loading it twice changes nothing."""
    import tasks_catalog
    from db.queries.record.naming import plan_named
    from workflow.verbs.editions.load_edition import load_edition

    allow(as_person, Permission.LOAD_PLAN)
    catalogue = with_head(tasks_catalog.read(file), first_year=first_year, last_year=last_year)
    with acting(as_person, as_of) as c:
        plan_id = plan_named(c.session, c.actor, plan)
        confirmed = _confirmed(c, plan_id, catalogue, match, take)
        done = load_edition(
            c, plan_id=plan_id, catalogue=catalogue, document=document, confirmed=confirmed
        )
    if done.outcome == "unchanged":
        text = _("This edition is in force already; nothing was changed.")
    else:
        text = _(
            "Edition {no} is in force; tasks added: {added}, dropped: {dropped}, "
            "changed: {changed}.",
            no=done.edition, added=len(done.added), dropped=len(done.dropped),
            changed=len(done.changed),
        )  # fmt: skip
    answer(json, asdict(done), [text])


def _confirmed(
    c: Any, plan_id: int, catalogue: Any, match: list[str] | None, take: bool
) -> dict[str, str]:
    """What the options say of matches; taken proposals are those left after the named ones."""
    from tasks_catalog.comparing import take_all
    from workflow.verbs.editions.compare_editions import preview_edition

    wrong = [text for text in match or () if "=" not in text]
    if wrong:
        problems = tuple(Problem(text, mark("write it like 1.3=1.2")) for text in wrong)
        raise Invalid(mark("The matches are not understood."), problems)
    said = dict(text.split("=", 1) for text in match or ())
    if not take:
        return said
    shown = preview_edition(c, plan_id=plan_id, catalogue=catalogue, confirmed=said)
    return {**said, **take_all(shown.differences)}


def _lines(found: Differences) -> Iterator[str]:
    from tasks_catalog.comparing.saying import FIELD_WORDS, said

    def fields(changes: Any) -> Iterator[str]:
        for one in changes:
            before, after = said(one.field, one.before), said(one.field, one.after)
            yield f"\t{_(FIELD_WORDS[one.field])}\t{before} → {after}"

    for proposal in found.proposals:
        yield _("{new} {title}: was it {old} “{was}”? {why}, {percent}%",
                new=proposal.new.code, title=proposal.new.title, old=proposal.old.code,
                was=proposal.old.title, why=proposal.why,
                percent=int(proposal.likeness * 100))  # fmt: skip
        yield from fields(proposal.fields)
    for task in found.added:
        yield _("added: {code} {title}", code=task.code, title=task.title)
    for task in found.dropped:
        yield _("dropped: {code} {title}", code=task.code, title=task.title)
    for change in found.changed:
        yield _("changed: {code} {title}", code=change.new.code, title=change.new.title)
        yield from fields(change.fields)
    if found.head:
        yield _("the plan itself")
        yield from fields(found.head)
    for item in found.items:
        yield _("heading {code}: {before} → {after}",
                code=item.code, before=item.before or "–", after=item.after or "–")  # fmt: skip
    for member in found.groups:
        more = ", ".join([*(f"+{n}" for n in member.added), *(f"-{n}" for n in member.dropped)])
        yield _("group {name}: {members}", name=member.name, members=more)
    for number in found.indicators:
        before, after = (
            one and (one.target_text or one.target) for one in (number.before, number.after)
        )
        yield _("indicator {name}: {before} → {after}",
                name=number.name, before=before or "–", after=after or "–")  # fmt: skip


def _document(found: Differences) -> dict[str, Any]:
    def short(task: CatalogueTask) -> dict[str, str]:
        return {"code": task.code, "title": task.title}

    def changes(one: Any) -> dict[str, Any]:
        return {"old": one.old.code, "fields": [asdict(part) for part in one.fields]}

    return {
        "added": [short(task) for task in found.added],
        "dropped": [short(task) for task in found.dropped],
        "changed": [{**short(one.new), **changes(one)} for one in found.changed],
        "proposals": [
            {**short(one.new), **changes(one), "likeness": one.likeness, "why": str(one.why)}
            for one in found.proposals
        ],
        **{name: [asdict(one) for one in getattr(found, name)]
           for name in ("head", "items", "groups", "indicators")},
    }  # fmt: skip
