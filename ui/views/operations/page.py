"""系统运维: is everything running?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import streamlit as st
from markupsafe import Markup

from db.installation import is_demo
from db.queries.mail.outbox import Backlog, LoggedMail, backlog, mail_log
from db.queries.plans.plans import list_plans
from db.queries.record.chains import ChainEnd, heads
from db.queries.record.heartbeats import LastRun, last_runs
from db.queries.record.installation import is_current
from db.queries.record.signs import signs
from i18n import _
from luoshi.private import too_open
from ui.components.figures import KeyFigure, key_figures
from ui.components.lights import tag
from ui.components.states import note
from ui.components.tables import ListColumn, data_table
from ui.shell.page import Page
from ui.views.operations.first_run import draw_first_run
from ui.views.operations.running import parts_table, timetable_table
from ui.views.shared.office import moment, zone_of
from ui.views.shared.returns import draw_returns
from workflow.rules.mail.delivery import OutboxState
from workflow.rules.record.parts import PartState, SignOfLife, parts
from workflow.rules.refusals import Problem
from workflow.rules.time.calendar import MISSING_YEAR, Calendar
from workflow.rules.time.timetable import (
    ALARM,
    ALARM_DOES,
    COLLECT,
    COLLECT_DOES,
    DELIVER,
    DELIVER_DOES,
    Slot,
)
from workflow.verbs.mail.resend import resend
from workflow.verbs.record.audit_findings import findings, looked_at
from workflow.verbs.record.verify_audit import verify_audit
from workflow.verbs.rounds.set_calendar_day import set_calendar_day

SHOWN = 20
"""Failed mails on the page; the rest are in the mail log of 催办督办."""


@dataclass(frozen=True)
class _Seen:
    now: datetime
    calendar: Calendar
    last_runs: dict[str, LastRun]
    mail: Backlog
    failed: tuple[LoggedMail, ...]
    heads: list[ChainEnd]
    current: bool
    parts: tuple[PartState, ...]
    timetable: Sequence[Slot]
    plans: Mapping[int, str]


def draw(page: Page) -> None:
    """What runs by itself, what waits, and what went wrong."""
    with page.reading() as c:
        seen = _Seen(
            now=c.now,
            calendar=c.calendar,
            last_runs=last_runs(c.session),
            mail=backlog(c.session, c.actor, at=c.now),
            failed=mail_log(c.session, c.actor, state=OutboxState.FAILED, limit=SHOWN),
            heads=heads(c.session),
            current=is_current(c.session),
            # In a demo the parts are threads of one process, which is watched by its owner.
            parts=() if is_demo(c.session) else _parts(page, signs(c.session)),
            timetable=c.timetable,
            plans={plan.plan_id: plan.title for plan in list_plans(c.session, c.actor, c.now)},
        )
    zone = zone_of(page)
    page.title(under=_("As of {time}", time=moment(seen.now, zone)))
    page.html(_figures(seen, zone))
    if open_to_others := too_open(page.installation):
        files = _(", ").join(map(str, open_to_others))
        words = _("Others on this machine may read these; take that away: {files}", files=files)
        page.html(note(words, "warning"))
    if not seen.current:
        page.html(
            note(_("The database is older than the program: run luoshi db upgrade."), "warning")
        )
    if seen.parts:
        page.html(
            Markup("<h2>{}</h2>").format(_("Parts of the system")), parts_table(seen.parts, zone)
        )
    for caution in page.installation.settings.cautions:
        page.html(note(_(caution), "warning"))
    page.html(
        Markup("<h2>{}</h2>").format(_("What runs by itself")),
        timetable_table(seen.timetable, seen.last_runs, seen.now, seen.calendar, zone),
    )
    if page.application.prefect:
        page.html(
            Markup('<p><a href="/prefect/">{}</a></p>').format(
                _("Every single run, on Prefect's page")
            )
        )
    _failed(page, seen, zone)
    draw_returns(page, limit=SHOWN, where_empty=False)
    _chains(page, seen, zone)
    draw_first_run(page)
    _calendar(page, seen)


def _figures(seen: _Seen, zone: str) -> Markup:
    waiting = seen.mail.queued + seen.mail.sending
    since = seen.mail.waiting_since
    does = {slot.name: slot.does for slot in seen.timetable} | {
        DELIVER: DELIVER_DOES,
        ALARM: ALARM_DOES,
        COLLECT: COLLECT_DOES,
    }
    quiet = [_(does.get(name, name)) for name, one in seen.last_runs.items() if not one.ok]
    return key_figures(
        [
            KeyFigure(
                _("Mails waiting"),
                str(waiting),
                _("since {time}", time=moment(since, zone)) if since else _("nothing waits"),
                "yellow" if waiting else "green",
            ),
            KeyFigure(
                _("Mails that failed"),
                str(seen.mail.failed),
                _("to be looked at") if seen.mail.failed else _("none"),
                "red" if seen.mail.failed else "green",
            ),
            KeyFigure(_("Mails sent"), str(seen.mail.sent), _("in all")),
            KeyFigure(
                _("Runs that failed"),
                str(len(quiet)),
                _("; ").join(sorted(quiet)) or _("none"),
                "red" if quiet else "green",
            ),
        ]
    )


def _parts(page: Page, found: dict[str, SignOfLife]) -> tuple[PartState, ...]:
    installation = page.installation
    return parts(found, installation.wall(), scheduled=installation.settings.scheduled)


def _failed(page: Page, seen: _Seen, zone: str) -> None:
    if not seen.failed:
        return
    st.header(_("Mails that failed"))
    rows = [
        [mail.subject, mail.person, mail.unit, moment(mail.created_at, zone), _(mail.last_error)]
        for mail in seen.failed
    ]
    columns = [
        ListColumn(_("Subject"), "lead"),
        ListColumn(_("To")),
        ListColumn(_("Unit")),
        ListColumn(_("Written")),
    ]
    page.html(data_table(_("Mails that failed"), [*columns, ListColumn(_("Why"))], rows))
    st.button(
        _("Send these {n} again", n=len(rows)),
        on_click=page.callback(_resend),
        args=(page, [mail.id for mail in seen.failed]),
    )


def _resend(page: Page, mails: list[int]) -> None:
    with page.acting() as c:
        for mail in mails:
            resend(c, outbox_id=mail)
    page.say(_("{n} mails go out again.", n=len(mails)))


def _chains(page: Page, seen: _Seen, zone: str) -> None:
    st.header(_("The audit record"))
    rows = [
        [
            _record_of(head.chain, seen.plans),
            str(head.no),
            moment(head.at, zone),
            Markup("<code>{}</code>").format(head.hash[:16]),
        ]
        for head in seen.heads
    ]
    columns = [
        ListColumn(_("Record of"), "lead"),
        ListColumn(_("Events"), "number"),
        ListColumn(_("Last event")),
    ]
    page.html(data_table(_("The audit record"), [*columns, ListColumn(_("Last hash"))], rows))
    check(page)


def _record_of(chain: int, plans: Mapping[int, str]) -> str:
    """A plan by its title where the reader may see it, else by its number."""
    return plans.get(chain) or _("Plan {id}", id=chain) if chain else _("System")


def check(page: Page) -> None:
    """The button that checks the record from its start, and what it found."""
    if st.button(_("Check the record from the start")):
        with page.trying(), st.spinner(_("Checking …")):
            with page.reading() as c:
                found = verify_audit(c, from_checkpoint=False)
            zone = page.installation.settings.time_zone
            wrong = findings(found, None)
            told = _("{n} things do not hold.", n=len(wrong)) if wrong else _(
                "What was looked at holds."
            )  # fmt: skip
            page.html(note(told, "warning" if wrong else "done"))
            for lines in (wrong, looked_at(found, None, zone)):
                page.html(_said(lines))


def _said(lines: list[Problem]) -> Markup:
    items = Markup("").join(Markup("<li>{}</li>").format(str(line)) for line in lines)
    return Markup("<ul>{}</ul>").format(items) if lines else Markup("")


def _calendar(page: Page, seen: _Seen) -> None:
    st.header(_("Working days"))
    years = seen.calendar.known_years
    missing = seen.calendar.missing_year(page.installation.today())
    if missing is not None:
        page.html(note(_(MISSING_YEAR, year=missing), "warning"))
    page.html(
        Markup("<p>{} {}</p>").format(
            _("The moved days are known up to {year}.", year=max(years)),
            tag(_("{n} days entered by hand", n=len(seen.calendar.overrides))),
        )
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        day = st.date_input(_("Day"), value=None, format="YYYY-MM-DD")
        works = st.segmented_control(
            _("It is"), [True, False], default=False,
            format_func=lambda worked: _("a working day") if worked else _("a free day"),
        )  # fmt: skip
        if st.button(_("Enter this day"), disabled=day is None) and day:
            with page.trying():
                with page.acting() as c:
                    set_calendar_day(c, day=day, workday=bool(works))
                page.say(_("Entered."))
                st.rerun()
