"""The state of the installation itself."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from sqlalchemy import inspect, text
from sqlalchemy.orm import Session


@cache
def latest_revision() -> str:
    """The revision that this version of the program works with."""
    names = [place.name for place in files("db.migrations.versions").iterdir()]
    return max(name.partition("_")[0] for name in names if name[:1].isdigit())


def is_current(session: Session) -> bool:
    """Whether the database holds the tables of this version."""
    if not inspect(session.connection()).has_table("alembic_version"):
        return False
    found = session.scalar(text("select version_num from alembic_version"))
    return bool(found == latest_revision())
