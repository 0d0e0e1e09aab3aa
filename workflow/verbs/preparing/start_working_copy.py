"""起草底稿: a read document becomes a working copy."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from db.models import Plan, WorkingCopy
from db.queries.places.places import about_plan, own_place
from db.queries.preparing.working_copies import SET_ASIDE, stages_of
from db.record import SYSTEM_CHAIN
from i18n import mark
from tasks_catalog.comparing.continuing import carried_over
from tasks_catalog.model import Catalogue
from tasks_catalog.plain import json_text, to_plain
from tasks_catalog.second_reader.answers import without_doubts
from workflow.rules.access.permissions import Permission, Subject
from workflow.rules.refusals import Invalid, Problem
from workflow.verbs.context import Context
from workflow.verbs.finding import catalogue_of, find_visible, last_edition


@dataclass(frozen=True)
class CopyStarted:
    """`outcome`: created, or present where the same was read before and is still at work."""

    copy_id: int
    outcome: str
    tasks: int


def start_working_copy(
    c: Context,
    *,
    catalogue: Catalogue,
    source_lines: Sequence[str] = (),
    file_name: str = "",
    title: str = "",
    plan_id: int | None = None,
    place_id: int | None = None,
) -> CopyStarted:
    """Keep what was read, with the text it was read from, to be corrected and assigned.

    Who: the office. `source_lines` are the lines that the catalogue's places count from 1; none for
    a catalogue without a document. `plan_id` names the running plan of which this is a newer
    edition: what was laid down for tasks that go on is carried over to a document that was read,
    not to a catalogue, whose every word is meant. The copy of a new plan is of the place
    `place_id`, by default the actor's. The same document begun twice is one copy. No mail. Raises
    NotAllowed, NotFound, and Invalid for a document without any task.
    """
    if plan_id is None:
        about = Subject(own_place(c.actor) if place_id is None else place_id)
    else:
        about = about_plan(c.session, plan_id)
    c.require(Permission.PREPARE, about)
    if plan_id is not None:
        find_visible(c, Plan, plan_id)
        edition = last_edition(c, plan_id) if source_lines else None
        if edition is not None:
            catalogue = carried_over(catalogue_of(edition), catalogue)
    if not catalogue.tasks:
        problem = Problem("tasks", mark("no task was found in the document"))
        raise Invalid(mark("The document cannot become a working copy."), (problem,))
    text, source = json_text(to_plain(catalogue)), "\n".join(source_lines)
    read = json_text(
        to_plain(without_doubts(catalogue))
    )  # an assistant says it otherwise each time
    sha = hashlib.sha256(f"{plan_id}\n{read}\n{source}".encode()).hexdigest()
    same = c.session.scalars(
        select(WorkingCopy.id).where(WorkingCopy.sha == sha, WorkingCopy.place_id == about.place_id)
    ).all()
    stages = stages_of(c.session, same)
    at_work = [copy_id for copy_id in same if stages[copy_id].name != SET_ASIDE]
    if at_work:
        return CopyStarted(at_work[-1], "present", len(catalogue.tasks))
    copy = WorkingCopy(
        place_id=about.place_id,
        title=title.strip() or catalogue.plan.title or file_name,
        file_name=file_name,
        source=source,
        catalogue=text,
        plan_id=plan_id,
        sha=sha,
        made_at=c.now,
        person_id=c.actor.person_id,
    )
    c.session.add(copy)
    c.session.flush()
    c.record_event(
        plan_id or SYSTEM_CHAIN, "start", "working_copy", copy.id,
        tasks=len(catalogue.tasks), sha=sha,
    )  # fmt: skip
    return CopyStarted(copy.id, "created", len(catalogue.tasks))
