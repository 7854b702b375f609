"""What a restart leaves of queries."""

from __future__ import annotations

from pathlib import Path

from localaws.testing import Server
from tests.localaws.athena.conftest import Lake


def test_results_outlive_the_server_and_running_queries_do_not(tmp_path: Path) -> None:
    server = Server(tmp_path).start()
    lake = Lake(server)
    done = lake.run("SELECT 42 AS answer")["QueryExecutionId"]
    numbers = "unnest(sequence(1, 100000))"
    slow = f"SELECT count(*) FROM {numbers} a(x) JOIN {numbers} b(y) ON cast(x AS varchar) < cast(y AS varchar)"
    running = lake.start(slow)
    server.stop()
    server.start()
    athena = server.client("athena")
    rows = athena.get_query_results(QueryExecutionId=done)["ResultSet"]["Rows"]
    assert [row["Data"][0]["VarCharValue"] for row in rows] == ["answer", "42"]
    found = athena.get_query_execution(QueryExecutionId=running)["QueryExecution"]
    assert found["Status"]["State"] == "CANCELLED"
    server.stop()
