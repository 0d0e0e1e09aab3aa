"""What a person keeps of their own: the account page with its sessions, and the second factor."""

from __future__ import annotations

from datetime import datetime

import segno
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from i18n import _
from ui.components.dates import moment
from ui.shell.access.forms import OVER, EntryPages, form_of, whole
from ui.shell.web.requests import comes_from_here, session_token
from workflow.rules.refusals import Refused

SQUARE = 5
"""Pixels a square of the picture that a telephone reads."""


class AccountPages(EntryPages):
    """Pages for whoever has a session, whatever their role. Of the session's person alone."""

    def routes(self) -> list[Route]:
        """One route each, GET to look and POST to do."""
        both = ["GET", "POST"]
        return [
            Route("/account", self.account, methods=both),
            Route("/second_factor", self.factor, methods=both),
        ]

    async def account(self, request: Request) -> Response:
        """Password, second factor, sessions; a POST ends one session or all others."""
        problem, done, status = "", "", 200
        if "saved" in request.query_params:
            done = _("The new password is saved.")
        if request.method == "POST":
            form = await form_of(request)
            status, problem = 403, _(OVER)
            if comes_from_here(request, form.get("form_token", "")):
                try:
                    done = await self._end(session_token(request), form)
                    status, problem = 200, ""
                except Refused as refusal:
                    status, problem = 400, whole(refusal)
        own = await run_sync(self.application.sessions.account, session_token(request))
        visitor = request.state.visitor
        return self.page(
            request, "account.html", status, visitor=visitor, own=own, time=self._time,
            problem=problem, done=done,
        )  # fmt: skip

    async def _end(self, token: str, form: dict[str, str]) -> str:
        """End the session with this key, or all others where there is none; what was done."""
        sessions, password, key = (
            self.application.sessions,
            form.get("password", ""),
            form.get("key", ""),
        )
        if key:
            await self.slowly(sessions.end_session, token, password, key)
            self.sockets.end_key(key)
            return _("The session is ended.")
        others = await run_sync(sessions.account, token)
        ended = await self.slowly(sessions.end_other_sessions, token, password)
        for other in others.sessions:
            if not other.here:
                self.sockets.end_key(other.key)
        return _("Sessions ended: {n}.", n=ended)

    async def factor(self, request: Request) -> Response:
        """Set up a second factor, renew its codes, or give it up."""
        token = session_token(request)
        own = await run_sync(self.application.sessions.account, token)
        if request.method != "POST":
            anew = own.factor_since is None or "anew" in request.query_params
            return await (self._offer(request) if anew else self._kept(request))
        form = await form_of(request)
        sealed = form.get("sealed", "")
        status, problem = 403, _(OVER)
        if comes_from_here(request, form.get("form_token", "")):
            try:
                return await self._change(request, token, form)
            except Refused as refusal:
                status, problem = 400, whole(refusal)
        if form.get("do") == "enrol":
            return await self._offer(request, sealed, problem, status)
        return await self._kept(request, problem, status)

    async def _change(self, request: Request, token: str, form: dict[str, str]) -> Response:
        sessions, password = self.application.sessions, form.get("password", "")
        if form.get("do") == "give_up":
            await self.slowly(sessions.give_up_factor, token, password)
            return RedirectResponse("/account", 303)
        if form.get("do") == "renew":
            codes = await self.slowly(sessions.renew_recovery_codes, token, password)
            done = _("The codes before these are no longer good.")
        else:
            given = (token, password, form.get("sealed", ""), form.get("code", ""))
            codes = await self.slowly(sessions.enrol_factor, *given)
            done = _("The second factor is set up.")
        return self.page(request, "recovery.html", codes=codes, done=done)

    async def _offer(
        self, request: Request, sealed: str = "", problem: str = "", status: int = 200
    ) -> Response:
        offer, token = self.application.sessions.offer_factor, session_token(request)
        try:
            found = await run_sync(offer, token, sealed)
        except Refused:  # too old to be shown again: begin with a new one
            found = await run_sync(offer, token)
        picture = segno.make(found.address, error="m").svg_data_uri(scale=SQUARE, border=2)
        groups = [found.secret[at : at + 4] for at in range(0, len(found.secret), 4)]
        return self.page(
            request, "factor.html", status, sealed=found.sealed, picture=picture, problem=problem,
            secret=" ".join(groups), forced=request.state.visitor.must_enrol,
        )  # fmt: skip

    async def _kept(self, request: Request, problem: str = "", status: int = 200) -> Response:
        own = await run_sync(self.application.sessions.account, session_token(request))
        return self.page(
            request, "factor_kept.html", status, own=own, time=self._time, problem=problem
        )

    def _time(self, at: datetime) -> str:
        return moment(at, self.application.installation.letterhead.zone)
