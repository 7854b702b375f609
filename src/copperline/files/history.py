"""The states of a table that readers have seen, out of its metadata file: what can be shown and gone back to.

A run ends in a seal, a rollback in a record; both are snapshots without rows whose properties tell what happened.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from copperline.errors import UsageError, expected

#: Properties of a seal: which run, of which execution, under which token, that it was audited, what it counted, the
#: snapshot that it follows, and the snapshot of quarantine before the run.
RUN, EXECUTION, TOKEN, AUDITED, COUNTS, FOLLOWS, QUARANTINE = (
    f"copperline.{name}" for name in ("run", "execution", "token", "audited", "counts", "follows", "quarantine")
)
#: Properties of a record: who rolled back, and the snapshot that readers saw until then.
ROLLBACK, ROLLED_BACK = "copperline.rollback", "copperline.rolled-back"
_PREFIX = "rollback_"
START, RAN, MAINTAINED, WENT_BACK = "start", "run", "maintenance", "rollback"
_PARENT = "parent-snapshot-id"
_LOOK = "`copperctl history` shows what there is"


def rollback_branch(run_id: str, token: int | str) -> str:
    """The branch of a rollback that holds the lease with this token."""
    return f"{_PREFIX}{run_id.removeprefix('jr_')}_{token}"


def is_rollback_branch(name: str) -> bool:
    """Whether a rollback made the branch."""
    return name.startswith(_PREFIX)


@dataclass(frozen=True)
class State:
    """A table as readers have seen it. `undone_by` is the rollback that took it from them."""

    snapshot: int
    parent: int | None
    number: int
    at: datetime
    kind: str
    summary: Mapping[str, str]
    undone_by: str = ""

    @property
    def run(self) -> str:
        """The job run that made it; empty for maintenance."""
        return self.summary.get(RUN) or self.summary.get(ROLLBACK, "")

    @property
    def execution(self) -> str:
        """The execution whose run made it."""
        return self.summary.get(EXECUTION, "-")

    @property
    def counts(self) -> dict[str, int]:
        """What its run did, in rows; empty for what is no run."""
        return {name: int(count) for name, count in json.loads(self.summary.get(COUNTS, "{}")).items()}


@dataclass(frozen=True)
class Rollback:
    """From which snapshot to which, and the states that are undone, newest first."""

    head: int
    target: int
    undone: tuple[State, ...]

    @property
    def needed(self) -> bool:
        """Whether readers would see another state; a record changes none."""
        return any(state.kind != WENT_BACK for state in self.undone)

    @property
    def runs(self) -> tuple[str, ...]:
        """The runs that are undone, newest first."""
        return tuple(state.run for state in self.undone if state.kind == RAN)

    @property
    def quarantine(self) -> str | None:
        """The snapshot of quarantine before these runs, empty where it had none; None where they did not touch it."""
        told = [state.summary[QUARANTINE] for state in self.undone if QUARANTINE in state.summary]
        return told[-1] if told else None

    def rows(self) -> tuple[int, int]:
        """How many rows come back, and how many go, by the counts of the runs."""
        counts = [state.counts for state in self.undone if state.kind == RAN]
        inserted, deleted = (sum(count.get(name, 0) for count in counts) for name in ("inserted", "deleted"))
        return deleted, inserted


class History:
    """What a metadata file tells (Apache Iceberg, table specification version 2, "Table Metadata Fields")."""

    def __init__(self, table: str, metadata: Mapping[str, Any]) -> None:
        self.table = table
        self._snapshots = {found["snapshot-id"]: found for found in metadata.get("snapshots", [])}
        self._refs = metadata.get("refs", {})
        main = self._refs.get("main", {}).get("snapshot-id", metadata.get("current-snapshot-id"))
        self.head = None if main in (None, -1) else int(main)
        self.states = tuple(self._states(self.head))

    def _chain(self, snapshot: int | None, until: int | None = None) -> Iterator[Mapping[str, Any]]:
        """The snapshot and its ancestors, newest first, up to but without `until`."""
        while snapshot is not None and snapshot != until and snapshot in self._snapshots:
            yield self._snapshots[snapshot]
            snapshot = self._snapshots[snapshot].get(_PARENT)

    def _states(self, snapshot: int | None, until: int | None = None) -> Iterator[State]:
        return (_state(found, kind) for found in self._chain(snapshot, until) if (kind := _kind(found)))

    def everything(self) -> list[State]:
        """Every state that is still kept, newest first, with those that were rolled back."""
        found: list[State] = []
        todo = list(self.states)
        while todo:
            state = todo.pop()
            found.append(state)
            if state.kind == WENT_BACK:
                todo += [replace(one, undone_by=state.run) for one in self.redone(state).undone]
        return sorted(found, key=lambda state: state.number, reverse=True)

    def recorded(self, branch: str) -> State | None:
        """The record that a rollback's branch ends in, if readers see it.

        Before its record is written, a branch ends in the state to go back to, which may be an earlier record.
        """
        head = self._refs.get(branch, {}).get("snapshot-id")
        records = (state for state in self.states if state.snapshot == head and state.kind == WENT_BACK)
        own = (state for state in records if rollback_branch(state.run, state.summary.get(TOKEN, "")) == branch)
        return next(own, None)

    @property
    def unfinished(self) -> State | None:
        """The rollback that readers see, and that has not come to its end: its branch is still there."""
        found = (self.recorded(name) for name in self._refs if is_rollback_branch(name))
        return next((state for state in found if state is not None), None)

    def keep_since(self, moment: datetime, needed: Collection[int] = ()) -> datetime:
        """The moment from which on no snapshot may go, so that readers can go back to any after `moment`.

        That is when what they saw at `moment` was made, or the last seal, which tells what a table was built from, or
        the oldest snapshot that is `needed`.
        """
        runs = [state for state in self.states if state.kind == RAN]
        seen = self.states if runs else [_state(found, "") for found in self._chain(self.head)]
        shown = next((state.at for state in seen if state.at <= moment), moment)
        others = [_state(self._snapshots[one], "").at for one in needed if one in self._snapshots]
        return min([shown, *others, *(state.at for state in runs[:1])])

    def redone(self, record: State) -> Rollback:
        """What the rollback undid, as far as its snapshots are still there."""
        head, target = int(record.summary[ROLLED_BACK]), record.parent
        assert target is not None
        return Rollback(head, target, tuple(self._states(head, target)))

    def rollback(self, *, to: int | None = None, run: str = "") -> Rollback:
        """What going back means: to a snapshot, to before a run, or else to before the last publication.

        Where nothing is named, a rollback that has not come to its end is what is meant.

        Raises:
            UsageError: there is no such state to go back to.
        """
        if self.head is None or not self.states:
            raise UsageError(expected("rollback", self.table, "a table that was published", "one that was not", _LOOK))
        if to is None:
            left = self.unfinished
            to = left.parent if left and not run else self._before(run)
        assert to is not None
        if to not in {state.snapshot for state in self.states}:
            place = f"{self.table}, --to"
            raise UsageError(expected("rollback", place, "a state of main that is still kept", self._why(to), _LOOK))
        return Rollback(self.head, to, tuple(self._states(self.head, to)))

    def _before(self, run: str) -> int:
        """The state before the run, or before the last one."""
        ran = [(place, state) for place, state in enumerate(self.states) if state.kind == RAN]
        named = [(place, state) for place, state in ran if state.run.startswith(run)]
        if not named or (run and len(named) > 1):
            what, got = "a run that readers see, and no other that begins so", self._why_not(run, len(named))
            raise UsageError(expected("rollback", f"{self.table}, --run", what, got, _LOOK))
        place, state = named[0]
        if place + 1 == len(self.states):
            what = f"a state before {state.run} that is still kept"
            raise UsageError(expected("rollback", self.table, what, "none: it is past the expiry", _LOOK))
        return self.states[place + 1].snapshot

    def _why_not(self, run: str, found: int) -> str:
        undone = [state.undone_by for state in self.everything() if state.undone_by and state.run.startswith(run)]
        if not found and run and undone:
            return f"{run}, which {undone[0]} has rolled back already"
        return f"{run}, as {found} do" if found else run or "none"

    def _why(self, snapshot: int) -> str:
        if snapshot not in self._snapshots:
            return f"{snapshot}, which the table does not have, or no longer: it is past the expiry"
        if snapshot in {found["snapshot-id"] for found in self._chain(self.head)}:
            return f"{snapshot}, which is the middle of a run"
        return f"{snapshot}, which is no ancestor of main: it was rolled back, or never published"


def _state(snapshot: Mapping[str, Any], kind: str) -> State:
    at = datetime.fromtimestamp(snapshot["timestamp-ms"] / 1000, UTC)
    number = snapshot.get("sequence-number", 0)
    return State(snapshot["snapshot-id"], snapshot.get(_PARENT), number, at, kind, snapshot.get("summary", {}))


def _kind(snapshot: Mapping[str, Any]) -> str:
    """What made it a state that readers saw; empty for a snapshot within a run."""
    summary, parent = snapshot.get("summary", {}), snapshot.get(_PARENT)
    if ROLLBACK in summary:
        return WENT_BACK
    if summary.get(AUDITED) == "true" and summary.get(FOLLOWS) == str(parent):
        return RAN
    if summary.get("operation") == "replace":
        return MAINTAINED
    return START if parent is None else ""
