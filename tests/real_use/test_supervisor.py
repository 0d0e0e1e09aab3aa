"""What dies is started again, later each time; what hangs is ended; nothing is left behind."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

import psutil
import pytest

from luoshi import supervisor
from luoshi.supervisor import Program, Supervisor
from real_use.installation import lives

LIVES = "import time; time.sleep(600)"
HAS_CHILD = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {LIVES!r}]); {LIVES}"


@contextmanager
def supervised(*programs: Program, **more: object) -> Iterator[list[str]]:
    died: list[str] = []
    stop = Event()
    kept = Supervisor(programs, died.append, **more)  # type: ignore[arg-type]
    thread = Thread(target=kept.run, args=(stop,))
    thread.start()
    try:
        yield died
    finally:
        stop.set()
        thread.join()


def python(name: str, code: str) -> Program:
    return Program(name, [sys.executable, "-c", code])


def wait(fits: Callable[[], object]) -> None:
    until = time.monotonic() + 60
    while not fits():
        assert time.monotonic() < until
        time.sleep(0.05)


def running(code: str) -> list[psutil.Process]:
    found = []
    for one in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # or a zombie
            if one.cmdline()[1:] == ["-c", code]:
                found.append(one)
    return found


def test_what_is_killed_is_started_again_and_what_it_had_started_goes_with_it() -> None:
    with supervised(python("one", HAS_CHILD)) as died:
        wait(lambda: len(running(LIVES)) == 1)
        (first,) = running(HAS_CHILD)
        (child,) = running(LIVES)
        first.kill()
        wait(lambda: [one for one in running(HAS_CHILD) if one.pid != first.pid])
        assert died == ["one"]
        assert not lives(child)
    assert running(HAS_CHILD) + running(LIVES) == []


def test_pauses_grow_while_a_part_cannot_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "LOOK_EVERY", 0.02)
    starts = tmp_path / "starts"
    falls = f"import time; open({str(starts)!r}, 'a').write(f'{{time.time()}} ')"
    with supervised(python("falls", falls), python("lives", LIVES)) as died:
        wait(lambda: len(died) == 3)
        assert len(running(LIVES)) == 1
    first, second, third = map(float, starts.read_text().split())
    assert third - second > 1.5 * (second - first) > 1.5


def test_what_gives_no_sign_of_life_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "HUNG", 0.3)
    monkeypatch.setattr(supervisor, "LOOK_EVERY", 0.02)
    silent = {"hangs": 0.0, "lives": 0.0}
    with supervised(
        python("hangs", LIVES), python("lives", HAS_CHILD), silent_for=lambda: silent
    ) as died:
        wait(lambda: len(running(HAS_CHILD)) == 1)
        time.sleep(0.5)
        assert died == []
        silent["hangs"] = 9.0
        wait(lambda: died)
        silent["hangs"] = 0.0
    assert set(died) == {"hangs"}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends the children of what died")
def test_a_supervisor_that_is_killed_takes_its_parts_along(tmp_path: Path) -> None:
    code = f"""
from threading import Event
from luoshi.supervisor import Program, Supervisor
import sys
Supervisor([Program("one", [sys.executable, "-c", {LIVES!r}])], print).run(Event())
"""
    parent = psutil.Popen([sys.executable, "-c", code])
    wait(parent.children)
    (child,) = parent.children()
    parent.kill()
    parent.wait()
    wait(lambda: not lives(child))
