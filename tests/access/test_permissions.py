"""The whole table of permissions, with the three posts kept apart and not."""

from itertools import combinations

import pytest

from workflow.rules.access.permissions import (
    GRANTS,
    INSTALLATION,
    ROLES,
    THREE_POSTS,
    TOP_PLACE,
    Actor,
    Post,
    Subject,
    clash,
    in_force,
    may,
    require,
    system,
)
from workflow.rules.record.deeds import ACTS
from workflow.rules.refusals import NotAllowed

SYSTEM, SECURITY, AUDITOR = THREE_POSTS
ADMINISTRATOR = "administrator"
OWN, LEAD, OTHER = (
    Subject(TOP_PLACE, unit_id=1),
    Subject(TOP_PLACE, unit_id=2, lead_unit_id=1),
    Subject(TOP_PLACE, unit_id=9),
)
SUBJECTS = {"own": OWN, "lead": LEAD, "other": OTHER}

THEIRS = {
    "keep_people": {SECURITY}, "end_sessions": {SECURITY}, "remove_factor": {SECURITY},
    "operate": {SYSTEM}, "deliver": {SYSTEM}, "collect": {SYSTEM},
    "resend": {SYSTEM, "reviewer"}, "read_mail": {SYSTEM, "reviewer"},
    "read_audit": {AUDITOR}, "verify_audit": {AUDITOR, SYSTEM},
}  # fmt: skip
"""Everything that one of the three posts may do, and whose it is once they are kept apart."""

UNIT = {"liaison", "deputy_head", "head"}
SIGN = {"deputy_head", "head"}
CONTENT: dict[str, dict[str, set[str]]] = {
    "own": {
        "comment": UNIT, "acknowledge": UNIT, "dispute": UNIT, "request": UNIT, "file": {"liaison"},
        "sign_off": SIGN, "sign_off_on_paper": UNIT, "object": UNIT,
        "export": UNIT | {"leader", "reviewer", ADMINISTRATOR},
        "decide": set(), "review": set(), "waive": set(), "extend_report": set(),
        "note_merit": set(), "answer_objection": set(), "self_assess": UNIT,
        "rate_debriefing": set(),
        "ask_supports": {"reviewer"}, "receive": set(),
        "confirm_indicator_value": UNIT, "object_to_indicator_value": UNIT,
        "report_indicator_value": UNIT | {"reviewer", ADMINISTRATOR},
    },
    "lead": {
        "ask_supports": {"liaison", "reviewer"}, "receive": {"liaison", "deputy_head"},
        "file": set(), "sign_off": set(),
    },
    "other": {
        "comment": set(), "file": set(), "sign_off": set(),
        "decide": {"reviewer", ADMINISTRATOR}, "note_merit": {"reviewer", ADMINISTRATOR},
        "review": {"reviewer"}, "waive": {"reviewer"}, "extend_report": {"reviewer"},
        "answer_objection": {"leader", "reviewer", ADMINISTRATOR}, "self_assess": set(),
        "rate_debriefing": {"leader", "reviewer", ADMINISTRATOR},
        "export": {"leader", "reviewer", ADMINISTRATOR},
        "confirm_indicator_value": set(), "object_to_indicator_value": set(),
        "report_indicator_value": {"reviewer", ADMINISTRATOR},
    },
}  # fmt: skip
ANYWHERE = {
    "instruct": {"leader", "reviewer"}, "look": {"leader", "reviewer"},
    "load_plan": {ADMINISTRATOR}, "change_plan": {ADMINISTRATOR}, "keep_scheme": {ADMINISTRATOR},
    "keep_units": {ADMINISTRATOR},
    "review_result": {"leader", "coordinator"},
    "approve_result": {"leader", ADMINISTRATOR}, "approve_scheme": {"leader", ADMINISTRATOR},
    **{
        action: {"reviewer", ADMINISTRATOR}
        for action in (
            "prepare", "set_year_targets", "consult", "answer_comment", "issue", "open_rounds",
            "close_rounds", "remind", "record_call", "pause_reminders", "chase", "assess",
            "set_indicator", "keep_procedure",
        )
    },
}  # fmt: skip
BY_ITSELF = {
    "prepare", "load_plan", "set_year_targets", "consult", "issue", "open_rounds", "close_rounds",
    "remind", "deliver", "keep_scheme", "assess", "keep_units", "keep_people", "end_sessions",
    "remove_factor", "export", "operate", "read_audit", "verify_audit", "collect",
}  # fmt: skip


def holder(role: str, separate: bool) -> Actor:
    return Actor(1, frozenset({Post(role, None if role in THREE_POSTS else 1)}), separate=separate)


def who(action: str, relation: str, separate: bool) -> set[str]:
    return {role for role in ROLES if may(holder(role, separate), action, SUBJECTS[relation])}


def expected(action: str, relation: str, separate: bool) -> set[str] | None:
    if action in THEIRS:
        return THEIRS[action] if separate else THEIRS[action] | {ADMINISTRATOR}
    if action in ANYWHERE:
        return ANYWHERE[action]
    return CONTENT[relation].get(action)


@pytest.mark.parametrize("separate", [False, True])
@pytest.mark.parametrize("relation", SUBJECTS)
def test_the_whole_table(relation: str, separate: bool) -> None:
    wrong = {
        action: who(action, relation, separate)
        for action in GRANTS
        if expected(action, relation, separate) not in (None, who(action, relation, separate))
    }
    assert wrong == {}


def test_no_action_is_left_out_above() -> None:
    named = {*THEIRS, *ANYWHERE, *(action for table in CONTENT.values() for action in table)}
    assert set(GRANTS) == named
    assert set(GRANTS) == set(ACTS)


@pytest.mark.parametrize("separate", [False, True])
def test_what_runs_by_itself(separate: bool) -> None:
    clock = Actor(None, frozenset(), "clock", separate)
    assert {action for action in GRANTS if may(clock, action, OTHER)} == BY_ITSELF


def test_the_administrator_keeps_everything_where_the_posts_are_not_separate() -> None:
    assert all(may(holder(ADMINISTRATOR, False), action, INSTALLATION) for action in THEIRS)
    assert not any(may(holder(ADMINISTRATOR, True), action, INSTALLATION) for action in THEIRS)


def test_the_auditor_may_nothing_but_read_and_check() -> None:
    for separate in (False, True):
        auditor = holder(AUDITOR, separate)
        allowed = {a for a in GRANTS for about in SUBJECTS.values() if may(auditor, a, about)}
        assert allowed == {"read_audit", "verify_audit"}


def test_a_refusal_names_who_may_and_what_was_tried() -> None:
    with pytest.raises(NotAllowed, match="安全管理员") as caught:
        require(holder(ADMINISTRATOR, True), "keep_people", Subject(TOP_PLACE, person_id=7))
    assert "、" not in str(caught.value)
    trace = caught.value.trace
    assert trace is not None
    assert (trace.event, trace.what, trace.about) == ("refused", "keep_people", {"person_id": 7})


def test_no_two_of_the_three_and_nothing_beside_the_auditor() -> None:
    together = {pair for pair in combinations(ROLES, 2) if not clash(pair)}
    assert {pair for pair in together if AUDITOR in pair} == set()
    assert (SYSTEM, SECURITY) not in together
    assert (ADMINISTRATOR, SYSTEM) in together
    assert ("liaison", SECURITY) in together
    assert all(clash({role}) is None for role in ROLES)


def test_who_holds_what_is_kept_apart_acts_in_none_of_it() -> None:
    both = {Post(SYSTEM, None), Post(SECURITY, None), Post("reviewer", 1)}
    assert in_force(both, separate=True) == {Post("reviewer", 1)}
    assert in_force(both, separate=False) == both
    alone = {Post(SYSTEM, None), Post("reviewer", 1)}
    assert in_force(alone, separate=True) == alone


def test_a_system_actor_knows_nothing_of_the_separation_by_itself() -> None:
    assert not system("clock").separate
