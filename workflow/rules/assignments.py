"""The parts that units take in a task, and what they are called."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from i18n import mark


class AssignmentRole(StrEnum):
    """What a unit does in a task: 牵头, 共同负责, 配合; in the order in which units are named."""

    LEAD = "lead"
    JOINT = "joint"
    SUPPORT = "support"


ASSIGNMENT_ROLES: Mapping[str, str] = {
    AssignmentRole.LEAD: mark("lead"),
    AssignmentRole.JOINT: mark("jointly responsible"),
    AssignmentRole.SUPPORT: mark("support"),
}
ANSWERABLE = (AssignmentRole.LEAD, AssignmentRole.JOINT)
"""Parts whose unit answers to the office for the task, in the order in which units are named."""
