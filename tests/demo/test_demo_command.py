"""`luoshi demo` as people start and stop it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from db.engine import Database
from db.installation import is_demo
from db.models import ChainHead, Outbox
from luoshi.demo.place import DemoFolder, free_port, settings_of
from workflow.rules.refusals import Refused

PROCESSES = Path("/proc")


@pytest.fixture
def place(lived_year: Path, tmp_path: Path) -> DemoFolder:
    """A demo that was stopped."""
    shutil.copytree(lived_year, tmp_path / "demo")
    return DemoFolder(tmp_path / "demo")


@contextmanager
def running(place: DemoFolder, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The demo as a process of its own; gives it and its address once the login page is there."""
    port = free_port(18501)
    command = [str(Path(sys.executable).with_name("luoshi")), "demo", "--data", str(place.folder)]
    process = subprocess.Popen(
        [*command, "--port", str(port), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "LANG": "en_GB.UTF-8", "LC_ALL": "en_GB.UTF-8"},
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        while not _answers(f"{address}/login"):
            if process.poll() is not None:
                raise AssertionError(process.communicate()[0])
            time.sleep(0.2)
        yield process, address
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as page:
            return page.status == 200
    except OSError:
        return False


def _belonging_to(place: DemoFolder) -> list[str]:
    """The command lines of living processes that were started for this demo."""
    found = []
    for entry in PROCESSES.iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                environ = (entry / "environ").read_bytes().decode(errors="replace")
                command = (entry / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if str(place.folder) in environ + command:
                found.append(command.replace("\0", " "))
    return found


def _kept(place: DemoFolder) -> list[object]:
    made = Database(f"sqlite:///{place.database}")
    with made.read() as session:
        heads = [(h.chain, h.no, h.hash) for h in session.query(ChainHead).order_by("chain")]
        mails = session.query(Outbox).count()
    made.dispose()
    return [heads, mails]


@pytest.mark.skipif(not PROCESSES.is_dir(), reason="looks at processes under /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminate"])
def test_a_signal_leaves_no_process_and_everything_as_it_was(
    place: DemoFolder, number: signal.Signals, prefect_tables: Path
) -> None:
    place.prefect.mkdir()
    shutil.copy(prefect_tables, place.prefect / "prefect.db")
    before = _kept(place)
    with running(place) as (process, _):
        while not any("prefect" in command for command in _belonging_to(place)):
            time.sleep(0.2)
        process.send_signal(number)
        said = process.communicate()[0]
    assert process.returncode == 0, said
    assert "Traceback" not in said
    assert _belonging_to(place) == []
    assert _kept(place) == before


def test_it_prints_addresses_and_a_login_for_each_role(place: DemoFolder) -> None:
    with running(place, "--no-prefect") as (process, address):
        page = urllib.request.urlopen(f"{address}/login").read().decode()
        process.send_signal(signal.SIGINT)
        said = process.communicate()[0]
    for email in ("rsj.liaison", "rsj.deputy", "zzb.reviewer", "leader", "zzb.admin"):
        assert f"{email}@qz.example" in said
        assert f"{email}@qz.example" in page
    assert address.rpartition(":")[2] in said
    assert "Prefect" not in said


def test_two_demos_do_not_share_a_folder(place: DemoFolder) -> None:
    with place.lock(), pytest.raises(Refused, match="演示"):
        place.lock()


def test_a_folder_with_other_things_is_never_emptied(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("keep me")
    with pytest.raises(Refused):
        DemoFolder(tmp_path).lock()
    assert (tmp_path / "letters.txt").read_text() == "keep me"


def test_a_taken_port_gives_way_to_the_next() -> None:
    first = free_port(18601)
    assert free_port(first, frozenset({first})) > first


def test_no_setting_of_a_real_installation_reaches_in(place: DemoFolder, monkeypatch) -> None:
    monkeypatch.setenv("LUOSHI_SMTP_HOST", "mail.example.org")
    given = settings_of(place, place.folder, 8501, 2525)
    assert given.model_fields_set == set(type(given).model_fields)
    assert given.smtp_host == "127.0.0.1"


def test_real_use_refuses_a_demos_database(lived_year: Path) -> None:
    made = Database(f"sqlite:///{lived_year}/luoshi.db")
    with made.read() as session:
        assert is_demo(session)
    made.dispose()
