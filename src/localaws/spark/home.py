"""Where PySpark's wheel has Spark."""

from __future__ import annotations

from pathlib import Path


def spark_home() -> Path:
    """The folder with Spark's `bin` and `jars`."""
    import pyspark

    return Path(pyspark.__file__).parent
