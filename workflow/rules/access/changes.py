"""Changes of an account that its owner hears of by mail, whoever made them."""

from __future__ import annotations

from enum import StrEnum


class AccountChange(StrEnum):
    """What changed; the letter `security` has words for each."""

    PASSWORD_CHANGED = "password_changed"  # noqa: S105 (no password)
    FACTOR_SET_UP = "factor_set_up"
    FACTOR_REMOVED = "factor_removed"
    RECOVERY_CODE_USED = "recovery_code_used"
