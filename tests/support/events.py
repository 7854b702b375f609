"""What Spark's history server would read of a session's queries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession


@contextmanager
def event_log(spark: SparkSession, folder: Path) -> Iterator[None]:
    """The folder has one more file: the log of the queries in between, as `spark.eventLog.enabled` writes it."""
    context: Any = spark.sparkContext
    jvm = context._jvm
    place = jvm.java.net.URI.create(folder.as_uri())
    writer = jvm.org.apache.spark.scheduler.EventLoggingListener
    listener = writer("events", jvm.scala.Option.empty(), place, context._conf._jconf)
    listener.start()
    context._jsc.sc().addSparkListener(listener)
    try:
        yield
    finally:
        context._jsc.sc().listenerBus().waitUntilEmpty()
        context._jsc.sc().removeSparkListener(listener)
        listener.stop()
