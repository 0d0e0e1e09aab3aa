"""How people come in and what they keep of their own: the verbs put together, slow work between
transactions. What the pages' gate and doors ask for (`ui.shell.sessions.Sessions`)."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

from db.queries.access.sessions import Account, Visitor, account_of, find_visitor
from i18n import mark
from luoshi.refusals import DOOR
from workflow.rules.access.tokens import token_hash
from workflow.rules.refusals import Invalid, NotAllowed, NotFound, Refused
from workflow.verbs.access import change_password as changing
from workflow.verbs.access import end_session as ending
from workflow.verbs.access import enrol_factor as enrolling
from workflow.verbs.access import log_in as logging_in
from workflow.verbs.access import prove_code as proving
from workflow.verbs.access import reset_password as resetting
from workflow.verbs.access.attempts import Attempt, AttemptSource
from workflow.verbs.access.credentials import PasswordOwner
from workflow.verbs.access.enrol_factor import Offer
from workflow.verbs.access.log_in import LoginStepToken
from workflow.verbs.access.log_out import log_out
from workflow.verbs.people.choose_language import choose_language

if TYPE_CHECKING:
    from luoshi.wiring import Installation


class _Step(TypedDict):
    token: str
    source: AttemptSource
    secret: str
    at: datetime


class AccountSessions:
    """Sessions kept in the database."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._secret = installation.settings.secret_key.get_secret_value()
        self._demanded = installation.settings.second_factor_roles

    def log_in(self, email: str, password: str, source: AttemptSource) -> LoginStepToken:
        """Open a session, or a step that awaits a code. Raises Refused."""
        installation, at = self._installation, self._installation.wall()
        secret = self._secret
        with installation.acting(DOOR) as c:
            candidate = logging_in.begin(c, email=email, source=source, secret=secret, at=at)
        if not candidate.fits(password):
            installation.refusals.keep(DOOR, candidate.trace, installation.clock())
            raise NotAllowed(logging_in.WRONG)
        with installation.acting(candidate.person_id) as c:
            return logging_in.log_in(c, candidate, source=source, secret=secret, at=at)

    def prove_code(self, step: str, code: str, source: AttemptSource) -> LoginStepToken:
        """Open a session by the code that a step awaits. Raises Refused."""
        installation, at = self._installation, self._installation.wall()
        given: _Step = {"token": step, "source": source, "secret": self._secret, "at": at}
        with installation.acting(DOOR) as c:
            person_id, attempt = proving.begin(c, **given)
        with installation.acting(person_id) as c:
            entry = proving.prove_code(c, person_id, attempt, code=code, **given)
        if entry is None:
            raise Invalid(proving.WRONG_CODE)
        return entry

    def find(self, token: str) -> Visitor | None:
        """The person of a living session, or None."""
        installation, at = self._installation, self._installation.wall()
        with installation.reading(DOOR) as c:
            found = find_visitor(
                c.session,
                token_hash(token),
                at,
                c.today,
                installation.changes,
                installation.settings.separate_posts,
                self._demanded,
            )
        if found is None:
            return None
        visitor, write_down = found
        if write_down:
            # Whoever reads a page waits for nobody who writes: the next click writes it down.
            with suppress(Refused), installation.acting(DOOR, wait=False) as c:
                logging_in.stay(c, token=token, at=at)
        return visitor

    def log_out(self, token: str) -> None:
        """End a session; an unknown token is no error."""
        with self._installation.acting(DOOR) as c:
            log_out(c, token=token, at=self._installation.wall())

    def ask_reset(self, email: str, source: AttemptSource) -> None:
        """Mail a link if the address is known; never tells whether it is."""
        at = self._installation.wall()
        with self._installation.acting(DOOR) as c:
            resetting.ask_reset(c, email=email, source=source, secret=self._secret, at=at)

    def set_password(self, reset_token: str, password: str, source: AttemptSource) -> str:
        """Set a new password by a mailed token, once; the token of this browser. Raises Refused."""
        installation, at = self._installation, self._installation.wall()
        with installation.reading(DOOR) as c:
            owner = resetting.owner_by_link(c, token=reset_token, at=at)
        stored = owner.hash_of(password)
        with installation.acting(DOOR) as c:
            return resetting.reset_password(
                c, owner, stored, token=reset_token, source=source, secret=self._secret, at=at
            )

    def change_password(self, token: str, old: str, new: str) -> str:
        """Change the password; the token that stays valid. Raises Refused."""
        installation, at = self._installation, self._installation.wall()
        owner, attempt = self._proved(token, old)
        if old == new:
            raise Invalid(mark("The new password must be another one."))
        stored = owner.hash_of(new)
        with installation.acting(owner.person_id) as c:
            return changing.change_password(c, owner, attempt, stored, token=token, at=at)

    def choose_language(self, token: str, language: str) -> None:
        """Keep the language that the person chose."""
        with self._installation.acting(self._person(token)) as c:
            choose_language(c, language=language)

    def account(self, token: str) -> Account:
        """The person's own sessions and second factor. Raises Refused."""
        with self._installation.reading(person_id := self._person(token)) as c:
            return account_of(c.session, person_id, token_hash(token), self._installation.wall())

    def end_session(self, token: str, password: str, key: str) -> None:
        """End another session of the person, whose present password this is. Raises Refused."""
        owner, attempt = self._proved(token, password)
        with self._installation.acting(owner.person_id) as c:
            ending.end_session(c, owner, attempt, key=key, at=self._installation.wall())

    def end_other_sessions(self, token: str, password: str) -> int:
        """End all other sessions of the person; how many. Raises Refused."""
        owner, attempt = self._proved(token, password)
        with self._installation.acting(owner.person_id) as c:
            return ending.end_other_sessions(
                c, owner, attempt, token=token, at=self._installation.wall()
            )

    def offer_factor(self, token: str, sealed: str = "") -> Offer:
        """A new secret for the person, or the one that is sealed, to be shown. Raises Refused."""
        at = self._installation.wall()
        with self._installation.reading(self._person(token)) as c:
            if sealed:
                return enrolling.offered_again(c, sealed, secret=self._secret, at=at)
            return enrolling.offer(c, secret=self._secret, at=at)

    def enrol_factor(self, token: str, password: str, sealed: str, code: str) -> list[str]:
        """Keep an offered secret by its first code; the recovery codes. Raises Refused."""
        at = self._installation.wall()
        owner, attempt = self._proved(token, password)
        with self._installation.acting(owner.person_id) as c:
            return enrolling.enrol_factor(
                c, owner, attempt, sealed=sealed, code=code, secret=self._secret, at=at
            )

    def renew_recovery_codes(self, token: str, password: str) -> list[str]:
        """New recovery codes. Raises Refused."""
        owner, attempt = self._proved(token, password)
        with self._installation.acting(owner.person_id) as c:
            return enrolling.renew_recovery_codes(c, owner, attempt, secret=self._secret)

    def give_up_factor(self, token: str, password: str) -> None:
        """Take the person's own second factor away. Raises Refused."""
        owner, attempt = self._proved(token, password)
        with self._installation.acting(owner.person_id) as c:
            enrolling.give_up_factor(c, owner, attempt)

    def _proved(self, token: str, password: str) -> tuple[PasswordOwner, Attempt]:
        """The session's person, whose present password this is; the attempt is still counted."""
        with self._installation.acting(self._person(token)) as c:
            owner, attempt = changing.begin(c, secret=self._secret, at=self._installation.wall())
        changing.prove(owner, password)
        return owner, attempt

    def _person(self, token: str) -> int:
        visitor = self.find(token)
        if visitor is None:
            raise NotFound(mark("Your session is over. Please log in again."))
        return visitor.person_id
