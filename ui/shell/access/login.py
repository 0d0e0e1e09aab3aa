"""The doors: log in, log out, reset and change the password, choose a language."""

from __future__ import annotations

from urllib.parse import quote

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from i18n import LANGUAGES, _
from ui.shell.access.account import AccountPages
from ui.shell.access.forms import OVER, EntryPages, form_of, source_of, twice, whole
from ui.shell.application import SESSION_COOKIE, Application
from ui.shell.gate import Sockets
from ui.shell.web.requests import comes_from_here, local_path, session_token
from workflow.rules.access.passwords import CODE_LIFE
from workflow.rules.refusals import Refused
from workflow.verbs.access.log_in import LoginStepToken
from workflow.verbs.access.prove_code import StepOver

STEP_COOKIE = "luoshi_step"


class LoginPages(EntryPages):
    """The pages around a session. They never say whether an address is known here."""

    def routes(self) -> list[Route]:
        """One route each, GET to look and POST to do."""
        both = ["GET", "POST"]
        return [
            Route("/login", self.login, methods=both),
            Route("/login/code", self.code, methods=both),
            Route("/logout", self.logout, methods=both),
            Route("/reset", self.reset, methods=both),
            Route("/password", self.password, methods=both),
            Route("/language", self.language, methods=["POST"]),
        ]

    async def login(self, request: Request) -> Response:
        """Log in; afterwards on to `next` if that lies in this application."""
        wanted = local_path(request.query_params.get("next"))
        if request.method != "POST":
            if session_token(request) and await self._find(request):
                return RedirectResponse(wanted, 303)
            done = _("The new password is saved.") if "saved" in request.query_params else ""
            return self._login_page(request, wanted, done=done)
        form = await form_of(request)
        wanted, email = local_path(form.get("next")), form.get("email", "").strip()
        if not comes_from_here(request, form.get("form_token", "")):
            return self._login_page(request, wanted, email, problem=_(OVER), status=403)
        log_in, password = self.application.sessions.log_in, form.get("password", "")
        try:
            entry = await self.slowly(log_in, email, password, source_of(request))
        except Refused as refusal:
            return self._login_page(request, wanted, email, problem=str(refusal), status=400)
        if not entry.awaits_code:
            return await self._let_in(request, entry, wanted)
        response = RedirectResponse(code_address(wanted), 303)
        response.set_cookie(
            self.application.cookie(STEP_COOKIE), entry.token, int(CODE_LIFE.total_seconds()),
            secure=self.application.secure, httponly=True, samesite="strict",
        )  # fmt: skip
        return response

    async def _let_in(self, request: Request, entry: LoginStepToken, wanted: str) -> Response:
        if old := session_token(request):
            await run_sync(self.application.sessions.log_out, old)
            self.sockets.end(old)
        response = self.with_session(RedirectResponse(wanted, 303), entry.token)
        response.delete_cookie(
            self.application.cookie(STEP_COOKIE),
            path="/",
            secure=self.application.secure,
            httponly=True,
        )
        return self.with_browser(response, entry.browser)

    async def code(self, request: Request) -> Response:
        """Ask for the code after the right password; afterwards on as from the login."""
        wanted = local_path(request.query_params.get("next"))
        step = request.cookies.get(self.application.cookie(STEP_COOKIE), "")
        if not step:
            return RedirectResponse("/login", 303)
        problem, status = "", 200
        if request.method == "POST":
            form = await form_of(request)
            wanted = local_path(form.get("next"))
            status, problem = 403, _(OVER)
            if comes_from_here(request, form.get("form_token", "")):
                prove = self.application.sessions.prove_code
                try:
                    entry = await run_sync(prove, step, form.get("code", ""), source_of(request))
                    return await self._let_in(request, entry, wanted)
                except StepOver as refusal:
                    return self._login_page(request, wanted, problem=str(refusal), status=400)
                except Refused as refusal:
                    status, problem = 400, str(refusal)
        onward = "" if wanted == "/" else wanted
        return self.page(request, "code.html", status, next=onward, problem=problem)

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
        return self.page(
            request,
            "login.html",
            status,
            next="" if wanted == "/" else wanted,
            email=email,
            problem=problem,
            done=done,
            demo_logins=self.application.demo_logins,
        )

    async def logout(self, request: Request) -> Response:
        """End the session and every page that hangs on it."""
        if request.method != "POST":
            return self.page(request, "logout.html", left=False)
        form = await form_of(request)
        if not comes_from_here(request, form.get("form_token", "")):
            return self.page(request, "logout.html", 403, left=False)
        token = session_token(request)
        await run_sync(self.application.sessions.log_out, token)
        self.sockets.end(token)
        response = self.page(request, "logout.html", left=True)
        response.delete_cookie(
            self.application.cookie(SESSION_COOKIE),
            path="/",
            secure=self.application.secure,
            httponly=True,
        )
        return response

    async def reset(self, request: Request) -> Response:
        """Ask for a link by mail, or set a new password with the token that it carries."""
        if request.method != "POST":
            return self._reset_page(request, request.query_params.get("token", ""))
        form = await form_of(request)
        token = form.get("token", "")
        if not comes_from_here(request, form.get("form_token", "")):
            return self._reset_page(request, token, problem=_(OVER), status=403)
        try:
            if not token:
                email = form.get("email", "").strip()
                await run_sync(self.application.sessions.ask_reset, email, source_of(request))
                done = _("If this address is known here, a mail with a link is on its way.")
                return self._reset_page(request, "", done=done)
            new = twice(form)
            change = self.application.sessions.set_password
            browser = await self.slowly(change, token, new, source_of(request))
        except Refused as refusal:
            return self._reset_page(request, token, problem=whole(refusal), status=400)
        return self.with_browser(RedirectResponse("/login?saved", 303), browser)

    def _reset_page(
        self, request: Request, token: str, problem: str = "", done: str = "", status: int = 200
    ) -> Response:
        rule = self.rule()
        return self.page(
            request, "reset.html", status, token=token, problem=problem, done=done, rule=rule
        )

    async def password(self, request: Request) -> Response:
        """Change the password, by wish or because the first one was given by somebody else."""
        visitor = request.state.visitor
        form = await form_of(request) if request.method == "POST" else {}
        problem, status = "", 200
        wanted = local_path(form.get("next") or request.query_params.get("next"))
        if request.method == "POST":
            status = 403
            problem = _(OVER)
            if comes_from_here(request, form.get("form_token", "")):
                change = self.application.sessions.change_password
                token = session_token(request)
                try:
                    new = await self.slowly(change, token, form.get("old", ""), twice(form))
                    self.sockets.end(token)
                    onward = wanted if visitor.must_change_password else "/account?saved"
                    return self.with_session(RedirectResponse(onward, 303), new)
                except Refused as refusal:
                    status, problem = 400, whole(refusal)
        return self.page(
            request,
            "password.html",
            status,
            forced=visitor.must_change_password,
            name=visitor.name,
            problem=problem,
            next=wanted,
            rule=self.rule(),
        )

    async def language(self, request: Request) -> Response:
        """Keep the language chosen on a page, then show that page again."""
        form = await form_of(request)
        chosen = form.get("language", "")
        if comes_from_here(request, form.get("form_token", "")) and chosen in LANGUAGES:
            token = session_token(request)
            await run_sync(self.application.sessions.choose_language, token, chosen)
        return RedirectResponse(local_path(form.get("next")), 303)

    async def _find(self, request: Request) -> object | None:
        return await run_sync(self.application.sessions.find, session_token(request))


def code_address(wanted: str) -> str:
    """The address of the page for the code, which leads on to `wanted`."""
    return "/login/code" if wanted == "/" else f"/login/code?next={quote(wanted, safe='')}"


def entry_routes(application: Application, sockets: Sockets) -> list[Route]:
    """The routes of the doors."""
    return [
        *LoginPages(application, sockets).routes(),
        *AccountPages(application, sockets).routes(),
    ]
