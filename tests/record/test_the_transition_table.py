"""The transition table: every state can be reached, and only by the table."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from workflow.rules.refusals import WrongState
from workflow.rules.states import INITIAL, STATES, TRANSITIONS, after, possible

ENDS = {
    "task": {"closed", "terminated"},
    "assignment": {"ended"},
    "report": {"waived"},
    "request": {"approved", "refused", "withdrawn"},
    "procedure": set(),
}


def reached(subject: str) -> set[str]:
    found = {INITIAL[subject]}
    while True:
        more = {after(subject, a, s) for s in found for a in possible(subject, s)} - found
        if not more:
            return found
        found |= more


@pytest.mark.parametrize("subject", STATES)
def test_every_state_can_be_reached_from_the_first(subject: str) -> None:
    assert reached(subject) == set(STATES[subject])


@pytest.mark.parametrize("subject", STATES)
def test_only_the_ends_are_ends(subject: str) -> None:
    assert {state for state in STATES[subject] if not possible(subject, state)} == ENDS[subject]


def test_every_step_is_named_once_and_between_known_states() -> None:
    names = [(t.subject, t.action) for t in TRANSITIONS]
    assert len(names) == len(set(names))
    for row in TRANSITIONS:
        assert {row.after, *row.before} <= set(STATES[row.subject])


class Life(RuleBasedStateMachine):
    """One subject of each kind, to which anything is tried in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.states = dict(INITIAL)

    @rule(row=st.sampled_from(TRANSITIONS))
    def try_(self, row) -> None:
        before = self.states[row.subject]
        if before in row.before:
            self.states[row.subject] = after(row.subject, row.action, before)
            assert self.states[row.subject] == row.after
        else:
            with pytest.raises(WrongState):
                after(row.subject, row.action, before)

    @invariant()
    def only_what_the_table_allows_is_offered(self) -> None:
        for subject, state in self.states.items():
            offered = set(possible(subject, state))
            assert offered == {
                t.action for t in TRANSITIONS if t.subject == subject and state in t.before
            }
            assert state in reached(subject)


TestLife = Life.TestCase
