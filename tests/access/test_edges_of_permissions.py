"""Small print of the table of permissions: the system's actor, the first of a clash, the order."""

import pytest

from workflow.rules.access.permissions import (
    INSTALLATION,
    THREE_POSTS,
    TOP_PLACE,
    Actor,
    Post,
    Subject,
    clash,
    granted,
    may,
    require,
    require_for_some,
    system,
)
from workflow.rules.refusals import NotAllowed

SYSTEM, SECURITY, AUDITOR = THREE_POSTS


def holder(role: str, unit: int | None = 1, separate: bool = False) -> Actor:
    return Actor(1, frozenset({Post(role, unit)}), separate=separate)


def test_the_systems_actor_holds_no_post_and_has_a_name() -> None:
    assert system("clock") == Actor(None, frozenset(), "clock", False)


def test_grants_are_those_of_posts_that_are_not_separate_unless_said() -> None:
    assert ("administrator", "any") in granted("operate")
    assert ("administrator", "any") not in granted("operate", separate=True)


def test_a_clash_names_both_roles() -> None:
    assert clash([SYSTEM, SECURITY]) == (SYSTEM, SECURITY)
    assert clash(["liaison", AUDITOR]) == (AUDITOR, "liaison")


def test_a_person_is_asked_for_every_grant_whatever_the_system_may() -> None:
    both = Actor(1, frozenset({Post(AUDITOR, None), Post("leader", None)}))
    assert may(both, "verify_audit", INSTALLATION)
    assert may(holder("liaison"), "export", Subject(TOP_PLACE, unit_id=1))
    assert not may(holder("liaison"), "export", Subject(TOP_PLACE, unit_id=2))


def test_a_permission_is_asked_of_the_subject_that_was_named() -> None:
    require(holder("liaison"), "file", Subject(TOP_PLACE, unit_id=1))
    for subject in (Subject(TOP_PLACE, unit_id=2), INSTALLATION):
        with pytest.raises(NotAllowed):
            require(holder("liaison"), "file", subject)


def test_a_file_that_may_name_many_is_read_for_whoever_might_do_one_of_them() -> None:
    require_for_some(holder("liaison", 7), "file")
    require_for_some(system("import"), "load_plan")
    require_for_some(holder("administrator"), "operate")
    for actor, action in (
        (holder("deputy_head"), "file"),
        (system("import"), "file"),
        (holder("reviewer"), "load_plan"),
        (holder("administrator", separate=True), "operate"),
    ):
        with pytest.raises(NotAllowed) as refused:
            require_for_some(actor, action)
        trace = refused.value.trace
        assert trace is not None
        assert (trace.event, trace.what, trace.about) == ("refused", action, {})
