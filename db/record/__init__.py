"""Keeping the record: events in their chain, states and promises as intervals, compare-and-set."""

from db.record.chain import (
    SEALS,
    SYSTEM_CHAIN,
    EventRecord,
    chain_hash,
    locked_head,
    move_head,
    record_event,
    sealing,
    write_events,
)
from db.record.intervals import batched, compare_and_set, replace_interval
from db.record.states import begin_state, change_state, change_states, state_of

__all__ = [
    "SEALS",
    "SYSTEM_CHAIN",
    "EventRecord",
    "batched",
    "begin_state",
    "chain_hash",
    "change_state",
    "change_states",
    "compare_and_set",
    "locked_head",
    "move_head",
    "record_event",
    "replace_interval",
    "sealing",
    "state_of",
    "write_events",
]
