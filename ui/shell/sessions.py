"""What the shell must be able to ask about people and their sessions; the verbs answer."""

from __future__ import annotations

from typing import Protocol

from db.queries.access.sessions import Account, Visitor
from workflow.verbs.access.attempts import AttemptSource
from workflow.verbs.access.enrol_factor import Offer
from workflow.verbs.access.log_in import LoginStepToken


def first_address(visitor: Visitor) -> str:
    """The address to which this person must go before any other; "" where there is none."""
    if visitor.must_change_password:
        return "/password"
    return "/second_factor" if visitor.must_enrol else ""


class Sessions(Protocol):
    """Sessions kept on the server; the browser holds nothing but an unguessable token.

    The implementation knows the clock: idle and absolute time-outs, throttling of attempts and
    the life of a reset token are its own. Every method may be called from any thread.
    """

    def log_in(self, email: str, password: str, source: AttemptSource) -> LoginStepToken:
        """Open a session, or a step that awaits a code.

        Raises Refused for a wrong pair, too many attempts, or a person who may not log in.
        """

    def prove_code(self, step: str, code: str, source: AttemptSource) -> LoginStepToken:
        """Open a session by the code that a step awaits.

        Raises StepOver where the password must be entered again, and Refused for a wrong code.
        """

    def find(self, token: str) -> Visitor | None:
        """The person of a living session, or None; the asking counts as a sign of life."""

    def log_out(self, token: str) -> None:
        """End a session; an unknown token is no error."""

    def ask_reset(self, email: str, source: AttemptSource) -> None:
        """Mail a reset link `/reset?token=…` if the address is known. Never tells whether it is.

        Raises Refused only for too many attempts.
        """

    def set_password(self, reset_token: str, password: str, source: AttemptSource) -> str:
        """Set a new password by a mailed token, once; the token by which this browser is known.

        Raises Refused (stale token, weak word).
        """

    def change_password(self, token: str, old: str, new: str) -> str:
        """Change the password and return the token that stays valid; all others of the person die.

        Raises Refused when `old` is wrong or `new` is too weak.
        """

    def choose_language(self, token: str, language: str) -> None:
        """Keep the language that the person chose: "zh" or "en"."""

    def account(self, token: str) -> Account:
        """The person's own sessions and second factor. Raises Refused."""

    def end_session(self, token: str, password: str, key: str) -> None:
        """End another session of the person, whose present password this is. Raises Refused."""

    def end_other_sessions(self, token: str, password: str) -> int:
        """End all other sessions of the person; how many. Raises Refused."""

    def offer_factor(self, token: str, sealed: str = "") -> Offer:
        """A new secret for a second factor, or once more the one that is sealed. Raises Refused."""

    def enrol_factor(self, token: str, password: str, sealed: str, code: str) -> list[str]:
        """Keep the offered secret by its first code; the recovery codes. Raises Refused."""

    def renew_recovery_codes(self, token: str, password: str) -> list[str]:
        """New recovery codes. Raises Refused."""

    def give_up_factor(self, token: str, password: str) -> None:
        """Take the person's own second factor away. Raises Refused."""
