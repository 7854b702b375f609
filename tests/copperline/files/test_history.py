"""What a metadata file tells of the states that readers saw, and where going back leads."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copperline.errors import UsageError
from copperline.files.history import History

T0 = datetime(2026, 5, 1, tzinfo=UTC)


def snapshot(number: int, parent: int | None, **summary: str) -> dict[str, Any]:
    """A snapshot that was made so many hours after the first."""
    at = T0 + timedelta(hours=number)
    told = {name.replace("_", "-") if name != "operation" else name: value for name, value in summary.items()}
    found = {
        "snapshot-id": number,
        "sequence-number": number,
        "timestamp-ms": int(at.timestamp() * 1000),
        "summary": {
            "operation": "append",
            **{f"copperline.{k}" if k != "operation" else k: v for k, v in told.items()},
        },
    }
    return found | ({"parent-snapshot-id": parent} if parent is not None else {})


def seal(number: int, parent: int, run: str, **more: str) -> dict[str, Any]:
    return snapshot(number, parent, run=run, audited="true", follows=str(parent), execution="e", **more)


def history(head: int, *snapshots: dict[str, Any], **refs: int) -> History:
    named = {name: {"snapshot-id": at, "type": "branch"} for name, at in refs.items()}
    return History("silver.sales", {"snapshots": list(snapshots), "refs": {"main": {"snapshot-id": head}} | named})


def counts(**found: int) -> str:
    return json.dumps(found)


#: start ← (merge) ← r1 ← (merge) ← r2 ← compaction
LINE = (
    snapshot(1, None),
    snapshot(2, 1),
    seal(3, 2, "jr_1", counts=counts(read=5, inserted=5), quarantine=""),
    snapshot(4, 3, operation="overwrite"),
    seal(5, 4, "jr_2", counts=counts(read=3, inserted=2, deleted=1), quarantine="77"),
    snapshot(6, 5, operation="replace"),
)


def test_states_are_what_readers_saw() -> None:
    found = history(6, *LINE)
    assert [(state.snapshot, state.kind, state.run) for state in found.states] == [
        (6, "maintenance", ""),
        (5, "run", "jr_2"),
        (3, "run", "jr_1"),
        (1, "start", ""),
    ]
    assert found.states[1].counts == {"read": 3, "inserted": 2, "deleted": 1}
    assert (found.states[1].execution, found.states[1].at) == ("e", T0 + timedelta(hours=5))


def test_a_seal_that_follows_something_else_is_no_state() -> None:
    forged = snapshot(7, 6, run="jr_3", audited="true", follows="4")
    assert history(7, *LINE, forged).states[0].snapshot == 6


@pytest.mark.parametrize(
    ("asked", "target", "runs", "quarantine"),
    [
        ({}, 3, ("jr_2",), "77"),
        ({"run": "jr_2"}, 3, ("jr_2",), "77"),
        ({"run": "jr_1"}, 1, ("jr_2", "jr_1"), ""),
        ({"to": 3}, 3, ("jr_2",), "77"),
        ({"to": 1}, 1, ("jr_2", "jr_1"), ""),
        ({"to": 5}, 5, (), None),
    ],
)
def test_going_back(asked: dict[str, Any], target: int, runs: tuple[str, ...], quarantine: str | None) -> None:
    plan = history(6, *LINE).rollback(**asked)
    assert (plan.head, plan.target, plan.runs, plan.quarantine, plan.needed) == (6, target, runs, quarantine, True)


def test_rows_that_come_and_go() -> None:
    assert history(6, *LINE).rollback(to=1).rows() == (1, 7)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"to": 4}, "got 4, which is the middle of a run"),
        ({"to": 99}, "got 99, which the table does not have, or no longer: it is past the expiry"),
        ({"to": 8}, "got 8, which is no ancestor of main: it was rolled back, or never published"),
        ({"run": "jr_"}, "got jr_, as 2 do"),
        ({"run": "jr_9"}, "expected a run that readers see, and no other that begins so, got jr_9;"),
    ],
)
def test_what_cannot_be_gone_back_to_is_refused_in_a_sentence(asked: dict[str, Any], words: str) -> None:
    found = history(6, *LINE, seal(8, 3, "jr_x"))
    with pytest.raises(UsageError, match="`copperctl history` shows what there is") as caught:
        found.rollback(**asked)
    assert words in str(caught.value)


def test_past_the_expiry_there_is_nothing_before_the_oldest_run() -> None:
    with pytest.raises(UsageError, match="expected a state before jr_1 that is still kept, got none"):
        history(3, *LINE[1:3]).rollback()
    with pytest.raises(UsageError, match="expected a table that was published, got one that was not"):
        History("silver.sales", {}).rollback()


def record(number: int, parent: int, by: str, head: int) -> dict[str, Any]:
    return snapshot(number, parent, rollback=by, rolled_back=str(head), token="4")


def test_what_was_rolled_back_is_told_with_who_did_it() -> None:
    found = history(9, *LINE, record(7, 3, "jr_back", 6), snapshot(8, 7), seal(9, 8, "jr_3"))
    told = [(state.snapshot, state.kind, state.undone_by) for state in found.everything()]
    assert told == [
        (9, "run", ""),
        (7, "rollback", ""),
        (6, "maintenance", "jr_back"),
        (5, "run", "jr_back"),
        (3, "run", ""),
        (1, "start", ""),
    ]
    with pytest.raises(UsageError, match="got jr_2, which jr_back has rolled back already"):
        found.rollback(run="jr_2")
    assert found.rollback().target == 7


def test_a_rollback_of_a_rollback_tells_both() -> None:
    found = history(8, *LINE, record(7, 3, "jr_b1", 6), record(8, 1, "jr_b2", 7))
    told = {state.snapshot: state.undone_by for state in found.everything()}
    assert told == {8: "", 7: "jr_b2", 6: "jr_b1", 5: "jr_b1", 3: "jr_b2", 1: ""}


def test_a_repeated_rollback_has_nothing_to_do_and_finishes_what_is_half_done() -> None:
    done = history(7, *LINE, record(7, 3, "jr_back", 6))
    assert done.rollback(to=3).needed is False
    assert done.unfinished is None
    assert done.rollback().target == 1
    half = history(7, *LINE, record(7, 3, "jr_back", 6), rollback_back_4=7)
    assert half.unfinished is not None
    assert (half.rollback().target, half.rollback().needed) == (3, False)
    assert half.redone(half.unfinished).runs == ("jr_2",)


def test_a_branch_without_a_record_of_its_own_is_no_rollback() -> None:
    """It was made at the state to go back to, which may be what another rollback has left."""
    at_a_seal = history(6, *LINE, rollback_back_4=3)
    at_a_record = history(7, *LINE, record(7, 3, "jr_back", 6), rollback_other_5=7)
    assert (at_a_seal.unfinished, at_a_record.unfinished) == (None, None)
    assert at_a_record.recorded("rollback_back_4") is None


def test_readers_may_go_back_to_what_they_saw_when_the_promise_began() -> None:
    found = history(6, *LINE)
    at = [T0 + timedelta(hours=hours) for hours in range(8)]
    assert found.keep_since(at[4]) == at[3], "what was seen then, not the middle of a run"
    assert found.keep_since(at[5]) == at[5]
    assert found.keep_since(at[7]) == at[5], "the last seal, though the table was compacted since"
    assert found.keep_since(at[0]) == at[0]
    assert found.keep_since(at[7], [5, 3, 99]) == at[3], "gold was built from it"
    unsealed = history(3, snapshot(1, None), snapshot(2, 1), snapshot(3, 2))
    assert unsealed.keep_since(at[2]) == at[2]


@given(st.lists(st.one_of(st.sampled_from(["run", "compact"]), st.integers(0, 9)), max_size=25))
def test_any_history_of_runs_compactions_and_rollbacks_is_told_as_it_was(steps: list[str | int]) -> None:
    """A number is a rollback to the state so many back, or to the oldest; the model is a list and a set."""
    snapshots, seen, undone, head = [snapshot(1, None)], [1], dict[int, int](), 1
    for number, step in enumerate(steps, 1):
        new = 10 * number
        if step == "run":
            snapshots += [snapshot(new, head), seal(new + 1, new, f"jr_{number}")]
            head, seen = new + 1, [new + 1, *seen]
        elif step == "compact":
            snapshots.append(snapshot(new, head, operation="replace"))
            head, seen = new, [new, *seen]
        else:
            place = min(int(step), len(seen) - 1)
            undone |= dict.fromkeys(seen[:place], number)
            snapshots.append(record(new, seen[place], f"jr_{number}", head))
            head, seen = new, [new, *seen[place:]]
    found = history(head, *snapshots)
    assert [state.snapshot for state in found.states] == seen
    told = {state.snapshot: state.undone_by for state in found.everything()}
    assert told == dict.fromkeys(seen, "") | {one: f"jr_{by}" for one, by in undone.items()}
    for place, target in enumerate(seen):
        plan = found.rollback(to=target)
        assert [state.snapshot for state in plan.undone] == seen[:place]
        assert plan.needed == any(state.kind != "rollback" for state in found.states[:place])
