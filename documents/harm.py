"""Which refusals of files tell of harm that the file would have done, and of which kind."""

from __future__ import annotations

from documents.untrusted.archives import (
    ACTIVE,
    EMBEDDED,
    ENTITIES,
    REMOTE,
    SWOLLEN,
    TOO_MANY_CELLS,
)
from documents.untrusted.words import NO_KIND, NO_TEXT, TOO_DEEP, TOO_LARGE, TOO_SLOW
from documents.uploads import ANOTHER_KIND, NOT_TAKEN, SCRIPTED
from workflow.rules.record.deeds import Harm
from workflow.rules.refusals import Refused

_HARMS = {
    SWOLLEN: Harm.BOMB,
    TOO_MANY_CELLS: Harm.BOMB,
    TOO_DEEP: Harm.BOMB,
    TOO_LARGE: Harm.BOMB,
    TOO_SLOW: Harm.BOMB,
    ENTITIES: Harm.BOMB,
    ACTIVE: Harm.SCRIPT,
    SCRIPTED: Harm.SCRIPT,
    EMBEDDED: Harm.EMBEDDED,
    REMOTE: Harm.REMOTE,
    NO_KIND: Harm.WRONG_KIND,
    NO_TEXT: Harm.WRONG_KIND,
    NOT_TAKEN: Harm.WRONG_KIND,
    ANOTHER_KIND: Harm.WRONG_KIND,
}


def harm_of(refusal: Refused) -> Harm | None:
    """What harm a refused file would have done; None for one that is damaged, locked or unfit.

    Told by the message, which alone comes back from the process that read the file.
    """
    return _HARMS.get(refusal.message)
