from __future__ import annotations

from pathlib import Path

from tests.crash.record import Record


def test_what_was_run_is_known_to_the_next(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    record = Record(path)
    record.listed(["a", "b", "c"])
    record.say(code="0f")
    record.tell("b", {"outcome": "equal", "problems": [], "resumed": ["redrive"], "seconds": 2.5})
    record.tell("c", {"outcome": "differs", "problems": ["silver.sales: 1 too many"]})
    again = Record(path)
    assert [again.done(name) for name in "abc"] == [False, True, False]
    assert again.counts() == {"differs": 1, "equal": 1, "not run": 1}
    again.listed(["b", "d"])
    assert Record(path).points == {
        "b": {"outcome": "equal", "resumed": ["redrive"], "seconds": 2.5},
        "d": {"outcome": "not run"},
    }
    assert Record(path).told["code"] == "0f"
