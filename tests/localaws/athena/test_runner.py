"""What the server does around the processes that carry queries out."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from localaws.planes.athena import engine, pool, runner
from localaws.planes.athena.executions import Execution
from localaws.planes.athena.keys import Keys
from localaws.planes.athena.task import Task


class Instance:
    """Stands for one of DuckDB."""

    closed = False

    def close(self) -> None:
        assert not self.closed
        self.closed = True

    def cursor(self) -> Instance:
        assert not self.closed
        return self

    def execute(self, sql: str) -> None:
        assert not self.closed


class Babbling:
    """Stands for a process that says what nobody can read."""

    ended = False

    def carry_out(self, task: Task) -> Iterator[dict[str, Any]]:
        yield {}
        raise ValueError("a broken line")

    def alive(self) -> bool:
        return not self.ended

    def end(self) -> None:
        self.ended = True


@pytest.fixture
def execution() -> Execution:
    return Execution(
        query="SELECT 1",
        workgroup="primary",
        context={},
        configuration={"OutputLocation": "s3://results/x.csv"},
        cutoff=None,
        put={},
        parameters=[],
        token=None,
        role_arn=None,
        access_key=None,
    )


def test_an_instance_that_cannot_be_made_is_made_for_the_next_query(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = [Instance(), MemoryError(), Instance()]

    def instance(_: object) -> Instance:
        found = made.pop(0)
        if isinstance(found, MemoryError):
            raise found
        assert isinstance(found, Instance)
        return found

    monkeypatch.setattr(engine, "_open", [])
    monkeypatch.setattr(engine, "_instance", instance)
    monkeypatch.setattr(engine, "_let_in", lambda *_: None)
    monkeypatch.setattr(engine, "current", lambda: None)
    one, other = Keys("one", ""), Keys("other", "")
    engine.cursor(one)
    with pytest.raises(MemoryError):
        engine.cursor(other)
    engine.cursor(one)
    assert not made


def test_a_process_that_was_not_heard_to_the_end_takes_no_other_query(execution: Execution) -> None:
    process: Any = Babbling()
    pool._busy.add(process)
    with pytest.raises(ValueError, match="a broken line"):
        runner._by(process, execution, runner._task(execution, execution.query, None))
    assert process.ended
    assert process not in pool._busy
    assert process not in pool._idle


def test_a_query_that_has_no_process_yet_when_the_server_ends_is_cancelled(
    execution: Execution, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = threading.Event()

    def take(_: Keys) -> Any:
        asked.set()
        pool._closed.wait()
        raise RuntimeError("localaws is stopping")

    monkeypatch.setattr(pool, "take", take)
    runner.submit(execution, None)
    asked.wait()
    try:
        runner.shut()
    finally:
        pool.open_again()
    assert (execution.status, execution.reason) == ("CANCELLED", "localaws was stopped while the query ran")
