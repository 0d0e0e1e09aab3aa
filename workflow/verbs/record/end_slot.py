"""Say that a slot of the timetable has had its turn."""

from __future__ import annotations

from db.queries.record.heartbeats import record_run
from workflow.rules.access.permissions import INSTALLATION, Permission
from workflow.verbs.context import Context


def end_slot(c: Context, name: str, summary: str, *, failed: bool) -> None:
    """Leave the heartbeat of a slot when each of its plans has been worked on, well or not.

    Who may: who runs the installation, and the system. While plans fail, people are told of it.
    """
    c.require(Permission.OPERATE, INSTALLATION)
    record_run(c.session, name, c.now, ok=not failed, summary=summary)
