"""What every letter of this installation carries."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Letterhead:
    """`base_url` has no final slash, `mail_from` is a bare address, `zone` dates the mails.

    `link_key` makes the tokens in links to a password; it is in the settings alone, never in the
    database, so that a letter that waits there, or a backup of it, opens nothing. `reply_to`: the
    address of the mailbox that is read; "" where answers are read by nobody.
    """

    base_url: str
    mail_from: str
    zone: str
    link_key: str = field(default="", repr=False)
    reply_to: str = ""
