"""Where a demo keeps its things, and that only one demo uses them at a time."""

from __future__ import annotations

import fcntl
import secrets
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from pydantic import SecretStr

from i18n import mark
from luoshi.settings import Settings
from workflow.rules.refusals import Refused
from workflow.rules.time.dates import ZONE
from workflow.rules.tracking.runs import Grain


@dataclass(frozen=True)
class DemoFolder:
    """The folder of a demo. Nothing outside it is ever written."""

    folder: Path

    @property
    def database(self) -> Path:
        return self.folder / "luoshi.db"

    @property
    def unfinished(self) -> Path:
        """Where the year is lived before it is whole."""
        return self.folder / "unfinished"

    @property
    def mail(self) -> Path:
        return self.folder / "mail"

    @property
    def prefect(self) -> Path:
        return self.folder / "prefect"

    @property
    def is_made(self) -> bool:
        """Whether a whole year stands here."""
        return self.database.is_file()

    def lock(self) -> TextIO:
        """Keep other demos out for as long as the result is open.

        Raises Refused if one is in, and for a folder with other things: it would be emptied.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        guard = self.folder / "lock"
        if not guard.exists() and any(self.folder.iterdir()):
            raise Refused(
                mark("{folder} holds other things than a demo. Name an empty folder by --data."),
                folder=str(self.folder),
            )
        held = guard.open("w")
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            held.close()
            raise Refused(
                mark("A demo is already running in {folder}. Stop it first, or use --data."),
                folder=str(self.folder),
            ) from None
        return held

    def clear(self) -> None:
        """Forget everything that is kept here but the lock."""
        for entry in self.folder.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)
            elif entry.name != "lock":
                entry.unlink()

    def secret(self) -> str:
        """The secret of this demo, made up once."""
        kept = self.folder / "secret"
        if not kept.is_file():
            kept.touch(0o600)
            kept.write_text(secrets.token_urlsafe(48))
        return kept.read_text()


def settings_of(place: DemoFolder, folder: Path, port: int, smtp_port: int) -> Settings:
    """The settings of the demo whose database lies in `folder`: every one given, so that nothing
    of a real installation on this machine reaches in."""
    return Settings(
        _env_file=None,
        database_url=f"sqlite:///{(folder / 'luoshi.db').absolute()}",
        evidence_url=f"file://{(folder / 'evidence').absolute()}",
        backup_dir=(folder / "backups").absolute(),
        backup_key=SecretStr(""),
        backup_keep_days=30,
        base_url=f"http://localhost:{port}",
        time_zone=ZONE,
        secret_key=SecretStr(place.secret()),
        log_format="plain",
        mail_from="luoshi@qz.example",
        smtp_host="127.0.0.1",
        smtp_port=smtp_port,
        smtp_username="",
        smtp_password=SecretStr(""),
        smtp_tls="none",
        smtp_connections=1,
        reply_to="",
        imap_host="",
        imap_port=993,
        imap_username="",
        imap_password=SecretStr(""),
        imap_tls="tls",
        imap_folder="INBOX",
        mirror=Grain.TASK,
        work_pool="",
        paper_templates=None,
        scheduler_port=0,
        first_run_mails=200,
        slot_times={},
        assistant_url="",
        assistant_model="",
        assistant_key=SecretStr(""),
        alert_command="",
        alert_url=SecretStr(""),
        second_factor="",
        separate_posts=False,
        trusted_proxies="",
        allowed_hosts="",
        host="127.0.0.1",
        port=port,
    )


def free_port(wanted: int = 0, besides: frozenset[int] = frozenset()) -> int:
    """The wanted port of this machine, or the next one that is free; 0 for any.

    Raises Refused where a hundred in a row are taken.
    """
    for port in range(wanted, wanted + 100) if wanted else (0,):
        if port in besides:
            continue
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(tried.getsockname()[1])
    raise Refused(mark("No port is free from {port} on; choose another by --port."), port=wanted)
