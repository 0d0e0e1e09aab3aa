"""What runs by itself, part by part and slot by slot, and how its last run went, in words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from markupsafe import Markup

from db.queries.record.heartbeats import CLOCK_BEHIND, LastRun
from i18n import _, mark
from ui.components.lights import light
from ui.components.tables import ListColumn, data_table
from ui.views.shared.office import moment
from workflow.rules.record.parts import PartState
from workflow.rules.record.remedies import ERROR
from workflow.rules.time.calendar import Calendar
from workflow.rules.time.timetable import (
    ALARM,
    ALARM_DOES,
    COLLECT,
    COLLECT_DOES,
    COLLECT_EVERY,
    DELIVER,
    DELIVER_DOES,
    Slot,
    next_run,
)

COUNTED = re.compile(r"\b([a-z]+)=(\d+)")
DID = {
    "rows": mark("{n} records"),
    "files": mark("{n} evidence files"),
    "events": mark("{n} events"),
    "mb": mark("{n} MB"),
    "damaged": mark("{n} evidence files damaged or missing"),
    "untried": mark("not tried: only the recipients of the key are known here"),
    "reminders": mark("{n} reminders"),
    "mails": mark("{n} mails"),
    "rounds": mark("{n} rounds"),
    "assessments": mark("{n} assessments"),
    "chains": mark("{n} audit records"),
    "sent": mark("{n} sent"),
    "failed": mark("{n} failed"),
    "postponed": mark("{n} put off"),
}
"""Counts that verbs leave with their heartbeat, in words."""
REFUSED = {
    "no_backup_key": mark("no key that seals or opens backups: LUOSHI_BACKUP_KEY"),
    "disk_full": mark("the disk is full"),
    "differs": mark("the backup holds contents that somebody changed: luoshi audit verify"),
    "not_found": mark("there is no backup yet"),
    "invalid": mark("the backup cannot be restored, or its key is none"),
}
"""Why a run was refused, by the code that it left with its heartbeat."""


def parts_table(found: Sequence[PartState], zone: str) -> Markup:
    """Every part with how it stands and its last sign of life."""
    rows = [
        [
            _(part.does),
            light("green", _("running"), word=False)
            if part.lives
            else light("red", _(part.trouble), word=False),
            moment(part.sign.seen_at, zone) if part.sign else _("not yet"),
        ]
        for part in found
    ]
    columns = [
        ListColumn(_("What"), "lead"),
        ListColumn(_("State")),
        ListColumn(_("Last sign of life")),
    ]
    return data_table(_("Parts of the system"), columns, rows)


def timetable_table(
    timetable: Sequence[Slot],
    runs: Mapping[str, LastRun],
    now: datetime,
    calendar: Calendar,
    zone: str,
) -> Markup:
    """Every slot and loop with its last run, its next, and how the last one went."""
    rows = [
        [
            _(slot.does),
            _last(runs.get(slot.name), zone),
            moment(next_run(slot, now, calendar, zone), zone),
            _state(runs.get(slot.name)),
        ]
        for slot in timetable
    ]
    loop = runs.get(DELIVER)
    rows.append([_(DELIVER_DOES), _last(loop, zone), _("all the time"), _state(loop)])
    if collecting := runs.get(COLLECT):
        often = _("every {n} minutes", n=COLLECT_EVERY.seconds // 60)
        rows.append([_(COLLECT_DOES), _last(collecting, zone), often, _state(collecting)])
    if alarm := runs.get(ALARM):
        rows.append([_(ALARM_DOES), _last(alarm, zone), _("when needed"), _state(alarm)])
    columns = [
        ListColumn(_("What"), "lead"),
        ListColumn(_("Last run")),
        ListColumn(_("Next run")),
        ListColumn(_("How it went")),
    ]
    return data_table(_("What runs by itself"), columns, rows)


def _last(beat: LastRun | None, zone: str) -> str:
    return moment(beat.at, zone) if beat else _("not yet")


def _state(beat: LastRun | None) -> Markup:
    if beat is None:
        return light("none", _("not yet"), word=False)
    return light("green" if beat.ok else "red", _did(beat), word=False)


def _did(beat: LastRun) -> str:
    """What a run left behind ("reminders=4 mails=4") in words; other words stay as they are."""
    if beat.summary == CLOCK_BEHIND:
        return _(beat.trouble)
    counts = dict(COUNTED.findall(beat.summary))
    said = [_(DID[name], n=counts[name]) for name in DID if counts.get(name, "0") != "0"]
    _counts, refused, code = beat.summary.partition("refused=")
    if refused:
        said.append(_(REFUSED.get(code, code)))
    elif beat.trouble.startswith(ERROR):
        said.append(_("error of the program: {kind}", kind=beat.trouble.removeprefix(ERROR)))
    elif beat.trouble:
        said.append(beat.trouble)
    return _(", ").join(said) or (_("nothing to do") if counts else beat.summary)
