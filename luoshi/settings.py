"""The settings of a house: `LUOSHI_*` variables, also from a `.env` file."""

from __future__ import annotations

from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from luoshi.language import _
from workflow.rules.permissions import ROLES


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
    scheduler_port: int = Field(
        4200,
        description="The port of this machine on which `luoshi run` keeps the scheduler and its "
        "page; 0 starts none. Where PREFECT_API_URL is set, that server is used instead.",
    )
    host: str = Field("127.0.0.1", description="The address that the pages listen on.")
    port: int = Field(8501, description="The port that the pages listen on.")

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
