"""Bronze files as rows that know where they came from."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from copperline.columns.types import read_schema
from copperline.contract import Contract
from copperline.errors import ContractError, expected
from copperline.files.records import Pending
from copperline.frames.local import local_frame

_HASH_IN_PATH = r"/([0-9a-f]{16})-[^/]*$"
_DELIVERED = T.StructType(
    [
        T.StructField("_hash", T.StringType()),
        T.StructField("_source_file", T.StringType()),
        T.StructField("_delivered_at", T.TimestampType()),
    ]
)


def read_files(spark: SparkSession, contract: Contract, files: Sequence[Pending]) -> DataFrame:
    """The rows of the files, with `_raw` (the row as delivered), `_source_file`, `_source_row` and `_delivered_at`.

    A file is found again by the hash in its name: paths come back from Spark with their characters escaped.

    Raises:
        ContractError: the contract's format is none that jobs read.
    """
    if contract.format != "parquet":
        raise ContractError(expected(contract.file, "format", "parquet", contract.format, "deliver Parquet"))
    rows = spark.read.schema(read_schema(contract)).parquet(*[file.uri for file in files])
    delivered = local_frame(spark, [(file.sha256[:16], file.uri, file.delivered_at) for file in files], _DELIVERED)
    placed = rows.select(
        "*",
        F.struct(*[F.col(f"`{column.name}`") for column in contract.columns]).alias("_raw"),
        F.col("_metadata.row_index").alias("_source_row"),
        F.regexp_extract("_metadata.file_path", _HASH_IN_PATH, 1).alias("_hash"),
    )
    return placed.join(F.broadcast(delivered), on="_hash", how="inner").drop("_hash")
