"""What an operator is to do about something that does not run, in words."""

from __future__ import annotations

import re

from i18n import mark
from workflow.rules.record.parts import PARTS
from workflow.rules.time.timetable import ALARM, COLLECT, DELIVER

LOOK_AT_SCHEDULER = mark(
    "See whether the scheduler runs; until then the commands of luoshi do the same by hand."
)
START_DELIVERY = mark("Restart Luoshi, or run: luoshi deliver --keep-on")
TRY_ALARM = mark("Try LUOSHI_ALERT_COMMAND or the address in LUOSHI_ALERT_URL by hand.")
SEE_PART = mark("It is started again by itself; if it does not come back, look into the log.")
SEE_LOG = mark("This is an error of the program: look into the log and tell whoever maintains it.")
SEE_DATABASE = mark("See whether the database runs and whether its disk has room.")
OF_ANSWERS = (
    (
        re.compile(r"login refused|^53[05] |AUTH|authenti", re.IGNORECASE),
        mark("Check LUOSHI_SMTP_USERNAME and LUOSHI_SMTP_PASSWORD with whoever keeps the relay."),
    ),
    (
        re.compile(r"certificate|STARTTLS|\bSSL|\bTLS", re.IGNORECASE),
        mark("Check LUOSHI_SMTP_TLS, LUOSHI_SMTP_PORT and the relay's certificate."),
    ),
    (
        re.compile(r"^452 4\.3\.1|\b[45]\.3\.1\b|insufficient|storage|disk", re.IGNORECASE),
        mark("The relay's disk is full. Ask whoever keeps the relay to make room."),
    ),
    (
        re.compile(r"^5\d\d "),
        mark(
            "Ask whoever keeps the relay to take mail from LUOSHI_MAIL_FROM for everybody; if it "
            "names single mailboxes, correct those addresses."
        ),
    ),
    (
        re.compile(r"^4\d\d "),
        mark("The relay puts letters off. If that lasts for an hour, ask whoever keeps it."),
    ),
)
"""Words of a relay, and what to do; the first that fits counts."""
ERROR = "error="
"""What a loop says of an error of the program begins with; its class follows."""
REACH_MAILBOX = mark(
    "Check LUOSHI_IMAP_HOST, its port, login and folder with whoever keeps the mailbox."
)
REACH_RELAY = mark("Check that the relay runs and LUOSHI_SMTP_HOST and LUOSHI_SMTP_PORT are right.")


def remedy(name: str, failing: bool, why: str) -> str:
    """The message that says what to do about a slot, loop or channel. `why`: what it said itself,
    where it is `failing` rather than silent."""
    if name == ALARM:
        return TRY_ALARM
    if name in PARTS:
        return SEE_PART
    if not failing:
        return START_DELIVERY if name == DELIVER else LOOK_AT_SCHEDULER
    if name == COLLECT:
        return REACH_MAILBOX
    if name != DELIVER or why.startswith(ERROR):
        return SEE_LOG
    return next((to_do for words, to_do in OF_ANSWERS if words.search(why)), REACH_RELAY)
