"""Where the window differs from what it should show, and the calls that make it the same.

Comparing and mending are one thing: `bring` does what `differing` names. After any of its calls the
process may be killed; what is left to do is found again by comparing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from flows.mirror.window import ShownRun, Window, hook_of
from workflow.rules.tracking.runs import Phase, RunState, TrackedRun


@dataclass
class Differences:
    """What is to be done: runs to be made, named anew, set to a state, removed.

    `settled` of those to be removed are only old: they tell of what was settled long ago.
    """

    make: list[TrackedRun] = field(default_factory=list)
    rename: list[tuple[ShownRun, TrackedRun]] = field(default_factory=list)
    set: list[tuple[ShownRun, TrackedRun]] = field(default_factory=list)
    remove: list[ShownRun] = field(default_factory=list)

    @property
    def wrong(self) -> int:
        """How many runs say what is not in the record, or are missing."""
        open_ones = sum(run.state.phase == Phase.WAITING for run in self.remove)
        touched = {run.key for run, _wanted in (*self.rename, *self.set)}
        return len(self.make) + len(touched) + open_ones


def differing(wanted: Mapping[str, TrackedRun], shown: Mapping[str, ShownRun]) -> Differences:
    """How the runs shown differ from those that the record asks for."""
    found = Differences(remove=[run for key, run in shown.items() if key not in wanted])
    for key, run in wanted.items():
        seen = shown.get(key)
        above = shown.get(run.below)
        if seen is None:
            found.make.append(run)
        elif run.below and (above is None or seen.hangs_on != hook_of(above.run_id)):
            # What it hangs on is gone or another one, and that cannot be changed.
            found.remove.append(seen)
            found.make.append(run)
        else:
            if (seen.name, seen.tags) != (run.name, run.tags):
                found.rename.append((seen, run))
            if seen.state != run.state:
                found.set.append((seen, run))
    return found


def set_states(window: Window, runs: Iterable[TrackedRun]) -> bool:
    """Give runs that are there their state; whether they all were."""
    states: dict[RunState, list[str]] = defaultdict(list)
    for run in runs:
        states[run.state].append(run.key)
    return all(window.set_state(keys, state) for state, keys in states.items())


def bring(
    window: Window, wanted: Mapping[str, TrackedRun], shown: Mapping[str, ShownRun]
) -> dict[str, UUID]:
    """Make the window show these runs and, of those that it shows here, no others; their ids."""
    todo = differing(wanted, shown)
    window.remove([run.run_id for run in todo.remove])
    for seen, run in todo.rename:
        window.rename(seen.run_id, run.name, run.tags)
    if not set_states(window, [run for _seen, run in todo.set]):
        raise LookupError("a run is gone that was there just now")
    ids = {key: shown[key].run_id for key in wanted if key in shown}
    for run in (run for run in todo.make if not run.below):
        ids[run.key] = window.make(run, None)
    below = [run for run in todo.make if run.below]
    window.make_hooks({ids[run.below] for run in below})
    for run in below:
        ids[run.key] = window.make(run, ids[run.below])
    return ids
