"""`python -m benchmarks.session`: a Spark session that does nothing."""

from __future__ import annotations

from pyspark.sql import SparkSession


def main() -> None:
    """A session was there, and ended."""
    SparkSession.builder.appName("session").getOrCreate().stop()


if __name__ == "__main__":
    main()
