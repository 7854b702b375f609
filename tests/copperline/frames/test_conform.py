from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from copperline.errors import ContractError
from copperline.frames.conform import conform
from tests.support.contracts import document, key, load, prop

pytestmark = pytest.mark.spark
RETURNED = "silver.things: what its job's transform returns"
CAST = "cast it in a step of the job"


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ("id bigint", f"{RETURNED}: Mês: expected decimal(5,2), got no such column; add a step"),
        (
            "id bigint, `Mês` double",
            f"{RETURNED}: Mês: expected decimal(5,2), got double; cast it in a step of the job",
        ),
        ("id int, `Mês` decimal(5,2)", f"{RETURNED}: id: expected bigint, got int; {CAST}"),
    ],
)
def test_what_a_transform_returns_is_held_against_the_contract(
    spark: SparkSession, tmp_path: Path, schema: str, message: str
) -> None:
    contract = load(tmp_path, document("silver.things", key(), prop("Mês", "decimal(5,2)", "number")))
    with pytest.raises(ContractError) as caught:
        conform(spark.createDataFrame([], schema), contract)
    assert str(caught.value) == message


def test_columns_come_in_the_order_of_the_contract_and_technical_ones_last(spark: SparkSession, tmp_path: Path) -> None:
    contract = load(tmp_path, document("silver.things", key(), prop("Mês")))
    delivered = spark.createDataFrame([], "_raw string, more string, `Mês` string, _source_row bigint, id bigint")
    assert conform(delivered, contract).columns == ["id", "Mês", "_raw", "_source_row"]
