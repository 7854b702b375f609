"""`python -m benchmarks.grown --stack S --rows N --layout L`: silver.sales holds so many sales, 10,000 a day."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from typing import Any

import boto3
from awsglue.utils import getResolvedOptions
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from copperline.columns.types import stored_schema
from copperline.contract import Contract, reference
from copperline.job.arguments import Arguments
from copperline.job.context import Context
from copperline.job.prepared import Prepared, seal
from copperline.job.publish import publish
from copperline.tables.ddl import create_table, technical_schema
from copperline.tables.iceberg import CATALOG
from copperline.tables.ledger import Counts
from copperline.tables.merge import append

A_DAY = 10_000
LAST_DAY = date(2025, 6, 30)
A_FILE = 250_000
RUN = "jr_before"
CLUSTERED = "clustered"
BUCKETS = "buckets"
LAYOUTS = {CLUSTERED: "", BUCKETS: "bucket(16)"}


def main() -> None:
    """The table is there, sealed as a run would have done it."""
    options = getResolvedOptions(sys.argv, ["stack", "rows", "layout"])
    context = Context(Arguments("grown", RUN, options["stack"], ""), _client)
    contract, rows = context.contracts["silver.sales"], int(options["rows"])
    name = context.names.table(contract.id)
    layout = LAYOUTS[options["layout"]]
    statement = create_table(_laid_out(contract, layout), f"{CATALOG}.{name}", partitioned=bool(layout))
    table = context.create(name, statement)
    columns = [field.name for field in (*stored_schema(contract), *technical_schema(contract))]
    done = Prepared(contract.id, table, "run_before_1", Counts(read=rows, inserted=rows), run_id=RUN)
    table.create_branch(done.branch)
    append(table, done.branch, sales(context.spark, contract, rows), columns)
    seal(done, 1)
    publish(done)
    table.drop_branch(done.branch)
    context.spark.stop()


def _laid_out(contract: Contract, transform: str) -> Contract:
    """The contract as it would be for keys that come in no order: partitioned by what the transform makes of them."""
    columns = [
        replace(column, partitioned=column.primary_key, partition_transform=transform) for column in contract.columns
    ]
    return replace(contract, columns=tuple(columns))


def sales(spark: SparkSession, contract: Contract, rows: int) -> DataFrame:
    """Sales as silver has them, in the order of their keys and of their moments."""
    products = reference("products", "product", "category")
    names, kinds = (", ".join(f"'{text}'" for text in texts) for texts in (products.keys(), products.values()))
    day = f"date_sub(date'{LAST_DAY}', int(({rows - 1} - id) div {A_DAY}))"
    values = {
        "sale_id": "id",
        "sold_at": f"{day} + make_dt_interval(0, int(id % 24))",
        "channel": "element_at(array('Loja 1', 'Loja 2', 'e-commerce'), int(id % 3) + 1)",
        "origin": "'Loja'",
        "product_id": f"id % {len(products)}",
        "product": f"element_at(array({names}), int(id % {len(products)}) + 1)",
        "category": f"element_at(array({kinds}), int(id % {len(products)}) + 1)",
        "unit_price": "10.00 + (id % 900)",
        "quantity": "1 + id % 5",
        "payment_method": "'PIX'",
        "customer_id": "id % 200000",
        "customer_hash": "sha2(string(id % 200000), 256)",
        "customer_gender": "'Feminino'",
        "customer_age": "18 + id % 60",
        "customer_city": "'Campo Belo'",
        "customer_state": "'MG'",
        "customer_region": "element_at(array('Norte', 'Nordeste', 'Centro-Oeste', 'Sudeste', 'Sul'), int(id % 5) + 1)",
        "rating": "1 + id % 5",
        "_delivered_at": "timestamp'2025-07-01'",
        "_source_file": "'s3://bronze/before.parquet'",
        "_source_row": "id",
        "_run": f"'{RUN}'",
    }
    fields = [*stored_schema(contract), *technical_schema(contract)]
    drawn = spark.range(0, rows, 1, max(rows // A_FILE, 1))
    return drawn.select(*[F.expr(values[field.name]).cast(field.dataType).alias(field.name) for field in fields])


def _client(service: str) -> Any:
    return boto3.client(service)


if __name__ == "__main__":
    main()
