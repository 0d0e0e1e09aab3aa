"""What is said of a report once it was filed: within the unit, by its lead or the office."""

from __future__ import annotations

from enum import StrEnum


class SignOffOutcome(StrEnum):
    """The deputy head's word on a submission."""

    SIGNED_OFF = "signed_off"
    SENT_BACK = "sent_back"


class VerdictOutcome(StrEnum):
    """The reviewer's or the lead's word on a submission; *undone* takes the last one back."""

    ACCEPTED = "accepted"
    RETURNED = "returned"
    UNDONE = "undone"


class ReportDecisionOutcome(StrEnum):
    """The office's word on a report as such."""

    EXTENDED = "extended"
    WAIVED = "waived"
