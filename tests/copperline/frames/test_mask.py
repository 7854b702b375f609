from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest
from pyspark.sql import Row, SparkSession

from copperline.columns.hashes import PADS, pads
from copperline.columns.types import read_schema, stored_schema
from copperline.contract import load_contracts
from copperline.frames.judge import judge
from copperline.frames.local import local_frame
from copperline.frames.mask import PAYLOAD, mask
from glue_jobs.bronze_to_silver.sales import transform
from tests.support.rows import sale

pytestmark = pytest.mark.spark
KEY = b"only for this test"
NAME = 'Ana "Nhá" d\'Água\n'


@pytest.fixture(scope="module")
def masked(spark: SparkSession) -> list[Row]:
    """A good row and a bad one, both of a person with a difficult name, and one of nobody."""
    contracts = load_contracts()
    bronze, silver = contracts["bronze.zoop_sales"], contracts["silver.sales"]
    delivered = [
        sale(1, Nome_cliente=NAME),
        sale(2, Nome_cliente=NAME, Quantidade=0),
        sale(3, Nome_cliente=None),
    ]
    schema = read_schema(bronze)
    rows = local_frame(spark, [[row[name] for name in schema.names] for row in delivered], schema)
    raw = rows.selectExpr("*", f"struct({', '.join(f'`{name}`' for name in schema.names)}) AS _raw")
    judged = transform(raw.selectExpr("*", "timestamp'2025-01-01' AS _delivered_at")).transform(judge, silver)
    key = local_frame(spark, [pads(KEY)], PADS)
    return judged.transform(mask, silver, bronze, key).orderBy("sale_id").collect()


def digest(text: str) -> str:
    return hmac.new(KEY, text.encode(), hashlib.sha256).hexdigest()


def test_the_hash_stands_in_place_of_the_name(masked: list[Row]) -> None:
    assert [row["customer_hash"] for row in masked] == [digest(NAME), digest(NAME), None]
    stored = stored_schema(load_contracts()["silver.sales"]).names
    assert masked[0].asDict().keys() == {*stored, "_delivered_at", "_reasons", PAYLOAD}


def test_only_a_rejected_row_has_a_payload(masked: list[Row]) -> None:
    assert [row[PAYLOAD] is None for row in masked] == [True, False, False]


def test_a_payload_is_the_row_as_delivered_but_for_the_name(masked: list[Row]) -> None:
    payload: dict[str, Any] = json.loads(masked[1][PAYLOAD])
    assert payload == sale(2, Quantidade=0) | {"Nome_cliente": digest(NAME)}


def test_no_name_is_left_anywhere(masked: list[Row]) -> None:
    assert all("Ana" not in repr(row) for row in masked)
