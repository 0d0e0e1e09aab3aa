"""The settings of an installation: `LUOSHI_*` variables, also from a `.env` file."""

from __future__ import annotations

import hmac
import os
from datetime import time
from ipaddress import ip_network
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from i18n import _, mark
from luoshi.logs import Format
from workflow.rules.access.permissions import ROLES
from workflow.rules.time.timetable import timetable_at
from workflow.rules.tracking.runs import Grain

SCHEDULER_ELSEWHERE = "PREFECT_API_URL"
OPEN_PASSWORD = mark(
    "LUOSHI_SMTP_TLS=none sends the relay's password over the network for everybody to read. Set "
    "starttls or tls, or use a relay without a login."
)
OPEN_MAILBOX = mark(
    "LUOSHI_IMAP_TLS=none sends the mailbox's password over the network for everybody to read. Set "
    "starttls or tls."
)


class Settings(BaseSettings):
    """Every setting with its meaning; docs/settings.md is made from this class."""

    model_config = SettingsConfigDict(env_prefix="LUOSHI_", env_file=".env", extra="ignore")

    database_url: str = Field(
        "sqlite:///.luoshi/luoshi.db",
        description="Where the record is kept: SQLite (default) or PostgreSQL.",
    )
    evidence_url: str = Field(
        "file://.luoshi/evidence",
        description="Where evidence files are kept: a folder, or any address fsspec knows.",
    )
    backup_dir: Path = Field(
        Path(".luoshi/backups"), description="The folder that the backups of the timetable go to."
    )
    backup_key: SecretStr = Field(
        SecretStr(""),
        description="Seals backups: a secret key of age (AGE-SECRET-KEY-1…), or only recipients "
        "(age1…), which cannot open them. Several with commas between. Keep a copy elsewhere.",
    )
    backup_keep_days: int = Field(
        30, ge=1, description="Days that backups are kept. The last good one always is."
    )
    base_url: str = Field(
        "http://localhost:8501", description="The address that links in mails begin with."
    )
    time_zone: str = Field(
        "Asia/Shanghai", description="The zone whose calendar days count as due dates."
    )
    secret_key: SecretStr = Field(
        SecretStr(""),
        description="Keys what logins are counted by, signs cookies and seals the secrets of "
        "second factors. At least 32 random characters in real use; with another one, second "
        "factors must be set up anew.",
    )
    second_factor: str = Field(
        "",
        description="The roles that must log in with a second factor, with commas between, such "
        "as administrator,reviewer; everybody may. Empty: none must.",
    )
    mail_from: str = Field(
        "luoshi@localhost", description="The address that mail comes from; a bare address."
    )
    smtp_host: str = Field("localhost", description="The mail relay.")
    smtp_port: int = Field(25, description="Its port.")
    smtp_username: str = Field("", description="Login at the relay; empty for none.")
    smtp_password: SecretStr = Field(SecretStr(""), description="Password at the relay.")
    smtp_tls: Literal["none", "starttls", "tls"] = Field(
        "starttls", description="none, starttls (on connection), or tls (from the first byte)."
    )
    smtp_connections: int = Field(
        2, ge=1, le=64, description="Connections kept open to the relay; more for a distant one."
    )
    reply_to: str = Field(
        "",
        description="The address that reminders ask answers to, read in the mailbox below; empty: "
        "LUOSHI_MAIL_FROM. Notices of non-delivery come to LUOSHI_MAIL_FROM in any case, so both "
        "should end in this mailbox.",
    )
    imap_host: str = Field(
        "",
        description="The server of the mailbox in which reports and answers come in; empty: "
        "mail is not read, and letters say so.",
    )
    imap_port: int = Field(993, description="Its port.")
    imap_username: str = Field("", description="Login at the mailbox.")
    imap_password: SecretStr = Field(SecretStr(""), description="Password at the mailbox.")
    imap_tls: Literal["none", "starttls", "tls"] = Field(
        "tls", description="none, starttls (on connection), or tls (from the first byte)."
    )
    imap_folder: str = Field(
        "INBOX", description="The folder that is read. Nothing in it is changed."
    )
    assistant_url: str = Field(
        "",
        description="The address of a language model of your own that speaks OpenAI's protocol "
        "(…/v1), as a second reader of plans; empty: none, and no text leaves this machine. What "
        "it says appears only as doubts, with words that stand in the document.",
    )
    assistant_model: str = Field("", description="The model that is asked there.")
    assistant_key: SecretStr = Field(SecretStr(""), description="The key that it asks for, if any.")
    alert_command: str = Field(
        "",
        description="A program with its arguments that tells operators of troubles outside the "
        "mail: one JSON document on its standard input; no shell reads the line.",
    )
    alert_url: SecretStr = Field(
        SecretStr(""), description="A webhook that gets the same JSON document by POST."
    )
    scheduler_port: int = Field(
        4200,
        description="The port of this machine on which `luoshi run` keeps the scheduler and its "
        "page; 0 starts none. Where PREFECT_API_URL is set, that server is used instead.",
    )
    mirror: Grain = Field(
        Grain.TASK,
        description="How fine the scheduler's page shows the record: task (a run for each task "
        "under way, its reports below), unit, plan, or off.",
    )
    work_pool: str = Field(
        "",
        description="The scheduler's work pool whose workers (`luoshi flows work`, on any machine) "
        "carry out the shards of plans; empty: `luoshi flows serve` does it by itself.",
    )
    first_run_mails: int = Field(
        200,
        description="Most mails that a first run of reminders (none for two weeks or ever) sends "
        "without asking: above it the scheduler's run waits for a person's answer.",
    )
    slot_times: dict[str, time] = Field(
        {},
        description="Other local times for slots of the timetable, as JSON: "
        '{"remind": "08:00", "open_rounds": "06:00"}.',
    )
    separate_posts: bool = Field(
        False,
        description="Keep three posts apart (三员分立): system administrator, security "
        "administrator and auditor. No person holds two of them, the auditor nothing else, and "
        "what belongs to them is no administrator's. Give the posts before setting it to true.",
    )
    host: str = Field("127.0.0.1", description="The address that the pages listen on.")
    port: int = Field(8501, description="The port that the pages listen on.")
    trusted_proxies: str = Field(
        "",
        description="Addresses or networks of the proxies before the pages, with commas between. "
        "Only these are believed when they tell whom they ask for (X-Forwarded-For, "
        "X-Forwarded-Proto).",
    )
    allowed_hosts: str = Field(
        "",
        description="Further names under which browsers reach the pages, with commas between, "
        "without ports; that of LUOSHI_BASE_URL and localhost always are.",
    )

    paper_templates: Path | None = Field(
        None,
        description="A folder with an office's own templates for official papers: official.docx "
        "for all, circular.docx, responsibility_list.docx, ranking.docx, score_sheet.docx or "
        "debriefing.docx for one kind. `luoshi papers template` writes one to begin with.",
    )

    log_format: Format = Field(
        "plain",
        description="How every part writes its log on stderr: plain lines, or json, a document a "
        "line. Either holds the time (UTC), level, part and message, with ids only.",
    )

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, said: str) -> str:
        found = listed(said)
        for one in found:
            try:
                ip_network(one, strict=False)
            except ValueError:
                raise ValueError(
                    _(
                        "“{one}” is no address and no network of a proxy; write 10.0.0.5 or "
                        "10.0.0.0/24.",
                        one=one,
                    )
                ) from None
        return ",".join(found)

    @property
    def scheduled(self) -> bool:
        """Whether a scheduler runs the timetable; else the machine's own timer does."""
        return bool(self.scheduler_address)

    @property
    def scheduler_address(self) -> str:
        """Where the scheduler's server is, or empty: our own, or the one at PREFECT_API_URL."""
        own = f"http://127.0.0.1:{self.scheduler_port}" if self.scheduler_port else ""
        return os.environ.get(SCHEDULER_ELSEWHERE, own).removesuffix("/api")

    @property
    def scheduler_secret(self) -> str:
        """What opens the scheduler's API, as "user:password"; that of our own server no other
        installation has."""
        if SCHEDULER_ELSEWHERE in os.environ:
            return os.environ.get("PREFECT_API_AUTH_STRING", "")
        key = self.secret_key.get_secret_value().encode()
        return "luoshi:" + hmac.new(key, b"scheduler", "sha256").hexdigest()

    @property
    def cautions(self) -> tuple[str, ...]:
        """What works and is unwise, as messages of the catalogues."""
        found = []
        if self.smtp_tls == "none" and self.smtp_password.get_secret_value():
            found.append(OPEN_PASSWORD)
        if self.imap_tls == "none" and self.imap_host not in ("", "localhost", "127.0.0.1"):
            found.append(OPEN_MAILBOX)
        return tuple(found)

    @property
    def answers_to(self) -> str:
        """The address whose mail is read, or "" where none is."""
        return (self.reply_to or self.mail_from) if self.imap_host else ""

    @field_validator("alert_url")
    @classmethod
    def _is_web(cls, url: SecretStr) -> SecretStr:
        if url.get_secret_value() and not url.get_secret_value().startswith(
            ("https://", "http://")
        ):
            raise ValueError(_("Write an address that begins with https:// or http://."))
        return url

    @field_validator("assistant_url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        if url and not url.startswith(("https://", "http://")):
            raise ValueError(_("Write an address that begins with https:// or http://."))
        return url

    @property
    def second_factor_roles(self) -> frozenset[str]:
        """The roles that must have a second factor."""
        return frozenset(filter(None, (role.strip() for role in self.second_factor.split(","))))

    @field_validator("second_factor")
    @classmethod
    def _are_roles(cls, named: str) -> str:
        for role in filter(None, map(str.strip, named.split(","))):
            if role not in ROLES:
                known = ", ".join(ROLES)
                raise ValueError(
                    _("There is no role “{role}”; there are {known}.", role=role, known=known)
                )
        return named

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(
                _("There is no time zone “{zone}”; one is Asia/Shanghai.", zone=zone)
            ) from None
        return zone

    @field_validator("slot_times")
    @classmethod
    def _are_slots(cls, times: dict[str, time]) -> dict[str, time]:
        try:
            timetable_at(times)
        except KeyError as unknown:
            raise ValueError(_("The timetable has no slot {name}.", name=unknown)) from None
        return times


def listed(said: str) -> tuple[str, ...]:
    """The words of a setting that takes several, with commas between."""
    return tuple(filter(None, (one.strip().lower() for one in said.split(","))))
