"""history, rollback and maintain, as far as they go without a job."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from copperctl import maintain, rollback
from copperctl.aws import Aws
from copperctl.execute import RunFailed
from copperctl.start_job import run_job
from copperctl.table_history import history
from copperline.files.held import HeldDeliveries
from tests.copperctl.conftest import Command
from tests.copperline.files.test_history import LINE, record

TABLE = "gold.made_up"


@pytest.fixture(scope="module")
def made_up(aws: Aws) -> Aws:
    """A table with two runs and a compaction, of which one run was rolled back; only its metadata is there."""
    bucket, key = aws.output("GoldBucket"), "gold/made_up/metadata/00001.metadata.json"
    snapshots = [*LINE, record(7, 3, "jr_back", 6)]
    body = json.dumps({"snapshots": snapshots, "refs": {"main": {"snapshot-id": 7, "type": "branch"}}})
    aws.client("s3").put_object(Bucket=bucket, Key=key, Body=body.encode())
    table = {"Name": "made_up", "Parameters": {"metadata_location": f"s3://{bucket}/{key}", "table_type": "ICEBERG"}}
    aws.client("glue").create_table(DatabaseName=aws.output("GoldDatabase"), TableInput=table)
    return aws


def test_the_history_of_a_table(copperctl: Command, state: Path, made_up: Aws) -> None:
    ended = copperctl("history", TABLE, "--csv", "--state", state)
    rows = list(csv.DictReader(io.StringIO(ended.out)))
    told = [(row["snapshot_id"], row["what"], row["run_id"], row["inserted"], row["rolled_back_by"]) for row in rows]
    assert told == [
        ("7", "rollback", "jr_back", "", ""),
        ("6", "maintenance", "", "", "jr_back"),
        ("5", "run", "jr_2", "2", "jr_back"),
        ("3", "run", "jr_1", "5", ""),
        ("1", "start", "", "", ""),
    ]
    assert rows[2]["at"] == "2026-05-01 05:00:00.000"
    [first, *_] = json.loads(copperctl("history", TABLE, "--json", "--state", state).out)
    assert (first["snapshot_id"], first["execution"], first["read"]) == (7, "-", None)
    assert "jr_back" in copperctl("history", TABLE, "--state", state).out


def test_a_rollback_says_what_it_undoes_and_asks(
    copperctl: Command, state: Path, made_up: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = copperctl("rollback", TABLE, "--state", state)
    assert ended.code == 2
    assert "no terminal; Undo 1 run of gold.made_up, back to snapshot 1?" in ended.err
    assert "2026-05-01 03:00:00  run jr_1: read 5, inserted 5" in ended.out.splitlines()
    asked: list[Any] = []
    monkeypatch.setattr(rollback, "run_job", lambda _, *given: asked.append(given) or ["gold.made_up  said"])
    ended = copperctl("rollback", TABLE, "--run", "jr_1", "--yes", "--state", state)
    assert asked == [("copperline-rollback", {"tables": TABLE, "snapshot": "1"})]
    assert (ended.code, "gold.made_up  said" in ended.out) == (0, True)
    monkeypatch.setattr(rollback.typer, "confirm", lambda *_, **__: asked.append("asked"))
    monkeypatch.setattr(rollback.sys.stdin, "isatty", lambda: True)
    assert copperctl("rollback", TABLE, "--to", "1", "--state", state).code == 0
    assert asked[1:] == ["asked", asked[0]]


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--to", "3"], 0, "gold.made_up is at snapshot 3 already"),
        (["--to", "5"], 2, "got 5, which is no ancestor of main: it was rolled back, or never published"),
        (["--to", "2"], 2, "got 2, which is the middle of a run"),
        (["--to", "99"], 2, "past the expiry; `copperctl history` shows what there is"),
        (["--run", "jr_2"], 2, "got jr_2, which jr_back has rolled back already"),
    ],
)
def test_no_job_is_started_for_what_cannot_be(
    copperctl: Command, state: Path, made_up: Aws, options: list[str], code: int, words: str
) -> None:
    ended = copperctl("rollback", TABLE, *options, "--yes", "--state", state)
    assert (ended.code, words in ended.out + ended.err) == (code, True), ended


def test_a_table_that_is_not_there_is_named_beside_those_that_are(made_up: Aws) -> None:
    with pytest.raises(Exception, match=r"expected one of gold.made_up, got gold.nothing"):
        history(made_up, "gold.nothing")


def test_maintenance_is_a_row_a_table(
    copperctl: Command, state: Path, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    lines = ["silver.sales  maintain  0.1 s", "upkeep: silver.sales: data files: 12", "upkeep: ops.rows: snapshots: 3"]
    monkeypatch.setattr(maintain, "run_job", lambda _, *given: asked.append(given) or lines)
    ended = copperctl("maintain", "--table", "silver.sales", "--table", "ops.rows", "--state", state)
    cells = [[cell.strip() for cell in line.strip("│").split("│")] for line in ended.out.splitlines() if "│" in line]
    assert cells == [["silver.sales", "", "12", "", "", ""], ["ops.rows", "", "", "", "3", ""]]
    assert "Nothing was changed" in ended.out
    assert "Nothing was changed" not in copperctl("maintain", "--apply", "--state", state).out
    job = "copperline-maintain"
    assert asked == [(job, {"tables": "silver.sales,ops.rows"}), (job, {"apply": "true"})]


def test_what_is_held_is_shown_and_released(copperctl: Command, state: Path, aws: Aws) -> None:
    item = {"pk": "held#silver.sales", "sk": "d1", "delivered_at": "2026-05-01T00:00:00.000000Z", "state": "accepted"}
    item |= {"ingest_date": "2026-05-01", "uri": "s3://b/k", "key": "zoop/sales/a.parquet", "name": "a.parquet"}
    item |= {"version_id": "v", "sha256": "s", "bronze": "bronze.zoop_sales"}
    dynamodb, deliveries = aws.client("dynamodb"), "copperline-deliveries"
    values = {name: {"S": value} for name, value in item.items()} | {"size": {"N": "5"}}
    dynamodb.put_item(TableName=deliveries, Item=values)
    shown = copperctl("status", "--state", state).out
    assert f"  copperctl run --held --state {state}" in shown.splitlines()
    rollback.release(aws)
    assert HeldDeliveries(dynamodb, "copperline").count("silver.sales") == 0
    assert "run --held" not in copperctl("status", "--state", state).out
    dynamodb.delete_item(TableName=deliveries, Key={"pk": {"S": "pending#silver.sales"}, "sk": {"S": "d1"}})


def test_a_job_that_fails_says_why(aws: Aws) -> None:
    bucket, glue = aws.output("CopperBucket").replace("copper-", "artifacts-"), aws.client("glue")
    script = b"import sys\nprint(*sys.argv[1:])\nsys.exit('UsageError: no' if 'bad' in sys.argv else 0)\n"
    aws.client("s3").put_object(Bucket=bucket, Key="artifacts/upkeep-told.py", Body=script)
    batch = glue.get_job(JobName="copperline-batch")["Job"]
    glue.create_job(
        Name="copperline-upkeep-told",
        Command={"Name": "glueetl", "ScriptLocation": f"s3://{bucket}/artifacts/upkeep-told.py"},
        DefaultArguments={"--custom-logGroup-prefix": "/aws-glue/copperline"},
        **{name: batch[name] for name in ("Role", "GlueVersion", "WorkerType", "NumberOfWorkers")},
    )
    [said] = run_job(aws, "copperline-upkeep-told", {"tables": "silver.sales"})
    assert "--tables silver.sales" in said
    with pytest.raises(RunFailed, match=r"copperline-upkeep-told: run jr_\w+ ended FAILED: .*UsageError: no"):
        run_job(aws, "copperline-upkeep-told", {"tables": "bad"})
    glue.delete_job(JobName="copperline-upkeep-told")
