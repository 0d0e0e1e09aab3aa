"""The command line `luoshi`. Nothing heavy is imported before a command needs it."""

from __future__ import annotations


def main() -> None:
    """Run the command that the arguments name. Exit 0 done, 1 refused or failed, 2 wrong usage."""
    import os

    from luoshi.cli.app import run
    from luoshi.private import UMASK

    os.umask(UMASK)
    run()
