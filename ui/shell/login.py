"""The doors: log in, log out, reset and change the password, choose a language."""

from __future__ import annotations

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from luoshi.language import LANGUAGES, _, choose, mark
from workflow.rules.refusals import Invalid, Refused

from .document import draw
from .gate import Sockets
from .house import SESSION_COOKIE, House
from .requests import (
    FORM_COOKIE,
    LANGUAGE_COOKIE,
    comes_from_here,
    form_token,
    local_path,
    session_token,
)

FORM = "application/x-www-form-urlencoded"
OVER = mark("Cookies are off, or this page was open for too long. Please try again.")


class Doors:
    """The pages around a session. They never say whether an address is known here."""

    def __init__(self, house: House, sockets: Sockets) -> None:
        self.house = house
        self.sockets = sockets

    def routes(self) -> list[Route]:
        """One route each, GET to look and POST to do."""
        both = ["GET", "POST"]
        return [
            Route("/login", self.login, methods=both),
            Route("/logout", self.logout, methods=both),
            Route("/reset", self.reset, methods=both),
            Route("/password", self.password, methods=both),
            Route("/language", self.language, methods=["POST"]),
        ]

    async def login(self, request: Request) -> Response:
        """Log in; afterwards on to `next` if that lies in this house."""
        wanted = local_path(request.query_params.get("next"))
        if request.method != "POST":
            if session_token(request) and await self._find(request):
                return RedirectResponse(wanted, 303)
            done = _("The new password is saved.") if "saved" in request.query_params else ""
            return self._login_page(request, wanted, done=done)
        form = await _form(request)
        wanted, email = local_path(form.get("next")), form.get("email", "").strip()
        if not comes_from_here(request, form.get("form_token", "")):
            return self._login_page(request, wanted, email, problem=_(OVER), status=403)
        address = request.client.host if request.client else ""
        sessions = self.house.sessions
        try:
            token = await run_sync(sessions.log_in, email, form.get("password", ""), address)
        except Refused as refusal:
            return self._login_page(request, wanted, email, problem=str(refusal), status=400)
        if old := session_token(request):
            await run_sync(sessions.log_out, old)
            self.sockets.end(old)
        return self._with_session(RedirectResponse(wanted, 303), token)

    def _login_page(
        self,
        request: Request,
        wanted: str,
        email: str = "",
        *,
        problem: str = "",
        done: str = "",
        status: int = 200,
    ) -> Response:
        return self._page(
            request,
            "login.html",
            status,
            next="" if wanted == "/" else wanted,
            email=email,
            problem=problem,
            done=done,
            demo_logins=self.house.demo_logins,
        )

    async def logout(self, request: Request) -> Response:
        """End the session and every page that hangs on it."""
        if request.method != "POST":
            return self._page(request, "logout.html", left=False)
        form = await _form(request)
        if not comes_from_here(request, form.get("form_token", "")):
            return self._page(request, "logout.html", 403, left=False)
        token = session_token(request)
        await run_sync(self.house.sessions.log_out, token)
        self.sockets.end(token)
        response = self._page(request, "logout.html", left=True)
        response.delete_cookie(
            self.house.cookie(SESSION_COOKIE), path="/", secure=self.house.secure, httponly=True
        )
        return response

    async def reset(self, request: Request) -> Response:
        """Ask for a link by mail, or set a new password with the token that it carries."""
        if request.method != "POST":
            return self._reset_page(request, request.query_params.get("token", ""))
        form = await _form(request)
        token = form.get("token", "")
        if not comes_from_here(request, form.get("form_token", "")):
            return self._reset_page(request, token, problem=_(OVER), status=403)
        try:
            if not token:
                address = request.client.host if request.client else ""
                email = form.get("email", "").strip()
                await run_sync(self.house.sessions.ask_reset, email, address)
                done = _("If this address is known here, a mail with a link is on its way.")
                return self._reset_page(request, "", done=done)
            new = _twice(form)
            await run_sync(self.house.sessions.set_password, token, new)
        except Refused as refusal:
            return self._reset_page(request, token, problem=_whole(refusal), status=400)
        return RedirectResponse("/login?saved", 303)

    def _reset_page(
        self, request: Request, token: str, problem: str = "", done: str = "", status: int = 200
    ) -> Response:
        rule = self._rule()
        return self._page(
            request, "reset.html", status, token=token, problem=problem, done=done, rule=rule
        )

    async def password(self, request: Request) -> Response:
        """Change the password, by wish or because the first one was given by somebody else."""
        visitor = request.state.visitor
        form = await _form(request) if request.method == "POST" else {}
        problem, status = "", 200
        wanted = local_path(form.get("next") or request.query_params.get("next"))
        if request.method == "POST":
            status = 403
            problem = _(OVER)
            if comes_from_here(request, form.get("form_token", "")):
                change = self.house.sessions.change_password
                token = session_token(request)
                try:
                    new = await run_sync(change, token, form.get("old", ""), _twice(form))
                    self.sockets.end(token)
                    return self._with_session(RedirectResponse(wanted, 303), new)
                except Refused as refusal:
                    status, problem = 400, _whole(refusal)
        return self._page(
            request,
            "password.html",
            status,
            forced=visitor.must_change_password,
            name=visitor.name,
            problem=problem,
            next=wanted,
            rule=self._rule(),
        )

    async def language(self, request: Request) -> Response:
        """Keep the language chosen on a page, then show that page again."""
        form = await _form(request)
        chosen = form.get("language", "")
        if comes_from_here(request, form.get("form_token", "")) and chosen in LANGUAGES:
            token = session_token(request)
            await run_sync(self.house.sessions.choose_language, token, chosen)
        return RedirectResponse(local_path(form.get("next")), 303)

    async def _find(self, request: Request) -> object | None:
        return await run_sync(self.house.sessions.find, session_token(request))

    def _rule(self) -> str:
        return _(self.house.password_rule) if self.house.password_rule else ""

    def _page(
        self, request: Request, template: str, status: int = 200, **values: object
    ) -> Response:
        chosen = request.query_params.get("lang", "")
        if chosen in LANGUAGES:
            choose(chosen)
        token = form_token(request)
        response = draw(template, status, form_token=token, **values)
        secure, cookie = self.house.secure, self.house.cookie
        if not session_token(request) and cookie(FORM_COOKIE) not in request.cookies:
            response.set_cookie(
                cookie(FORM_COOKIE), token, secure=secure, httponly=True, samesite="strict"
            )
        if chosen in LANGUAGES:
            response.set_cookie(
                cookie(LANGUAGE_COOKIE),
                chosen,
                31536000,
                secure=secure,
                httponly=True,
                samesite="lax",
            )
        return response

    def _with_session(self, response: Response, token: str) -> Response:
        response.set_cookie(
            self.house.cookie(SESSION_COOKIE),
            token,
            secure=self.house.secure,
            httponly=True,
            samesite="lax",
        )
        return response


async def _form(request: Request) -> dict[str, str]:
    """The text fields of a small form; of a form of another kind than ours, nothing is read."""
    if not request.headers.get("content-type", "").startswith(FORM):
        return {}
    async with request.form(max_files=0, max_fields=10, max_part_size=10_000) as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}


def _twice(form: dict[str, str]) -> str:
    """The new password, entered twice alike. Raises Invalid otherwise."""
    if form.get("password", "") != form.get("again", ""):
        raise Invalid(mark("The two new passwords are not the same."))
    return form.get("password", "")


def _whole(refusal: Refused) -> str:
    problems = getattr(refusal, "problems", ())
    return " ".join([str(refusal), *map(str, problems)])


def doors(house: House, sockets: Sockets) -> list[Route]:
    """The routes of the doors."""
    return Doors(house, sockets).routes()
