"""A table whose source has versions of its own, in partitions: the older version loses, whenever it is delivered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from copperline.contract import Contracts, load_contracts
from copperline.job import bring_in
from copperline.job.context import Context
from copperline.job.runner import execute
from copperline.tables.merge import merge
from glue_jobs.bronze_to_silver import sales
from tests.support.lake import Lake, data_files
from tests.support.rows import sale

pytestmark = [pytest.mark.spark, pytest.mark.slow("runs whole jobs, one after another")]
BRONZE, SILVER = "bronze.zoop_sales", "silver.sales"


def run(lake: Lake) -> Context:
    """The job has run by a contract whose version is the moment of the sale, and whose table is in partitions."""
    context = lake.context()
    contract = replace(context.contracts[SILVER], version_by="sold_at", partition_above_bytes=0)
    context.contracts = Contracts({**load_contracts(), SILVER: contract})
    execute(context, [sales.JOB])
    return context


def sold(number: int, month: int, quantity: int) -> dict[str, Any]:
    return sale(number, Quantidade=quantity, **{"Mês": month})


def by_month(lake: Lake) -> dict[int, str]:
    """The data file of each month, by months since 1970."""
    name = f"glue_catalog.{lake.names.table(SILVER)}.files"
    found = lake.spark.sql(f"SELECT partition.sold_at_month AS month, file_path FROM {name} WHERE content = 0")
    return {row.month: row.file_path for row in found.collect()}


def test_the_sources_version_counts_and_other_partitions_stay_closed(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake.deliver(BRONZE, [sold(number, number, 1) for number in (1, 2, 3, 4, 5)], name="first.parquet")
    run(lake)
    files, months = data_files(lake, SILVER), by_month(lake)
    assert len(files) == len(months) == 5

    s3 = lake.server.client("s3")
    closed = [months[month].partition(f"{lake.bucket}/")[2] for month in (min(months), max(months))]

    def without_the_others(*arguments: Any) -> None:
        """The files of January and May are gone while the rows are merged."""
        bodies = {key: s3.get_object(Bucket=lake.bucket, Key=key)["Body"].read() for key in closed}
        for key in closed:
            s3.delete_object(Bucket=lake.bucket, Key=key)
        merge(*arguments)
        for key, body in bodies.items():
            s3.put_object(Bucket=lake.bucket, Key=key, Body=body)

    monkeypatch.setattr(bring_in, "merge", without_the_others)
    monkeypatch.setattr(bring_in, "MUCH_LARGER", 0)  # as for a small batch of a large table
    changed = [
        # sale, month, quantity
        sold(1, 1, 1),
        sold(2, 6, 2),
        sold(3, 2, 9),
        sold(4, 4, 4),
        sold(6, 5, 6),
    ]
    lake.deliver(BRONZE, changed, name="second.parquet")
    context = run(lake)
    counts = {"read": 5, "inserted": 1, "updated": 2, "unchanged": 1, "superseded": 1}
    assert lake.ledger(context) == {SILVER: counts}
    got = lake.rows(SILVER, "sale_id", "sold_at", "quantity", order="sale_id")
    assert [(number, at.month, quantity) for number, at, quantity in got] == [
        (1, 1, 1),
        (2, 6, 2),
        (3, 3, 1),
        (4, 4, 4),
        (5, 5, 1),
        (6, 5, 6),
    ]
