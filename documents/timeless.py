"""The same document twice is the same bytes."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

EARLIEST = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold: the same bytes every day


def timeless(document: bytes) -> bytes:
    """An office document's bytes without the time at which they were written."""
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(document)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in sorted(old.namelist()):
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT[\d:]+Z", b"1980-01-01T00:00:00Z", content)
            new.writestr(zipfile.ZipInfo(name, EARLIEST), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
