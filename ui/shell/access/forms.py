"""What the doors share: forms that are ours, pages of our own, cookies, and slow work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeVar

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response

from i18n import LANGUAGES, _, choose, mark
from ui.shell.application import SESSION_COOKIE, Application, current_application
from ui.shell.gate import Sockets
from ui.shell.web.document import draw
from ui.shell.web.requests import (
    BROWSER_COOKIE,
    FORM_COOKIE,
    LANGUAGE_COOKIE,
    form_token,
    session_token,
)
from workflow.rules.refusals import Invalid, Refused
from workflow.verbs.access.attempts import AttemptSource

R = TypeVar("R")

FORM = "application/x-www-form-urlencoded"
OVER = mark("Cookies are off, or this page was open for too long. Please try again.")
KNOWN_SECONDS = 180 * 86_400
SLOW = 4
"""So many threads wait for passwords to be worked on; those that look sessions up are others."""


class EntryPages:
    """Pages of our own around a session."""

    def __init__(self, application: Application, sockets: Sockets) -> None:
        self.application = application
        self.sockets = sockets
        self._slow = CapacityLimiter(SLOW)

    async def slowly(self, work: Callable[..., R], *args: object) -> R:
        """Do what hashes a password; whoever comes then waits without holding anybody else up."""
        return await run_sync(work, *args, limiter=self._slow)

    def rule(self) -> str:
        """What a password must be, in the reader's language."""
        return _(self.application.password_rule) if self.application.password_rule else ""

    def page(
        self, request: Request, template: str, status: int = 200, **values: object
    ) -> Response:
        """A page with a form of ours, in the language that was chosen on it."""
        chosen = request.query_params.get("lang", "")
        if chosen in LANGUAGES:
            choose(chosen)
        token = form_token(request)
        response = draw(template, status, form_token=token, **values)
        cookie = self.application.cookie
        if not session_token(request) and cookie(FORM_COOKIE) not in request.cookies:
            self._keep(response, FORM_COOKIE, token, samesite="strict")
        if chosen in LANGUAGES:
            self._keep(response, LANGUAGE_COOKIE, chosen, 31536000)
        return response

    def _keep(
        self,
        response: Response,
        name: str,
        value: str,
        seconds: int | None = None,
        samesite: Literal["lax", "strict"] = "lax",
    ) -> None:
        response.set_cookie(
            self.application.cookie(name),
            value,
            seconds,
            secure=self.application.secure,
            httponly=True,
            samesite=samesite,
        )

    def with_session(self, response: Response, token: str) -> Response:
        """The answer with the cookie of a session."""
        self._keep(response, SESSION_COOKIE, token)
        return response

    def with_browser(self, response: Response, browser: str) -> Response:
        """The answer with the cookie by which accounts know this browser."""
        self._keep(response, BROWSER_COOKIE, browser, KNOWN_SECONDS)
        return response


def source_of(request: Request) -> AttemptSource:
    """Where a request comes from."""
    return AttemptSource(
        request.client.host if request.client else "",
        request.cookies.get(current_application().cookie(BROWSER_COOKIE), ""),
        request.headers.get("user-agent", ""),
    )


async def form_of(request: Request) -> dict[str, str]:
    """The text fields of a small form; of a form of another kind than ours, nothing is read."""
    if not request.headers.get("content-type", "").startswith(FORM):
        return {}
    async with request.form(max_files=0, max_fields=10, max_part_size=10_000) as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}


def twice(form: dict[str, str]) -> str:
    """The new password, entered twice alike. Raises Invalid otherwise."""
    if form.get("password", "") != form.get("again", ""):
        raise Invalid(mark("The two new passwords are not the same."))
    return form.get("password", "")


def whole(refusal: Refused) -> str:
    """A refusal with all its problems, as one text."""
    problems = getattr(refusal, "problems", ())
    return " ".join([str(refusal), *map(str, problems)])
