"""A real IMAP server for the tests: Dovecot, on ports of its own, with mailboxes in a folder."""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from notifications.mailbox import Mailbox

USER, PASSWORD = "huifu", "a-password-of-the-mailbox"
DOVECOT = shutil.which("dovecot") or "/usr/sbin/dovecot"
CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = {ssl}
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail
first_valid_uid = 1
auth_mechanisms = plain login
default_internal_user = {internal}
default_login_user = {login}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail
}}
service imap-login {{
  {chroot}
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  {chroot}
}}
service stats {{
  {chroot}
}}
"""


@dataclass
class MailServer:
    """Where it listens, and its one mailbox as a folder of files."""

    port: int
    folder: Path

    def mailbox(self, **more: object) -> Mailbox:
        """The settings with which it is read."""
        usual = {"host": "127.0.0.1", "port": self.port, "username": USER, "password": PASSWORD,
                 "tls": "none"}  # fmt: skip
        return Mailbox(**{**usual, **more})  # type: ignore[arg-type]

    def put(self, content: bytes) -> None:
        """A mail arrives."""
        name = f"{time.time():.6f}.{uuid4().hex}.test"
        inside = self.folder / "mail"
        path = inside / "tmp" / name
        path.write_bytes(content)
        self._give(path)
        path.rename(inside / "new" / name)

    def _give(self, path: Path) -> None:
        if os.getuid() == 0:
            owner = pwd.getpwnam("nobody")
            os.chown(path, owner.pw_uid, owner.pw_gid)


@contextmanager
def served(folder: Path) -> Iterator[MailServer]:
    """Dovecot for as long as the block lasts. `make test` installs it where it may."""
    assert Path(DOVECOT).exists(), "These tests need Dovecot: apt-get install dovecot-imapd"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    root = os.getuid() == 0
    owner = pwd.getpwnam("nobody") if root else pwd.getpwuid(os.getuid())
    made = MailServer(port, folder)
    for name in ("run", "state", "mail", "mail/new", "mail/cur", "mail/tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
        made._give(folder / name)
    for parent in (folder, *folder.parents):
        # The mailbox's owner must come by.
        if parent.stat().st_uid == os.getuid():
            parent.chmod(parent.stat().st_mode | 0o011)
    settings = folder / "dovecot.conf"
    settings.write_text(
        CONFIGURATION.format(
            folder=folder, port=port, password=PASSWORD, uid=owner.pw_uid, gid=owner.pw_gid,
            internal="dovecot" if root else getpass.getuser(),
            login="dovenull" if root else getpass.getuser(),
            chroot="" if root else "chroot =", ssl="no",
        ),
        "utf-8",
    )  # fmt: skip
    process = subprocess.Popen([DOVECOT, "-F", "-c", settings], stdin=subprocess.DEVNULL)
    try:
        _wait(process, port, folder)
        yield made
    finally:
        process.terminate()
        process.wait(10)


def _wait(process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError((folder / "log").read_text("utf-8", "replace"))
