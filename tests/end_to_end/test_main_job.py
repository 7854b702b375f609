"""The main job on generated files, from copper to answers, through the state machines."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from copperctl import accounts, maintain, rollback
from copperctl.generate import Sample, generate
from copperctl.generate.zoop import FIRST, LAST
from copperctl.reconciliation import as_they_are, by_run
from copperctl.table_history import history
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


def test_every_layer_says_the_same(stack: Stack, execution: dict[str, Any], sample: Made) -> None:
    by_runs = {(line.table, line.what): (line.expected, line.found) for line in by_run(stack.aws, runs=[], tables=[])}
    assert all(expected == found for expected, found in by_runs.values())
    for table, rows in sample[1].rows.items():
        assert by_runs[f"silver.{table}", "rows"] == (Decimal(rows), Decimal(rows))
    assert by_runs["silver.sales", "quantity"] == by_runs["gold.sales", "units_sold"]
    now = as_they_are(stack.aws, [])
    assert [line for line in now if line.difference] == []
    assert {(line.table, line.what) for line in now} == {
        *((f"{layer}.{table}", "rows") for layer in ("silver", "gold") for table in sample[1].rows),
        *(("gold.sales", name) for name in ("orders", "units_sold", "revenue")),
        *(("gold.inventory", name) for name in ("units_received", "units_sold")),
        *(("gold.ratings", f"comments_{name}") for name in ("x", "facebook", "instagram", "tiktok")),
        ("gold.ratings", "units_sold"),
    }


def test_every_audit_has_its_page(stack: Stack, execution: dict[str, Any]) -> None:
    runs = accounts.runs_of(stack.aws, execution["name"])
    bucket = stack.aws.output("DocsBucket")
    assert accounts.pages(stack.aws, runs=runs) == [
        f"s3://{bucket}/{layer}/{table}/{run}.html"
        for layer, run in (("gold", runs[1]), ("silver", runs[0]))
        for table in ("inventory", "ratings", "sales")
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


def test_a_table_is_taken_back_and_brought_forward_again(stack: Stack, execution: dict[str, Any]) -> None:
    sums = "SELECT count(*) AS n, sum(quantity) AS units FROM sales"
    before = stack.ask(sums, "Silver")
    rollback.rollback(stack.aws, "silver.sales", to=None, run="", yes=True)
    assert stack.ask(sums, "Silver") != before
    assert [line for line in as_they_are(stack.aws, ["silver.sales"]) if line.difference] == []
    [undone] = [state for state in history(stack.aws, "silver.sales").everything() if state.undone_by]
    assert undone.counts["read"] == 20
    rollback.release(stack.aws)
    assert stack.run()["status"] == "SUCCEEDED"
    assert stack.ask(sums, "Silver") == before
    assert [line for line in as_they_are(stack.aws, []) if line.difference] == []


def test_maintenance_changes_no_row(stack: Stack, execution: dict[str, Any]) -> None:
    sql = {
        "Silver": "SELECT count(*) AS n, sum(quantity) AS units FROM sales",
        "Gold": "SELECT count(*) AS n, sum(revenue) AS revenue FROM sales",
        "Ops": "SELECT count(*) AS n, sum(inserted) AS inserted FROM rows",
    }
    before = {layer: stack.ask(text, layer) for layer, text in sql.items()}
    maintain.maintain(stack.aws, ["silver.sales", "gold.sales", "ops.rows"], apply=True)
    assert {layer: stack.ask(text, layer) for layer, text in sql.items()} == before
    files = 'SELECT count(*) AS n FROM "rows$files"'
    assert stack.ask(files, "Ops") == [(1,)]


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


def test_too_many_rejected_rows_stop_the_run_and_the_alert_says_so(
    stack: Stack, execution: dict[str, Any], tmp_path: Path
) -> None:
    """The last of this page: what was delivered here stays pending."""
    before, queue = stack.ask("SELECT count(*) AS n FROM sales", "Silver"), stack.subscribe("inbox")
    made = generate(tmp_path, rows=100, seed=5, days=30, dirt=30)
    rejected = sum(made.rejected("sales").values())
    stack.deliver(tmp_path)
    failed = stack.run()
    assert failed["status"] == "FAILED"
    [alert] = stack.messages(queue)
    share = f"{100 * rejected / made.rows['sales']:.1f} %, {rejected} of {made.rows['sales']}"
    assert f"silver.sales: rejected rows: expected at most 20 %, got {share}" in alert["Message"]
    assert "TooManyRejected: silver.ratings: rejected rows" in alert["Message"], "every table that was held back"
    assert stack.ask("SELECT count(*) AS n FROM sales", "Silver") == before
    [(tables, reason)] = stack.ask("SELECT tables, reason FROM runs WHERE status = 'failed'", "Ops")
    assert tables == "silver.inventory,silver.ratings,silver.sales"
    assert share in reason
    branches = stack.ask("SELECT name FROM \"sales$refs\" WHERE name <> 'main'", "Quarantine")
    assert len(branches) == 1


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
    for bucket in ("Silver", "Gold", "Results", "Docs"):
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
