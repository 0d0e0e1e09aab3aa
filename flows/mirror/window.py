"""The tracked runs as Prefect keeps them: read, made, changed and removed through its API alone.

They have no process. A run's idempotency key is the key of the rules, so that it is made once
however often that is asked for. What belongs below a run hangs on one task run of it, whose id
follows from the run's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from prefect.client.orchestration import SyncPrefectClient

from workflow.rules.tracking.runs import TRACKED, Kind, Phase, RunState, TrackedRun, plan_tag

Json = dict[str, Any]
AT_ONCE = 50
"""So many runs Prefect changes or deletes in one call."""
A_PAGE = 200
EVENTS_AT_ONCE = 100


@dataclass(frozen=True)
class ShownRun:
    """A run as Prefect has it. `hangs_on` is the task run above it; `parameters` are the mirror's
    own notes on a plan's run."""

    run_id: UUID
    kind: Kind
    key: str
    name: str
    tags: tuple[str, ...]
    state: RunState
    hangs_on: UUID | None
    parameters: Json


class Window:
    """Prefect's API as far as the mirror needs it. Raises httpx.HTTPError and PrefectException."""

    def __init__(self, client: SyncPrefectClient) -> None:
        self._client = client
        self._flows: dict[Kind, str] = {}

    def plans(self) -> Iterator[ShownRun]:
        """The runs of plans, each with the mirror's notes."""
        return self._read(Kind.PLAN, {"tags": {"all_": [TRACKED]}})

    def of_plan(self, code: str) -> dict[str, ShownRun]:
        """All runs of a plan, by their keys."""
        return _by_key(self._read(None, {"tags": {"all_": [TRACKED, plan_tag(code)]}}))

    def everything(self) -> dict[str, ShownRun]:
        """All runs of the mirror, by their keys."""
        return _by_key(self._read(None, {"tags": {"all_": [TRACKED]}}))

    def with_keys(self, keys: Iterable[str]) -> dict[str, ShownRun]:
        """The runs with these keys, as far as there are any."""
        found: dict[str, ShownRun] = {}
        for some in _parts(sorted(keys), A_PAGE):
            which = {"tags": {"all_": [TRACKED]}, "idempotency_key": {"any_": some}}
            found |= _by_key(self._read(None, which))
        return found

    def make(self, run: TrackedRun, above: UUID | None) -> UUID:
        """Make a run, or find it made already; its id. `above` is the run that it is below of."""
        wanted: Json = {
            "flow_id": self._flow(run.kind),
            "name": run.name,
            "tags": list(run.tags),
            "idempotency_key": run.key,
            "state": _state(run.state),
            "parent_task_run_id": str(hook_of(above)) if above else None,
        }
        return UUID(self._post("/flow_runs/", wanted)["id"])

    def make_hooks(self, above: Iterable[UUID]) -> None:
        """See to it that each of these runs has the task run on which others can hang."""
        for some in _parts(sorted(above), A_PAGE):
            which = {"id": {"any_": [str(hook_of(run_id)) for run_id in some]}}
            found = self._post("/task_runs/filter", {"task_runs": which, "limit": A_PAGE})
            there = {UUID(row["id"]) for row in found}
            for run_id in some:
                if hook_of(run_id) not in there:
                    self._post("/task_runs/", _hook(run_id))

    def rename(self, run_id: UUID, name: str, tags: Sequence[str]) -> None:
        """Give a run another name and other tags."""
        self._call("PATCH", f"/flow_runs/{run_id}", {"name": name, "tags": list(tags)})

    def set_state(self, keys: Sequence[str], state: RunState) -> bool:
        """Give the runs with these keys another state; whether each of them is there and has it."""
        done = 0
        for some in _parts(keys, AT_ONCE):
            which = {"tags": {"all_": [TRACKED]}, "idempotency_key": {"any_": list(some)}}
            wanted = {"flow_runs": which, "state": _state(state), "force": True, "limit": AT_ONCE}
            results = self._post("/flow_runs/bulk_set_state", wanted)["results"]
            done += sum(one["status"] == "ACCEPT" for one in results)
        return done == len(keys)

    def remove(self, run_ids: Sequence[UUID]) -> None:
        """Remove runs with all that hangs on them but other runs."""
        for some in _parts(run_ids, AT_ONCE):
            which = {"id": {"any_": [str(run_id) for run_id in some]}}
            self._post("/flow_runs/bulk_delete", {"flow_runs": which, "limit": AT_ONCE})

    def remove_all(self) -> None:
        """Remove every run of the mirror."""
        which = {"tags": {"all_": [TRACKED]}}
        while self._post("/flow_runs/bulk_delete", {"flow_runs": which, "limit": AT_ONCE})[
            "deleted"
        ]:
            pass

    def note(self, run_id: UUID, parameters: Json) -> None:
        """Write the mirror's notes on a plan's run."""
        self._call("PATCH", f"/flow_runs/{run_id}", {"parameters": parameters})

    def tell(self, events: Sequence[Json]) -> None:
        """Send events; one with the id of another is kept once."""
        for some in _parts(events, EVENTS_AT_ONCE):
            self._call("POST", "/events", list(some))

    def _read(self, kind: Kind | None, which: Json) -> Iterator[ShownRun]:
        kinds = {self._flow(one): one for one in ([kind] if kind else Kind)}
        asked: Json = {
            "flows": {"id": {"any_": list(kinds)}},
            "flow_runs": which,
            "sort": "ID_DESC",
            "limit": A_PAGE,
        }
        offset = 0
        while rows := self._post("/flow_runs/filter", asked | {"offset": offset}):
            yield from (_shown(row, kinds[row["flow_id"]]) for row in rows)
            offset += len(rows)
            if len(rows) < A_PAGE:
                return

    def _flow(self, kind: Kind) -> str:
        if kind not in self._flows:
            made = self._post("/flows/", {"name": f"tracked_{kind}", "tags": [TRACKED]})
            self._flows[kind] = made["id"]
        return self._flows[kind]

    def _post(self, path: str, body: Json) -> Any:
        return self._call("POST", path, body)

    def _call(self, method: Any, path: Any, body: Json | list[Json]) -> Any:
        answer = self._client.request(method, path, json=body)
        return answer.json() if answer.content else None


def hook_of(run_id: UUID) -> UUID:
    """The id of the task run of a run on which the runs below it hang."""
    return uuid5(run_id, "below")


def _hook(run_id: UUID) -> Json:
    return {
        "id": str(hook_of(run_id)),
        "flow_run_id": str(run_id),
        "task_key": "below",
        "dynamic_key": "0",
        "name": "reports",
    }


def _state(state: RunState) -> Json:
    return {"type": state.phase.value, "name": state.name, "message": state.message}


def _shown(row: Mapping[str, Any], kind: Kind) -> ShownRun:
    hangs_on, state = row["parent_task_run_id"], row["state"]
    # Somebody may have set any state by hand; one that is not of ours differs from every other.
    known = state and state["type"] in tuple(Phase)
    return ShownRun(
        run_id=UUID(row["id"]),
        kind=kind,
        key=row["idempotency_key"] or "",
        name=row["name"],
        tags=tuple(sorted(row["tags"])),
        state=RunState(Phase(state["type"]), state["name"], state["message"] or "")
        if known
        else RunState(Phase.WAITING, ""),
        hangs_on=UUID(hangs_on) if hangs_on else None,
        parameters=row["parameters"],
    )


def _by_key(runs: Iterable[ShownRun]) -> dict[str, ShownRun]:
    return {run.key: run for run in runs}


def _parts(rows: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))
