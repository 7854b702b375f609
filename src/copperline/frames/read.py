"""Bronze files as rows that know where they came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from copperline.columns.types import read_schema
from copperline.contract import Contract
from copperline.errors import ContractError, expected
from copperline.files.corrections import Change
from copperline.files.records import Pending
from copperline.frames.correct import DISCARDED, correct
from copperline.frames.local import local_frame

NONE: Mapping[tuple[str, int], Change] = MappingProxyType({})
_HASH_IN_PATH = r"/([0-9a-f]{16})-[^/]*$"
_DELIVERED = T.StructType(
    [
        T.StructField("_hash", T.StringType()),
        T.StructField("_source_file", T.StringType()),
        T.StructField("_delivered_at", T.TimestampType()),
    ]
)


def read_files(
    spark: SparkSession, contract: Contract, files: Sequence[Pending], changes: Mapping[tuple[str, int], Change] = NONE
) -> DataFrame:
    """The rows of the files, corrected, with `_raw` (the row so far), `_source_file`, `_source_row`, `_delivered_at`.

    A file is found again by the hash in its name: paths come back from Spark with their characters escaped. Bytes
    that were delivered more than once are read once, and their rows are there once for each delivery.

    Raises:
        ContractError: the contract's format is none that jobs read.
    """
    if contract.format != "parquet":
        raise ContractError(expected(contract.file, "format", "parquet", contract.format, "deliver Parquet"))
    by_content = {file.sha256[:16]: file.uri for file in files}
    rows = spark.read.schema(read_schema(contract)).parquet(*by_content.values())
    delivered = local_frame(spark, [(file.sha256[:16], file.uri, file.delivered_at) for file in files], _DELIVERED)
    placed = rows.select(
        "*",
        F.col("_metadata.row_index").alias("_source_row"),
        F.regexp_extract("_metadata.file_path", _HASH_IN_PATH, 1).alias("_hash"),
    )
    names = [f"`{column.name}`" for column in contract.columns]
    found = placed.join(F.broadcast(delivered), on="_hash", how="inner").transform(correct, contract, files, changes)
    technical = [name for name in ("_source_row", "_source_file", "_delivered_at", DISCARDED) if name in found.columns]
    return found.select(*names, F.struct(*names).alias("_raw"), *technical)
