"""What every letter of this house carries."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Letterhead:
    """`base_url` has no final slash, `mail_from` is a bare address, `zone` dates the mails."""

    base_url: str
    mail_from: str
    zone: str
