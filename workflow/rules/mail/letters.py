"""What letters there are."""

from __future__ import annotations

from enum import StrEnum


class LetterKind(StrEnum):
    """What a letter is about; its templates have the same name."""

    DIGEST = "digest"
    RECEIPT = "receipt"
    RETURNED = "returned"
    SENT_BACK = "sent_back"
    CONSULT = "consult"
    ISSUE = "issue"
    EDITION = "edition"
    DISPUTE = "dispute"
    DECISION = "decision"
    INSTRUCTION = "instruction"
    RESET = "reset"
    OBJECTION = "objection"
    PROCEDURE = "procedure"
    RESULT_USE = "result_use"
    ALERT = "alert"
    HEADS = "heads"
    SECURITY = "security"
    COLLECTED = "collected"
    CHASE = "chase"
    UNREACHED = "unreached"
