"""Corrected and discarded rows, run by run, and once more from nothing."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from copperline.files.corrections import Correction
from copperline.files.records import Pending
from copperline.job.context import Context
from glue_jobs.bronze_to_silver import sales
from localaws.testing import Server
from tests.support.events import event_log
from tests.support.lake import Lake
from tests.support.rows import sale

pytestmark = [pytest.mark.spark, pytest.mark.slow("runs whole jobs, one after another")]
BRONZE, SILVER = "bronze.zoop_sales", "silver.sales"
NAME = "Zenóbia Quaresma"
ROWS = [
    sale(1),
    sale(2, Quantidade=0),  # corrected, but a later delivery has the key by then
    sale(3, Quantidade=-1),  # corrected
    sale(4, Quantidade=0),  # discarded
    sale(5, Quantidade=0),  # corrected to something that is wrong too
    sale(6, Quantidade=0),  # left alone
]


@dataclass(frozen=True)
class Life:
    """What became of the rows; `ledgers` are those of the runs, in their order."""

    lake: Lake
    file: Pending
    ledgers: list[dict[str, int]]
    corrected: Context
    events: Path


@pytest.fixture(scope="module")
def life(aws_server: Server, spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Life:
    """A file with bad rows, a later one, then corrections, then nothing new."""
    lake, events = Lake(aws_server, spark, "corrections"), tmp_path_factory.mktemp("events")
    file = lake.deliver(BRONZE, ROWS)
    first = lake.run(sales.JOB)
    lake.deliver(BRONZE, [sale(1), sale(2, Quantidade=9)], name="later.parquet")
    second = lake.run(sales.JOB)
    lake.correct(
        SILVER,
        Correction(file.uri, 1, {"Quantidade": 7}),
        Correction(file.uri, 2, {"Quantidade": 7, "Nome_cliente": NAME}),
        Correction(file.uri, 3, discard="sold twice"),
        Correction(file.uri, 4, {"Quantidade": None, "Nome_cliente": NAME}),
    )
    with event_log(spark, events):
        corrected = lake.run(sales.JOB)
    nothing = lake.run(sales.JOB)
    ledgers = [lake.ledger(run).get(SILVER, {}) for run in (first, second, corrected, nothing)]
    return Life(lake, file, ledgers, corrected, events)


def test_a_row_that_passes_now_is_in_the_table_at_its_own_place(life: Life) -> None:
    rows = life.lake.rows(SILVER, "sale_id", "quantity", "_source_file", "_source_row", order="sale_id")
    assert [row[:2] for row in rows] == [(1, 3), (2, 9), (3, 7)], "the later delivery keeps its key"
    assert rows[2][2:] == (life.file.uri, 2)
    ((digest,),) = life.lake.spark.table(f"glue_catalog.{life.lake.names.table(SILVER)}").where("sale_id = 3").select(
        "customer_hash"
    ).collect()  # fmt: skip
    assert digest == hmac.new(b"a key that only this test knows", NAME.encode(), hashlib.sha256).hexdigest()


def quarantined(lake: Lake) -> dict[int, tuple[list[str], dict[str, Any]]]:
    rows = lake.rows("quarantine.sales", "source_row", "reasons", "payload")
    assert len({place for place, *_ in rows}) == len(rows)
    return {place: (reasons, json.loads(payload)) for place, reasons, payload in rows}


def test_quarantine_keeps_what_is_still_wrong_and_what_was_given_up(life: Life) -> None:
    found = quarantined(life.lake)
    assert {place: reasons for place, (reasons, _) in found.items()} == {
        3: ["quantity_out_of_range", "discarded: sold twice"],
        4: ["quantity_missing"],
        5: ["quantity_out_of_range"],
    }
    assert "Quantidade" not in found[4][1], "as it was corrected: to_json leaves NULL out"
    runs = dict(life.lake.rows("quarantine.sales", "source_row", "run_id"))
    assert (runs[3] == runs[4] == life.corrected.run_id, runs[5] == life.corrected.run_id) == (True, False)


def test_every_row_is_accounted_for_in_every_run(life: Life) -> None:
    first, second, corrected, nothing = life.ledgers
    assert first == {"read": 6, "inserted": 1, "quarantined": 5}
    assert second == {"read": 2, "inserted": 1, "unchanged": 1}
    assert (corrected["read"], corrected["inserted"], corrected["quarantined"]) == (8, 1, 3)
    assert nothing == {}


def test_the_correction_is_in_the_ledger_of_files(life: Life) -> None:
    rows = life.lake.rows("ops.files", "file", "table_name", "status", "run_id")
    assert ("corrections/sales/fix.jsonl", SILVER, "accepted", life.corrected.run_id) in rows
    assert life.corrected.deliveries.pending(SILVER) == []


def test_no_clear_value_of_a_correction_is_in_the_event_log(life: Life) -> None:
    (file,) = life.events.iterdir()
    body = file.read_text()
    assert "SparkListenerSQLExecutionStart" in body
    assert [word for word in NAME.split() if word in body or word.encode("unicode_escape").decode() in body] == []


def test_once_more_from_nothing_the_tables_are_the_same(life: Life) -> None:
    silver = ["sale_id", "quantity", "customer_hash", "_delivered_at", "_source_file", "_source_row"]
    before = (life.lake.rows(SILVER, *silver, order="sale_id"), quarantined(life.lake))
    for table in (SILVER, "quarantine.sales"):
        life.lake.spark.sql(f"DROP TABLE glue_catalog.{life.lake.names.table(table)}")
    run = life.lake.run(sales.JOB, reprocess=True)
    assert life.lake.ledger(run)[SILVER] == {"read": 8, "inserted": 3, "superseded": 2, "quarantined": 3}
    assert (life.lake.rows(SILVER, *silver, order="sale_id"), quarantined(life.lake)) == before


def test_a_row_that_has_passed_is_corrected_no_more(life: Life) -> None:
    late = life.lake.correct(SILVER, Correction(life.file.uri, 2, {"ID_venda": 30}), name="late.jsonl")
    before = life.lake.rows(SILVER, "sale_id", "quantity", order="sale_id")
    run = life.lake.run(sales.JOB)
    assert life.lake.rows(SILVER, "sale_id", "quantity", order="sale_id") == before
    rows = life.lake.rows("ops.files", "file", "status", "reason", "run_id")
    assert ("corrections/sales/late.jsonl", "refused", "not_in_quarantine", run.run_id) in rows
    assert late not in run.deliveries.history([late.bronze])
    keys = {item["Key"] for item in life.lake.server.client("s3").list_objects_v2(Bucket=life.lake.bucket)["Contents"]}
    key = late.uri.removeprefix(f"s3://{life.lake.bucket}/")
    assert (key in keys, f"_refused/{key}" in keys) == (False, True)


def test_a_discarded_row_may_be_taken_back(life: Life) -> None:
    life.lake.correct(SILVER, Correction(life.file.uri, 3, {"Quantidade": 1}), name="back.jsonl")
    life.lake.run(sales.JOB)
    assert (4, 1) in life.lake.rows(SILVER, "sale_id", "quantity")
    assert sorted(quarantined(life.lake)) == [4, 5]
