from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from copperline.contract import Contract
from copperline.errors import ContractError
from copperline.files.records import Pending
from copperline.frames.read import read_files
from tests.support.contracts import document, load, prop

pytestmark = pytest.mark.spark
AT = datetime(2025, 1, 1, tzinfo=UTC)
NAMES = [
    "plain.parquet",
    "with space.parquet",
    "vendas março 100% (1)+a=b&c#d,e.parquet",
    "%20.parquet",
    "日本.parquet",
]


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    return load(tmp_path, document("bronze.things", prop("ID", "bigint", "integer"), prop("Mês")))


def deliver(folder: Path, name: str, numbers: list[int], minute: int) -> Pending:
    """A file as promote leaves it."""
    digest = hashlib.sha256(f"{name}{numbers}".encode()).hexdigest()
    file = folder / "ingest_date=2025-01-01" / f"{digest[:16]}-{name}"
    file.parent.mkdir(exist_ok=True)
    values = pa.table(
        {"ID": pa.array(numbers, pa.int64()), "Mês": [f"m{number}" for number in numbers], "extra": numbers}
    )
    pq.write_table(values, file, row_group_size=2)
    at = AT + timedelta(minutes=minute)
    return Pending(f"d{minute}", at, str(file), f"shop/things/{name}", "1", 1, digest, "bronze.things")


def test_a_row_knows_its_file_its_place_and_its_delivery(
    spark: SparkSession, tmp_path: Path, contract: Contract
) -> None:
    files = [deliver(tmp_path, name, [10 * minute, 10 * minute + 1, 7], minute) for minute, name in enumerate(NAMES)]
    got = read_files(spark, contract, files).orderBy("_delivered_at", "_source_row").collect()
    want = [
        (file.uri, place, number, file.delivered_at.replace(tzinfo=None))
        for minute, file in enumerate(files)
        for place, number in enumerate([10 * minute, 10 * minute + 1, 7])
    ]
    assert [(row["_source_file"], row["_source_row"], row["ID"], row["_delivered_at"]) for row in got] == want


def test_the_row_as_delivered_is_kept_and_nothing_the_contract_does_not_know(
    spark: SparkSession, tmp_path: Path, contract: Contract
) -> None:
    rows = read_files(spark, contract, [deliver(tmp_path, "a.parquet", [1], 0)])
    assert rows.columns == ["ID", "Mês", "_raw", "_source_row", "_source_file", "_delivered_at"]
    first = rows.first()
    assert first is not None
    assert first["_raw"].asDict() == {"ID": 1, "Mês": "m1"}


def test_a_format_that_jobs_do_not_read_is_named(spark: SparkSession, tmp_path: Path) -> None:
    contract = load(tmp_path, document("bronze.things", prop("ID"), format="csv"))
    with pytest.raises(ContractError, match="format: expected parquet, got csv; deliver Parquet"):
        read_files(spark, contract, [])
