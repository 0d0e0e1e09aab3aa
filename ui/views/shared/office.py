"""What the office's pages share: words for periods and lights, who sees what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from urllib.parse import urlencode

import streamlit as st
from markupsafe import Markup

from luoshi.wiring import Installation
from ui.components.dates import moment as moment  # noqa: PLC0414 (pages find it here)
from ui.components.dates import short_date as short_date  # noqa: PLC0414 (likewise)
from ui.shell.page import Page
from ui.shell.web.requests import number
from workflow.rules.reporting.periods import period_name as period_name  # noqa: PLC0414
from workflow.rules.time.dates import end_of_day, local_date


def zone_of(page: Page) -> str:
    """The zone whose days count."""
    return str(page.installation.settings.time_zone)


def day_of(values: Mapping[str, str], today: date) -> date:
    """The local day that an address asks for, today where it asks for none or one to come."""
    try:
        return min(date.fromisoformat(values.get("at", "")), today)
    except ValueError:
        return today


def instant_of(installation: Installation, day: date) -> datetime:
    """The last instant of a past local day; now for today."""
    if day >= installation.today():
        now: datetime = installation.clock()
        return now
    return end_of_day(day, installation.settings.time_zone) - datetime.resolution


def number_in(values: Mapping[str, str], name: str) -> int | None:
    """A number in an address, None where there is none."""
    return number(values.get(name, ""))


def number_of(page: Page, name: str) -> int | None:
    """A number in the page's address, None where there is none."""
    return number_in({name: page.param(name)}, name)


def link(key: str, **params: object) -> str:
    """The address of a page with what is not empty of its values."""
    given = {name: value for name, value in params.items() if value not in (None, "", 0)}
    return f"/{key}?{urlencode(given)}" if given else f"/{key}"


def chips(parts: Sequence[tuple[str, str, bool]], kind: str, label: str) -> Markup:
    """Links (address, name, whether it is this one) in a row; `kind` is ls-tabs or ls-chips."""
    return Markup('<nav class="{}" aria-label="{}"><ul>{}</ul></nav>').format(
        kind,
        label,
        Markup("").join(
            Markup('<li><a href="{}"{}>{}</a></li>').format(
                href, Markup(' aria-current="page"') if here else "", name
            )
            for href, name, here in parts
        ),
    )


def follow(name: str, value: object) -> None:
    """Let a widget show what the address says: a link on the page may have changed it."""
    if st.session_state.get(name) != value:
        st.session_state[name] = value


def to_address(*names: str) -> None:
    """Put what widgets were set to into the address; nothing chosen leaves it.

    Streamlit's own bind="query-params" (tried with 1.67) does not serve: it writes the names that
    a choice shows, not its values. `unit=12` of our links and mails is thrown out of the address
    without a word, `unit=市科技局` stands there instead: other in the other language, the same for
    two of one name, and persons by name in addresses. Nor may code then take a value out.
    """
    for name in names:
        value = st.session_state.get(name)
        if value in (None, "", []):
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = ",".join(value) if isinstance(value, list) else str(value)


def local_day(instant: datetime, page: Page) -> date:
    """The local date of an instant."""
    return local_date(instant, zone_of(page))
