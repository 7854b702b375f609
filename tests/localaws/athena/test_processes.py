"""Queries run in processes of their own: with a limit on their memory, and one's end is not another's."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from localaws.testing import Server
from tests.localaws.athena.conftest import PARQUET, Lake
from tests.localaws.waiting import until

NUMBERS = "unnest(sequence(1, 100000))"
FOREVER = f"SELECT count(*) FROM {NUMBERS} a(x) JOIN {NUMBERS} b(y) ON cast(x AS varchar) < cast(y AS varchar)"
EXHAUSTED = "EXCEEDED_MEMORY_LIMIT: Query exhausted resources at this scale factor"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    """A lake of a server whose queries may take 128 MB."""
    with Server(tmp_path_factory.mktemp("small"), "--athena-memory", "128") as server:
        lake = Lake(server)
        lake.put_parquet("t/a.parquet", {"id": [1, 2, 3]})
        lake.table("t", "id bigint", PARQUET)
        yield lake


def processes(server: Server) -> list[int]:
    """The processes that carry queries out."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rsplit(")", 1)[1].split()[1])
            command = path.with_name("cmdline").read_text()
        except OSError:
            continue
        if parent == server.pid and "athena.worker" in command:
            found.append(int(path.parent.name))
    return found


def running(lake: Lake, sql: str) -> str:
    """The query is with its process."""
    query = lake.start(sql)
    until(lambda: status(lake, query) == "RUNNING", "RUNNING")
    until(lambda: "PLANNED" in phase(lake, query), "planned")
    return query


def status(lake: Lake, query: str) -> str:
    return str(lake.athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]["State"])


def phase(lake: Lake, query: str) -> str:
    statistics = lake.athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Statistics"]
    return "PLANNED" if statistics["QueryPlanningTimeInMillis"] else "NEW"


def test_no_process_before_the_first_query_and_few_after(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        assert processes(server) == []
        lake = Lake(server)
        for _ in range(5):
            lake.rows("SELECT 1")
        assert len(processes(server)) == 1
        for query in [lake.start("SELECT 1") for _ in range(12)]:
            assert lake.wait(query)["Status"]["State"] == "SUCCEEDED"
        pids = processes(server)
        assert len(pids) == 2
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids), "gone with the server")


def test_a_killed_server_leaves_no_process(tmp_path: Path) -> None:
    server = Server(tmp_path).start()
    running(Lake(server), FOREVER)
    pids = processes(server)
    assert len(pids) == 1
    server.kill()
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids), "gone with the server")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT cardinality(array_agg(cast(x AS varchar) || cast(y AS varchar))) FROM "
        "unnest(sequence(1, 10000)) a(x) CROSS JOIN unnest(sequence(1, 10000)) b(y)",
        # what DuckDB does not count: the value as Python has it
        "SELECT array_agg(x * 1000 + y) FROM unnest(sequence(1, 10000)) a(x) CROSS JOIN unnest(sequence(1, 1000)) b(y)",
    ],
)
def test_a_query_over_its_memory_fails_alone(small: Lake, sql: str) -> None:
    other = small.start("SELECT sum(id) FROM t")
    done = small.run(sql)
    assert (done["Status"]["State"], done["Status"].get("StateChangeReason")) == ("FAILED", EXHAUSTED)
    assert (done["Status"]["AthenaError"]["ErrorCategory"], done["Status"]["AthenaError"]["ErrorType"]) == (1, 1)
    assert small.wait(other)["Status"]["State"] == "SUCCEEDED"
    assert small.rows("SELECT sum(id) AS s FROM t") == [["s"], ["6"]]


def test_what_memory_does_not_hold_goes_to_the_disk(small: Lake) -> None:
    rows = "unnest(sequence(1, 1000)) a(x) CROSS JOIN unnest(sequence(1, 1000)) b(y)"
    words = "lpad(cast(x * 1000 + y AS varchar), 200, '0')"
    assert small.rows(f"SELECT count(*) AS n FROM (SELECT DISTINCT {words} AS w FROM {rows})") == [["n"], ["1000000"]]
    assert not [path for path in (small.aws.state / "athena" / "spill").rglob("*") if path.is_file()]


def test_a_process_that_dies_takes_its_query_and_no_other(small: Lake) -> None:
    first, second = running(small, FOREVER), running(small, FOREVER)
    waiting = small.start("SELECT sum(id) AS s FROM t")
    assert status(small, waiting) == "QUEUED"
    one, other = processes(small.aws)
    os.kill(one, signal.SIGKILL)
    assert small.wait(waiting)["Status"]["State"] == "SUCCEEDED"
    lost = [query for query in (first, second) if status(small, query) == "FAILED"]
    assert len(lost) == 1
    reason = small.wait(lost[0])["Status"]["StateChangeReason"]
    assert reason == "INTERNAL_ERROR: localaws lost the process that ran the query: signal SIGKILL"
    (alive,) = {first, second} - set(lost)
    assert status(small, alive) == "RUNNING"
    assert other in processes(small.aws)
    small.athena.stop_query_execution(QueryExecutionId=alive)
    assert small.wait(alive)["Status"]["State"] == "CANCELLED"


def test_a_stopped_query_frees_its_process(small: Lake) -> None:
    queries = [running(small, FOREVER), running(small, FOREVER)]
    behind = [small.start(FOREVER), small.start("SELECT 1")]
    for query in (behind[0], *queries):
        small.athena.stop_query_execution(QueryExecutionId=query)
        assert small.wait(query)["Status"]["StateChangeReason"] == "Query cancelled by user"
    assert small.wait(behind[1])["Status"]["State"] == "SUCCEEDED"


def test_a_process_that_was_killed_while_it_waited_is_not_missed(small: Lake) -> None:
    small.rows("SELECT 1")
    for pid in processes(small.aws):
        os.kill(pid, signal.SIGKILL)
    until(lambda: not processes(small.aws), "their deaths")
    assert small.rows("SELECT 7 AS n") == [["n"], ["7"]]


def test_nothing_of_a_dead_query_stays_on_the_disk(tmp_path: Path) -> None:
    spilled = tmp_path / "athena" / "spill" / "1" / "duckdb_temp_storage_DEFAULT-0.tmp"
    with Server(tmp_path):
        pass
    spilled.parent.mkdir(parents=True)
    spilled.write_bytes(b"left")
    with Server(tmp_path):
        assert not spilled.exists()


@pytest.mark.parametrize("given", ["63", "2GB", "-1"])
def test_a_memory_that_is_none_is_a_wrong_use(tmp_path: Path, given: str) -> None:
    from tests.localaws.test_state import run

    ended = run(f"--athena-memory={given}", "--state", str(tmp_path))
    assert ended.returncode == 2
    assert f"expected a number of MB, 64 or more, got '{given}'" in ended.stderr


def test_what_a_process_had_put_on_the_disk_goes_with_it(small: Lake) -> None:
    query = running(small, FOREVER)
    folders = [small.aws.state / "athena" / "spill" / str(pid) for pid in processes(small.aws)]
    assert any(folder.is_dir() for folder in folders)
    for folder in folders:
        os.kill(int(folder.name), signal.SIGKILL)
    assert small.wait(query)["Status"]["State"] == "FAILED"
    small.rows("SELECT 1")  # whatever process waited is missed by now
    until(lambda: not any(folder.exists() for folder in folders), "gone from the disk")
