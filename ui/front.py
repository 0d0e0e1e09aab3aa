"""The pages' house put together from a running one: sessions, files, health, and what all see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from db.queries.plans.choices import plans_in_force
from db.queries.record.heartbeats import silent
from i18n import _
from luoshi.wiring import House as Wired
from luoshi.wiring import house_sessions
from ui.files.evidence import files_of
from ui.shell.application import Banner, House
from workflow.rules.access.passwords import RULE
from workflow.rules.access.permissions import system
from workflow.rules.refusals import Refused

from .shell.health import Health
from .shell.pages import BY_KEY, may_open
from .shell.sessions import Visitor

LOOK_AGAIN = timedelta(seconds=30)
DOOR = system("pages")


def front(wired: Wired, **more: Any) -> House:
    """What the pages stand on; `more` replaces or adds fields, as the demo does."""
    given: dict[str, Any] = {
        "sessions": house_sessions(wired),
        "wiring": wired,
        "address": wired.settings.base_url,
        "secret": wired.settings.secret_key.get_secret_value(),
        "files": files_of(wired),
        "health": lambda: Health(_answers(wired)),
        "refused": lambda visitor, key: wired.refusals.page(visitor.person_id, key),
        "foreign": wired.refusals.foreign,
        "plan": _PlanLine(wired),
        "banners": SilenceBanner(wired),
        "password_rule": RULE,
    }
    return House(**{**given, **more})


def _answers(wired: Wired) -> bool:
    try:
        with wired.reading(DOOR) as c:
            plans_in_force(c.session, c.actor, c.now)
    except Refused:
        return False
    return True


class _PlanLine:
    """The plan that a person works on, for the line above every page; asked once a session."""

    def __init__(self, wired: Wired) -> None:
        self.wired = wired

    def __call__(self, visitor: Visitor) -> str:
        import streamlit as st

        if "_plan_line" not in st.session_state:
            with self.wired.reading(visitor.person_id) as c:
                plans = plans_in_force(c.session, c.actor, c.now)
            st.session_state["_plan_line"] = plans[0].name if plans else ""
        return str(st.session_state["_plan_line"])


class SilenceBanner:
    """A warning above every page while something that runs by itself does not.

    Looked up anew every half minute, the same for everybody: it holds nothing of any plan.
    """

    def __init__(self, wired: Wired) -> None:
        self.wired = wired
        self.looked: datetime | None = None
        self.silence = False

    def __call__(self, visitor: Visitor) -> Sequence[Banner]:
        now = self.wired.wall()
        if self.looked is None or now - self.looked > LOOK_AGAIN:
            with self.wired.reading(DOOR) as c:
                found = silent(c.session, now=c.now, calendar=c.calendar, zone=c.letterhead.zone)
            self.looked, self.silence = now, bool(found)
        if not self.silence:
            return ()
        if may_open(BY_KEY["operations"], visitor.roles, visitor.separate):
            text = _("Reminders or other work did not run as planned. See the page Operations.")
        else:
            text = _("Reminders did not run as planned; the administrator has been told.")
        return (Banner(text),)
