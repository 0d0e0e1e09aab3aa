"""What the plans demand: documents read into catalogues, catalogues in and out, contradictions."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tasks_catalog.exchange import Format
    from tasks_catalog.model import Catalogue, Finding


def read(path: Path | str) -> Catalogue:
    """A document of any usual kind, or a catalogue, as a catalogue with its findings.

    Raises NotFound, and Refused where a file cannot be read or may not be (protected, scanned,
    marked secret). Files are read in a process of their own that has limits.
    """
    from documents.untrusted.containers import content_of

    return read_with_text(content_of(Path(path)), Path(path).name)[0]


def read_with_text(content: bytes, name: str) -> tuple[Catalogue, tuple[str, ...]]:
    """A file's bytes and its name as a catalogue, and the lines that its places count from 1.

    No lines where the file is a catalogue already. Raises Refused as `read` does.
    """
    from documents.untrusted.apart import RECOGNISING, read_apart
    from documents.untrusted.containers import check_size
    from tasks_catalog.reading import opening
    from tasks_catalog.reading.formats.pdf.reading import SCAN
    from tasks_catalog.reading.formats.scan import installed
    from tasks_catalog.reading.opening import PICTURE
    from workflow.rules.refusals import Refused

    check_size(content[:1024], len(content))
    try:
        return read_apart(opening.read_with_text, content, name)
    except Refused as refusal:
        if refusal.message not in (PICTURE, SCAN) or not installed():
            raise
    return read_apart(opening.recognise_with_text, content, name, limits=RECOGNISING)


def check(catalogues: Iterable[Catalogue]) -> tuple[Finding, ...]:
    """Contradictions and doubts within the catalogues and between those of one place."""
    from tasks_catalog.checking import between

    return between.check(catalogues)


def load(source: Path | str | bytes) -> Catalogue:
    """A catalogue from a YAML, JSON or xlsx file or its bytes; raises Invalid with places."""
    from documents.untrusted.apart import read_apart
    from documents.untrusted.containers import check_size, content_of
    from tasks_catalog import exchange

    content = source if isinstance(source, bytes) else content_of(Path(source))
    check_size(content[:1024], len(content))
    return read_apart(exchange.load, content)


def dump(catalogue: Catalogue, format: Format) -> bytes:
    """A catalogue as "yaml", "json" or "xlsx"; the same catalogue gives the same bytes."""
    from tasks_catalog import exchange

    return exchange.dump(catalogue, format)


def samples() -> tuple[str, ...]:
    """The names of the catalogues that are shipped."""
    from tasks_catalog import shipped

    return shipped.names()


def sample(name: str) -> Catalogue:
    """A shipped catalogue by its name. Raises NotFound."""
    from tasks_catalog import shipped

    return shipped.sample(name)
