"""Small frames out of Python values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as T


def local_frame(spark: SparkSession, rows: Sequence[Sequence[Any]], schema: T.StructType) -> DataFrame:
    """The rows as a frame that lives in the driver.

    With `spark.sql.execution.arrow.pyspark.enabled` it starts no Python worker, which takes longer than most stages.
    """
    import pandas as pd  # noqa: PLC0415 - imported by a thread while the JVM starts

    values = pd.DataFrame([list(row) for row in rows], columns=schema.names, dtype=object)
    return spark.createDataFrame(values, schema)
