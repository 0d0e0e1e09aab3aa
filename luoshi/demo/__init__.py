"""A whole city in one command: a made-up year of a real plan. Nothing else imports this."""

from __future__ import annotations

from pathlib import Path

PORT = 8501
FOLDER = Path(".luoshi/demo")


def run(port: int = PORT, prefect: bool = True, data: Path = FOLDER, fresh: bool = False) -> None:
    """Run the demo until Ctrl-C: database, mailbox, flows and pages, all on this machine.

    `prefect` False runs what falls due by its verbs alone; `fresh` forgets what was done before.
    Raises Refused where another demo uses the folder or no port is free.
    """
    from luoshi.demo.start import start

    start(port, prefect, data, fresh)
