"""A newer edition of a plan comes into force; what runs goes on, with its reports and history."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from db import record
from db.models import Edition, Item, Plan, PlanSpan, Task
from db.queries.places.places import about_plan
from i18n import mark
from tasks_catalog import model
from tasks_catalog.comparing import Differences, same_items
from tasks_catalog.plain import json_text, to_plain
from workflow.rules.access.permissions import Permission
from workflow.rules.refusals import Invalid, Problem
from workflow.verbs.context import Context
from workflow.verbs.editions.apply_edition import AppliedChange, apply_edition, standing_tasks
from workflow.verbs.editions.compare_editions import between, continued, in_force_of
from workflow.verbs.editions.renumber import renumber
from workflow.verbs.finding import catalogue_of, find_visible
from workflow.verbs.indicators.lay_indicators import lay_indicators
from workflow.verbs.plans.load_catalogue import check_numbers, head_of, load_catalogue


@dataclass(frozen=True)
class Applied:
    """What an edition did. `outcome`: applied, or unchanged where it was loaded last already.

    `added`, `dropped`, `changed` are codes as they are now; of `finished`, which were closed out or
    terminated before, the words were changed and nothing else. `shares`: tasks whose year targets
    no longer make the whole. `units_created` and `unreached` (no liaison was told) by unit id.
    """

    plan_id: int
    edition: int
    outcome: Literal["applied", "unchanged"]
    added: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    renumbered: tuple[str, ...] = ()
    finished: tuple[str, ...] = ()
    shares: tuple[str, ...] = ()
    units_created: tuple[int, ...] = ()
    unreached: tuple[int, ...] = ()


def load_edition(
    c: Context,
    *,
    plan_id: int,
    catalogue: model.Catalogue,
    document: str = "",
    confirmed: Mapping[str, str] | None = None,
    version: int | None = None,
) -> Applied:
    """Apply what a newer edition of a plan changes, after a person has seen it (preview_edition).

    Who: administrators. `confirmed` says of proposed matches (see tasks_catalog.comparing) which
    old code each new one was, "" for a new task; every proposal must be settled. `version` is the
    plan's as the preview showed it. The plan keeps its code, policy and the paper it was issued by.

    A draft is replaced; its tasks keep their identity under other codes. In a running plan, which
    needs the `document` that approves the edition: matched tasks keep their id, reports, year
    targets and history, and only what differs between the two editions is changed, so that dates,
    numbers and units that decisions moved in between stay where the edition says nothing else.
    Added tasks are issued. Dropped tasks are terminated: what they owe is waived, what was asked is
    laid aside. Units that gain, lose or keep a changed task get one letter each.

    Loading the same again changes nothing. Raises NotFound, NotAllowed, Conflict for the second
    writer, Invalid where proposals are open, the document is missing, a task has no lead, numbers
    cannot be kept, or names of one unit belong to two.
    """
    c.require(Permission.LOAD_PLAN, about_plan(c.session, plan_id))
    plan = find_visible(c, Plan, plan_id)
    last = in_force_of(c, plan_id)
    old = catalogue_of(last)
    new = continued(old, catalogue, confirmed)
    text = json_text(to_plain(new))
    sha = hashlib.sha256(text.encode()).hexdigest()
    if sha == last.sha:
        return Applied(plan_id, last.no, "unchanged")
    record.compare_and_set(c.session, Plan, plan_id, plan.version if version is None else version)
    differences = between(old, new, confirmed)
    _refuse(differences, document if plan.issued_at is not None else "–")
    head_of(new)
    check_numbers(new)
    standing = standing_tasks(c, plan_id)
    _renumber(c, plan_id, old, new, differences, last.no, everything=plan.issued_at is not None)
    if plan.issued_at is None:
        loaded = load_catalogue(c, new)
        done = _codes(AppliedChange(), differences)
        return replace(
            done, plan_id=plan_id, edition=loaded.edition, units_created=loaded.units_created
        )
    c.session.add(
        Edition(plan_id=plan_id, no=last.no + 1, loaded_at=c.now, sha=sha, catalogue=text)
    )
    _close_span(c, plan, last, document.strip())
    change = apply_edition(
        c, plan, (old, new), standing, differences, last.no + 1, document.strip()
    )
    years = head_of(old)[1], head_of(new)[1]
    lay_indicators(c, plan_id, (old, new), years, document.strip())
    c.record_event(
        plan_id, "load_edition", "plan", plan_id, str(last.no), str(last.no + 1),
        sha=sha, added=change.added, dropped=change.dropped, changed=change.changed,
        units=change.units_created,
    )  # fmt: skip
    return replace(_codes(change, differences), plan_id=plan_id, edition=last.no + 1)


def _close_span(c: Context, plan: Plan, last: Edition, document: str) -> None:
    """Remember the years that the plan had under its last edition, and what replaced that."""
    c.session.add(
        PlanSpan(
            plan_id=plan.id,
            first_year=plan.first_year,
            last_year=plan.last_year,
            document=document,
            known_from=last.loaded_at,
            known_to=c.now,
        )
    )


def _refuse(differences: Differences, document: str) -> None:
    problems = [
        Problem(
            one.new.code,
            mark("is it the task {old} “{title}” of the edition in force ({why})?"),
            old=one.old.code, title=one.old.title, why=one.why,
        )
        for one in differences.proposals
    ]  # fmt: skip
    if not document.strip():
        problems.append(Problem("document", mark("the document's number is missing")))
    if problems:
        raise Invalid(mark("The edition cannot be applied yet."), tuple(problems))


def _renumber(
    c: Context,
    plan_id: int,
    old: model.Catalogue,
    new: model.Catalogue,
    differences: Differences,
    no: int,
    *,
    everything: bool,
) -> None:
    """Let tasks and headings go on under the codes of the newer edition.

    In a draft a task that was dropped before comes back under its code (see load_catalogue).
    """
    items = {item.code for item in new.items}
    same = same_items(old.items, new.items).items()
    going_on = {was: code for was, code in same if code in items}
    needed = items if everything else set(going_on.values())
    renumber(c, Item, plan_id, going_on, needed, no)
    codes = dict(differences.pairs)
    wanted = {task.code for task in new.tasks}
    if not everything:
        wanted &= {task.code for task in old.tasks} | {n for o, n in codes.items() if o != n}
    renumber(c, Task, plan_id, codes, wanted, no)


def _codes(change: AppliedChange, differences: Differences) -> Applied:
    return Applied(
        0, 0, "applied",
        added=tuple(task.code for task in differences.added),
        dropped=tuple(task.code for task in differences.dropped),
        changed=tuple(one.new.code for one in differences.changed),
        renumbered=tuple(n for o, n in differences.pairs if o != n),
        finished=change.finished, shares=change.shares,
        units_created=change.units_created, unreached=change.unreached,
    )  # fmt: skip
