"""What the shell must be able to ask about people and their sessions; the verbs answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Visitor:
    """The person behind a living session, as far as the frame of a page needs to know.

    `roles` holds codes of `workflow.rules.permissions.ROLES`; `separate`: the three posts are (see
    there); `language` is "zh" or "en"; `unit` is the name of the unit that they speak for, or
    empty.
    """

    person_id: int
    name: str
    language: str
    roles: frozenset[str]
    unit: str = ""
    must_change_password: bool = False
    separate: bool = False


class Sessions(Protocol):
    """Sessions kept on the server; the browser holds nothing but an unguessable token.

    The implementation knows the clock: idle and absolute time-outs, throttling of attempts and
    the life of a reset token are its own. Every method may be called from any thread.
    """

    def log_in(self, email: str, password: str, address: str) -> str:
        """Open a session and return its token. `address` is the network address of the browser.

        Raises Refused for a wrong pair, too many attempts, or a person who may not log in.
        """

    def find(self, token: str) -> Visitor | None:
        """The person of a living session, or None; the asking counts as a sign of life."""

    def log_out(self, token: str) -> None:
        """End a session; an unknown token is no error."""

    def ask_reset(self, email: str, address: str) -> None:
        """Mail a reset link `/reset?token=…` if the address is known. Never tells whether it is.

        Raises Refused only for too many attempts.
        """

    def set_password(self, reset_token: str, password: str) -> None:
        """Set a new password by a mailed token, once. Raises Refused (stale token, weak word)."""

    def change_password(self, token: str, old: str, new: str) -> str:
        """Change the password and return the token that stays valid; all others of the person die.

        Raises Refused when `old` is wrong or `new` is too weak.
        """

    def choose_language(self, token: str, language: str) -> None:
        """Keep the language that the person chose: "zh" or "en"."""
