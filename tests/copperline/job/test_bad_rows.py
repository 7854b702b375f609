"""Every kind of bad row, and odd files of good ones: quarantined with a reason, or accepted; all accounted for.

What promote makes of bad files is in tests/copperline/files/test_bad_files.py.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from copperline.contract import load_contracts
from copperline.files.findings import Finding
from copperline.files.header import inspect
from copperline.files.records import Pending
from copperline.files.source import whole
from copperline.job.context import Context
from glue_jobs.bronze_to_silver import sales
from localaws.testing import Server
from tests.support.lake import Lake
from tests.support.rows import sale

pytestmark = pytest.mark.spark
BRONZE, SILVER = "bronze.zoop_sales", "silver.sales"
#: The last day on which nothing of the first delivery can have happened.
TOMORROW = {"Dia": 2, "Mês": 1, "Ano": 2025}
LONG = "n" * 10_000_000


def row(number: int | None, *reasons: str, **values: Any) -> tuple[dict[str, Any], list[str]]:
    """A sale, and the reasons for which it is rejected; none if it is accepted."""
    return sale(number, **values), list(reasons)


ROWS = [
    row(1),
    row(None, "sale_id_missing"),
    row(2, "quantity_out_of_range", Quantidade=-1),
    row(3, "quantity_out_of_range", Quantidade=0),
    row(4, "quantity_missing", Quantidade=None),
    row(5, "quantity_missing", Quantidade=2**40),
    row(6, "unit_price_out_of_range", Preco_unitario=-0.01),
    row(7, "unit_price_missing", Preco_unitario=float("nan")),
    row(8, "unit_price_missing", Preco_unitario=float("inf")),
    row(9, "sold_at_after_delivery", **TOMORROW),
    row(10, "sold_at_impossible", Dia=31, **{"Mês": 2}),
    row(11, "sold_at_impossible", Ano=-1),
    row(11, "sold_at_impossible", Ano=20250),
    row(12, "sold_at_impossible", Horario="8h"),
    row(13, "customer_city_not_utf8", Cidade_cliente=b"S\xe3o Paulo"),
    row(14, "customer_name_not_utf8", Nome_cliente=b"Z\xe9lia"),
    row(15, "customer_state_unknown", UF_cliente=b"S\xe3o Paulo"),
    row(16, "channel_unknown", Canal_venda=b"\xff\xfe"),
    row(17, "channel_unknown", Canal_venda=""),
    row(18, "quantity_out_of_range", Quantidade=-1, Cidade_cliente=LONG),
    row(19, Cidade_cliente=LONG),
    row(20, Cidade_cliente="\U0001f600 \u0000 'quoted'; DROP TABLE sales"),
    row(21, Quantidade=1),
    row(21, Quantidade=2),
    row(21, Quantidade=3),
]
REJECTED = [(place, reasons) for place, (_, reasons) in enumerate(ROWS) if reasons]


def typed(rows: list[dict[str, Any]], **more: Any) -> pa.Table:
    """The rows under the contract's types; texts may be any bytes, and columns more, fewer or of other types."""
    kinds = {"bigint": pa.int64(), "double": pa.float64(), "string": pa.string()}
    columns = {column.name: _array([one[column.name] for one in rows], kinds[column.type]) for column in _columns()}
    found: Mapping[str, Any] = {**columns, **more}
    return pa.table({name: values for name, values in found.items() if values is not None})


def _columns() -> Any:
    return load_contracts()[BRONZE].columns


def _array(values: list[Any], kind: pa.DataType) -> pa.Array:
    if kind != pa.string():
        return pa.array(values, kind)
    plain = [value.encode() if isinstance(value, str) else value for value in values]
    return pa.array(plain, pa.binary()).view(pa.string())


def written(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


@dataclass
class Met:
    """A run over the rows."""

    lake: Lake
    context: Context
    file: Pending


@pytest.fixture(scope="module")
def met(aws_server: Server, spark: SparkSession) -> Met:
    lake = Lake(aws_server, spark, "bad-rows")
    file = lake.deliver(BRONZE, [], body=written(typed([values for values, _ in ROWS])))
    return Met(lake, lake.run(sales.JOB), file)


def test_a_bad_row_is_in_quarantine_with_every_reason_and_its_place(met: Met) -> None:
    got = met.lake.rows("quarantine.sales", "source_row", "reasons", "source_file", order="source_row")
    assert [(place, reasons) for place, reasons, _ in got] == REJECTED
    assert {file for _, _, file in got} == {met.file.uri}


def test_every_row_is_accounted_for_and_the_newest_of_a_key_is_kept(met: Met) -> None:
    good = len(ROWS) - len(REJECTED)
    counts = {"read": len(ROWS), "inserted": good - 2, "superseded": 2, "quarantined": len(REJECTED)}
    assert met.lake.ledger(met.context) == {SILVER: counts}
    assert met.lake.rows(SILVER, "sale_id", "quantity", order="sale_id") == [(1, 3), (19, 3), (20, 3), (21, 3)]


def test_a_field_of_10_mb_and_odd_characters_are_kept_as_they_are(met: Met) -> None:
    cities = dict(met.lake.rows(SILVER, "sale_id", "customer_city"))
    assert cities[19] == LONG
    assert cities[20] == "\U0001f600 \u0000 'quoted'; DROP TABLE sales"
    payloads = dict(met.lake.rows("quarantine.sales", "source_row", "payload"))
    assert json.loads(payloads[19])["Cidade_cliente"] == LONG


def test_what_is_stored_is_utf8_whoever_reads_it(met: Met) -> None:
    """Others than Spark refuse a file with a text that is not, and with it the whole table."""
    s3, read = met.lake.server.client("s3"), 0
    for layer in ("silver", "quarantine"):
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=met.lake.bucket, Prefix=f"{layer}/"):
            for item in page.get("Contents", []):
                if item["Key"].endswith(".parquet"):
                    body = s3.get_object(Bucket=met.lake.bucket, Key=item["Key"])["Body"].read()
                    pq.read_table(io.BytesIO(body)).validate(full=True)
                    read += 1
    assert read >= 2


#: Files of good rows that are not quite as the contract says: name, table, what is noted.
WIDE = {f"column_{number}": pa.array([number]) for number in range(10_000)}
ODD = [
    ("added.parquet", typed([sale(1)], extra=pa.array([1])), "drift: unknown column extra of type bigint"),
    ("nested.parquet", typed([sale(2)], extra=pa.array([{"a": [{"b": 1}]}])), "unknown column extra of type nested"),
    ("absent.parquet", typed([sale(3)], Categoria_produto=None), "drift: column Categoria_produto is absent"),
    ("wide.parquet", typed([sale(4)], **WIDE), "and 9950 more"),
    ("case.parquet", typed([sale(5)]).rename_columns([column.name.upper() for column in _columns()]), ""),
    ("twice.parquet", typed([sale(6)], extra=pa.array([1]), EXTRA=pa.array(["x"])), "unknown column EXTRA"),
    ("binary.parquet", typed([sale(7)], Cidade_cliente=pa.array([b"Natal"])), ""),
    ("empty.parquet", typed([sale(8)])[:0], ""),
    *((f"{name}.parquet", typed([sale(9 + at)]), "") for at, name in enumerate(["a b", "'\"", "%2F", "1+1", "é"])),
]  # fmt: skip


def test_an_odd_file_of_good_rows_is_read_and_noted(lake: Lake) -> None:
    pending = {}
    for name, table, _ in ODD:
        body = written(table)
        found = inspect(whole(name, body), load_contracts()[BRONZE])
        assert isinstance(found, Finding), found
        pending[name] = lake.deliver(BRONZE, [], name=name, body=body, found=found)
    context = lake.run(sales.JOB)
    rows = len(ODD) - 1
    assert lake.ledger(context) == {SILVER: {"read": rows, "inserted": rows}}
    cities = lake.rows(SILVER, "customer_city", order="sale_id")
    assert cities == [("Natal" if number == 6 else "Campo Belo",) for number in range(rows)]
    noted = {key.rpartition("/")[2]: reason or "" for key, reason in lake.rows("ops.files", "file", "reason")}
    assert [name for name, _, says in ODD if says not in noted[name] or bool(says) != bool(noted[name])] == []


def test_a_key_of_another_delivery_is_told_by_its_version(lake: Lake) -> None:
    lake.deliver(BRONZE, [sale(1), sale(2)])
    lake.run(sales.JOB)
    lake.deliver(BRONZE, [sale(1), sale(2, Quantidade=-5), sale(None), sale(2, Quantidade=9)], name="later.parquet")
    context = lake.run(sales.JOB)
    assert lake.ledger(context) == {SILVER: {"read": 4, "unchanged": 1, "updated": 1, "quarantined": 2}}
    assert lake.rows(SILVER, "sale_id", "quantity", order="sale_id") == [(1, 3), (2, 9)]
