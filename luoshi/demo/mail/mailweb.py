"""The demo mailbox's own pages: whose mails, one person's mails, one mail."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from i18n import LANGUAGES, _, choose, current
from luoshi.demo.mail.mailbox import Heading, Mailbox
from workflow.rules.time.dates import ZONE

PLACE = Path(__file__).with_name("mailpages")
LANGUAGE_COOKIE = "luoshi_mail_language"
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
# A mail's HTML is somebody else's: nothing runs, nothing is fetched, only its own styles hold.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


@dataclass(frozen=True)
class AddressOwner:
    """Who an address belongs to, as the list names them."""

    name: str
    unit: str
    role: str


class MailPages:
    """Routes over a mailbox. `owners` gives address → owner; it is asked at each page."""

    def __init__(
        self, box: Mailbox, owners: Callable[[], Mapping[str, AddressOwner]], pages_address: str
    ) -> None:
        self.box, self.owners, self.pages_address = box, owners, pages_address
        self._jinja = Environment(
            loader=FileSystemLoader(PLACE),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._jinja.globals.update(_=_, when=_when, linked=_linked)

    def app(self) -> Starlette:
        """The pages as an ASGI application."""
        return Starlette(
            routes=[
                Route("/", self.everybody),
                Route("/style.css", self.style),
                Route("/of/{address}", self.person),
                Route("/of/{address}/{name}", self.mail),
                Route("/of/{address}/{name}/html", self.html),
            ]
        )

    async def style(self, _request: Request) -> Response:
        return FileResponse(PLACE / "style.css", headers={"cache-control": "no-cache"})

    async def everybody(self, request: Request) -> Response:
        """Everybody who has mail, and the newest mails of all."""
        return self._draw(request, "list.html", address="", mails=self.box.mails(limit=40))

    async def person(self, request: Request) -> Response:
        """One person's mails, newest first."""
        address = request.path_params["address"]
        return self._draw(request, "list.html", address=address, mails=self.box.mails(address))

    async def mail(self, request: Request) -> Response:
        """One mail: its HTML in a closed frame, its plain text beside."""
        found = self._find(request)
        if found is None:
            return self._draw(request, "none.html", 404, address=request.path_params["address"])
        heading, message = found
        text, names = message.get_body(("plain",)), []
        for part in message.iter_attachments():
            names.append(part.get_filename() or part.get_content_type())
        return self._draw(
            request,
            "mail.html",
            address=heading.address,
            mail=heading,
            text=text.get_content() if text else "",
            has_html=message.get_body(("html",)) is not None,
            attachments=names,
        )

    async def html(self, request: Request) -> Response:
        """A mail's HTML as it came, its links opening outside the frame."""
        found = self._find(request)
        body = found[1].get_body(("html",)) if found else None
        if body is None:
            return Response(status_code=404)
        html = str(body.get_content())
        target = '<base target="_blank">'
        head = html.find("<head>")
        cut = head + len("<head>") if head >= 0 else 0
        headers = {"content-security-policy": MAIL_POLICY, "x-content-type-options": "nosniff"}
        return HTMLResponse(html[:cut] + target + html[cut:], headers=headers)

    def _find(self, request: Request) -> tuple[Heading, EmailMessage] | None:
        return self.box.open(request.path_params["address"], request.path_params["name"])

    def _draw(self, request: Request, template: str, status: int = 200, **values: Any) -> Response:
        wanted = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE, "")
        choose(wanted)
        owners, counts = self.owners(), self.box.people()
        known = [address for address in owners if address in counts]
        others = [address for address in counts if address not in owners]
        people = [(one, owners.get(one), counts[one]) for one in (*known, *others)]
        html = self._jinja.get_template(template).render(
            language=current(),
            people=people,
            owners=owners,
            home=self.pages_address,
            here=request.url.path,
            total=sum(counts.values()),
            **values,
        )
        headers = {
            "content-security-policy": PAGE_POLICY,
            "x-content-type-options": "nosniff",
            "referrer-policy": "no-referrer",
            "cache-control": "no-store",
        }
        response = HTMLResponse(html, status, headers=headers)
        if wanted in LANGUAGES:
            response.set_cookie(LANGUAGE_COOKIE, wanted, 31536000, httponly=True, samesite="lax")
        return response


def _linked(text: str) -> Markup:
    """Plain text whose addresses can be clicked; Chinese letters may stand right before one."""
    pieces = re.split(r"(https?://[!-;=?-~]+)", text)
    link = Markup('<a href="{0}" target="_blank" rel="noopener">{0}</a>')
    return Markup("").join(link.format(p) if no % 2 else p for no, p in enumerate(pieces))


def _when(at: datetime) -> str:
    """A mail's time on the city's clock."""
    return f"{at.astimezone(ZoneInfo(ZONE)):%Y-%m-%d %H:%M}"
