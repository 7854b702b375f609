"""The main job on generated files, from copper to answers, through the state machines."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from copperctl.generate import Sample, generate
from copperctl.generate.zoop import FIRST, LAST
from tests.end_to_end.judge import differences, oracle_of
from tests.end_to_end.stack import Stack
from tests.iam.spare import spare_actions

pytestmark = [pytest.mark.end_to_end, pytest.mark.slow("runs the whole product")]
Made = tuple[Path, Sample]


@pytest.fixture(scope="module")
def execution(stack: Stack, sample: Made) -> dict[str, Any]:
    """The execution that has run the sample."""
    stack.deliver(sample[0])
    return stack.run()


def test_the_execution_succeeds(stack: Stack, execution: dict[str, Any]) -> None:
    assert execution["status"] == "SUCCEEDED", execution.get("cause")
    assert [run["JobRunState"] for run in stack.job_runs()] == ["SUCCEEDED", "SUCCEEDED"]


def test_every_row_and_column_is_what_the_oracle_says(stack: Stack, execution: dict[str, Any], sample: Made) -> None:
    folder, _ = sample
    files = {table: next((folder / "zoop" / table).iterdir()) for table in ("sales", "inventory", "ratings")}
    assert differences(stack, oracle_of(stack, files)) == {}


@pytest.mark.parametrize("table", ["sales", "inventory", "ratings"])
def test_what_is_rejected_is_what_was_planted(
    stack: Stack, execution: dict[str, Any], sample: Made, table: str
) -> None:
    rows = stack.ask(f"SELECT array_join(reasons, ',') AS reasons, source_file FROM {table}", "Quarantine")
    assert Counter(reasons for reasons, _ in rows) == sample[1].rejected(table)
    assert all(f"/zoop/{table}/ingest_date=" in source_file for _, source_file in rows)


def test_the_ledger_adds_up(stack: Stack, execution: dict[str, Any], sample: Made) -> None:
    rows = stack.ask(
        "SELECT table_name, read, inserted, updated, unchanged, superseded, quarantined, deleted FROM rows", "Ops"
    )
    assert len(rows) == 6
    assert all(read == sum(parts) for _, read, *parts, _ in rows)
    read = {name: read for name, read, *_ in rows if name.startswith("silver.")}
    assert read == {f"silver.{table}": count for table, count in sample[1].rows.items()}
    files = stack.ask("SELECT table_name, file, status FROM files", "Ops")
    assert sorted((name, status) for name, _, status in files) == [
        ("silver.inventory", "accepted"),
        ("silver.ratings", "accepted"),
        ("silver.sales", "accepted"),
    ]


def test_the_three_questions_are_answered(stack: Stack, execution: dict[str, Any]) -> None:
    regions = stack.ask_named("top_10_products_by_region")
    assert len({product for product, _, _ in regions}) == 10
    stocks = stack.ask_named("ten_lowest_stocks")
    assert [left for *_, left in stocks] == sorted(received - sold for _, received, sold, _ in stocks)
    assert len(stocks) == 10
    ratings = stack.ask_named("units_sold_by_rating")
    sold = stack.ask("SELECT sum(quantity) AS units FROM sales", "Silver")[0][0]
    assert sum(units for *_, units in ratings) == sold


def test_crawlers_have_catalogued_both_zones(stack: Stack, execution: dict[str, Any]) -> None:
    glue = stack.aws.client("glue")
    for zone in ("Copper", "Bronze"):
        tables = glue.get_tables(DatabaseName=stack.aws.output(f"{zone}Database"))["TableList"]
        assert sorted(table["Name"] for table in tables) == ["zoop_inventory", "zoop_ratings", "zoop_sales"]
    count = stack.ask("SELECT count(*) AS n FROM zoop_sales", "Bronze")[0][0]
    assert count == stack.ask("SELECT read FROM rows WHERE table_name = 'silver.sales'", "Ops")[0][0]


def test_nothing_new_changes_nothing(stack: Stack, execution: dict[str, Any]) -> None:
    before = snapshots(stack)
    again = stack.run()
    assert again["status"] == "SUCCEEDED"
    assert (snapshots(stack), len(stack.job_runs())) == (before, 2)


def test_deployed_again_nothing_changes(stack: Stack, execution: dict[str, Any]) -> None:
    cloudformation = stack.aws.client("cloudformation")
    events = len(cloudformation.describe_stack_events(StackName="copperline")["StackEvents"])
    stack.up()
    assert len(cloudformation.describe_stack_events(StackName="copperline")["StackEvents"]) == events


def test_no_call_was_refused(stack: Stack, execution: dict[str, Any]) -> None:
    import json
    import urllib.request

    with urllib.request.urlopen(f"{stack.instance.endpoint}/_localaws/iam/denied") as reply:
        assert json.load(reply) == []


def test_no_name_is_in_any_byte_past_bronze(stack: Stack, execution: dict[str, Any]) -> None:
    names = [f"{first} {last}".encode() for first in FIRST for last in LAST]
    found = [place for place, body in everything_past_bronze(stack) if any(name in body for name in names)]
    assert found == []


def test_a_job_runs_by_itself(stack: Stack, execution: dict[str, Any], tmp_path: Path) -> None:
    generate(tmp_path, rows=20, seed=99, days=5, dirt=0)
    stack.deliver(tmp_path)
    stack.aws.client("lambda").invoke(FunctionName="copperline-promote", Payload=b'{"execution": "by hand"}')
    ids = [stack.run_job(f"copperline-{layer}-sales") for layer in ("silver", "gold")]
    listed = ", ".join(f"'{run}'" for run in ids)
    counts = "table_name, read, inserted + updated + unchanged AS kept, superseded, quarantined"
    rows = stack.ask(f"SELECT {counts} FROM rows WHERE run_id IN ({listed}) ORDER BY table_name DESC", "Ops")
    assert rows[0] == ("silver.sales", 20, 20, 0, 0)
    assert rows[1][0] == "gold.sales"
    sums = (
        stack.ask("SELECT sum(units_sold) AS units FROM sales"),
        stack.ask("SELECT sum(quantity) AS q FROM sales", "Silver"),
    )
    assert sums[0] == sums[1]


def test_roles_have_nothing_that_no_run_needs(stack: Stack, execution: dict[str, Any]) -> None:
    """After all that the tests above have run, single jobs included."""
    found, known = unused(stack), spare_actions()
    assert (sorted(found - known), sorted(known - found)) == ([], [])


def test_stopped_and_started_everything_is_still_there(stack: Stack, execution: dict[str, Any]) -> None:
    before = stack.ask("SELECT count(*) AS n, sum(revenue) AS revenue FROM sales")
    runs = len(stack.job_runs())
    stack.down()
    stack.up()
    assert stack.ask("SELECT count(*) AS n, sum(revenue) AS revenue FROM sales") == before
    assert len(stack.job_runs()) == runs
    described = stack.aws.client("stepfunctions").describe_execution(executionArn=execution["executionArn"])
    assert described["status"] == "SUCCEEDED"


def unused(stack: Stack) -> set[tuple[str, str, str]]:
    """What the stack's roles were granted and have not used: role, need, action."""
    import json
    import urllib.request

    with urllib.request.urlopen(f"{stack.instance.endpoint}/_localaws/iam/unused") as reply:
        left = [one for one in json.load(reply) if one["role"].startswith("copperline-")]
    granted = ((one["role"].removeprefix("copperline-"), one["statement"], one["actions"]) for one in left)
    return {(role, need, action.lower()) for role, need, actions in granted for action in actions}


def snapshots(stack: Stack) -> dict[str, str]:
    """Where each published table's metadata is: it moves with every commit."""
    glue = stack.aws.client("glue")
    found = {}
    for layer in ("Silver", "Gold", "Quarantine", "Ops"):
        for table in glue.get_tables(DatabaseName=stack.aws.output(f"{layer}Database"))["TableList"]:
            found[f"{layer}.{table['Name']}"] = table["Parameters"]["metadata_location"]
    return found


def everything_past_bronze(stack: Stack) -> list[tuple[str, bytes]]:
    """Every object of the buckets that personal data must not reach, decompressed where Parquet, and every log."""
    s3 = stack.aws.client("s3")
    found = []
    for bucket in ("Silver", "Gold", "Results"):
        name = stack.aws.output(f"{bucket}Bucket")
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=name):
            for item in page.get("Contents", []):
                body = s3.get_object(Bucket=name, Key=item["Key"])["Body"].read()
                found.append((item["Key"], plain(item["Key"], body)))
    logs = stack.aws.client("logs")
    for group in logs.describe_log_groups()["logGroups"]:
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"]):
            text = "\n".join(event["message"] for event in page["events"])
            found.append((group["logGroupName"], text.encode()))
    return found


def plain(key: str, body: bytes) -> bytes:
    """The values of a Parquet file as text, and any other file as it is."""
    if not key.endswith(".parquet"):
        return body
    import io

    import pyarrow.parquet as pq

    return repr(pq.read_table(io.BytesIO(body)).to_pydict()).encode()
