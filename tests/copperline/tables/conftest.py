from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from pyspark.sql import SparkSession

from copperline.tables.iceberg import CATALOG, IcebergTable
from localaws.testing import Server

Make = Callable[..., IcebergTable]


@pytest.fixture(scope="session")
def database(aws_server: Server) -> str:
    """A database whose tables have a place."""
    aws_server.client("s3").create_bucket(Bucket="tables-lake")
    place = {"Name": "tables_silver", "LocationUri": "s3://tables-lake/silver"}
    aws_server.client("glue").create_database(DatabaseInput=place)
    return "tables_silver"


@pytest.fixture(scope="session")
def make_table(spark: SparkSession, database: str) -> Make:
    """Empty tables of the columns, in partitions if told so, each with a name of its own."""
    numbers = itertools.count()

    def make(columns: str, partitions: str = "") -> IcebergTable:
        name = f"{database}.t{next(numbers)}"
        properties = "'format-version'='2', 'write.merge.mode'='merge-on-read'"
        layout = f"PARTITIONED BY ({partitions}) " if partitions else ""
        spark.sql(f"CREATE TABLE {CATALOG}.{name} ({columns}) USING iceberg {layout}TBLPROPERTIES ({properties})")
        return IcebergTable(spark, name)

    return make
