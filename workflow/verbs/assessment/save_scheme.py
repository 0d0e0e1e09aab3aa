"""Keep the rules of a year's assessment: schemes as data, every version kept."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import select

from db.models import SchemeVersion
from db.record import SYSTEM_CHAIN
from db.types import canonical
from documents.scheme_file import checked, shipped_scheme, shipped_schemes
from workflow.rules.access.permissions import INSTALLATION, Permission
from workflow.verbs.context import Context

__all__ = ["save_scheme", "shipped_scheme", "shipped_schemes"]


def save_scheme(c: Context, data: Any, text: str = "") -> int:
    """Keep a scheme (what its YAML or JSON says, and its `text`) as a new version; its id.

    Who may: administrators and the operator. It is a draft until it is approved. The same scheme
    twice is kept once. Leaves an event on
    the system's chain. Raises Invalid with every problem and its place.
    """
    c.require(Permission.KEEP_SCHEME, INSTALLATION)
    scheme = checked(data)
    body = canonical(data)
    sha = hashlib.sha256(body.encode()).hexdigest()
    last = c.session.scalars(
        select(SchemeVersion)
        .where(SchemeVersion.code == scheme.code)
        .order_by(SchemeVersion.no.desc())
        .limit(1)
    ).one_or_none()
    if last is not None and last.sha == sha:
        return last.id
    no = last.no + 1 if last else 1
    made = SchemeVersion(code=scheme.code, no=no, body=body, sha=sha, at=c.now, text=text)
    c.session.add(made)
    c.session.flush()
    c.record_event(
        SYSTEM_CHAIN, "keep_scheme", "scheme_version", made.id, code=scheme.code, no=no, sha=sha
    )
    return made.id
