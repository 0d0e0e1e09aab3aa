"""A file of facts scored by a scheme: `scored` is meant to be run apart.

What it takes is imported where it runs: whoever asks for it in a process of its own does without.
"""

from __future__ import annotations

import gc
import zlib
from dataclasses import dataclass

from i18n import _


@dataclass(frozen=True)
class ScoredFile:
    """A result as bytes, packed for the way, and lines for people about each unit."""

    packed: bytes
    lines: tuple[str, ...]

    @property
    def document(self) -> bytes:
        """The result as JSON."""
        return zlib.decompress(self.packed)


def scored(scheme: bytes | str, facts: bytes) -> ScoredFile:
    """The facts of a file scored by the scheme that another file holds, or that is shipped under a
    name. Raises Invalid with every problem, NotFound for a name that is not known."""
    from documents.scheme_file import (
        facts_in,
        scheme_in,
        shipped_scheme,
        understood,
        understood_facts,
    )
    from workflow.rules.assessment.scores import line_of
    from workflow.rules.assessment.scoring import scored_document

    data = shipped_scheme(scheme) if isinstance(scheme, str) else scheme_in(scheme)
    # This process ends with its answer: looking for garbage among millions of parts costs more
    # than the scoring.
    gc.disable()
    try:
        result, document = scored_document(understood(data), understood_facts(facts_in(facts)))
    finally:
        gc.enable()
    asked = (
        _(
            "{unit}, {line}: {question}",
            unit=one.name,
            line=said.path or "—",
            question=str(said.question),
        )
        for one in result.units
        for said in one.questions
    )
    return ScoredFile(zlib.compress(document, 1), (*map(line_of, result.units), *asked))
