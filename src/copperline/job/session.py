"""The Spark session of a job: the same settings on Glue and wherever else the script runs."""

from __future__ import annotations

from typing import Any

from pyspark import SparkConf, SparkContext
from pyspark.sql import SparkSession

from copperline.job.gateway import remember_names
from copperline.tables.iceberg import CATALOG

#: Iceberg's settings are static, so they are there before the session is ("Using the Iceberg framework in AWS Glue").
SETTINGS = {
    "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
    f"spark.sql.catalog.{CATALOG}": "org.apache.iceberg.spark.SparkCatalog",
    f"spark.sql.catalog.{CATALOG}.catalog-impl": "org.apache.iceberg.aws.glue.GlueCatalog",
    f"spark.sql.catalog.{CATALOG}.io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
    f"spark.sql.catalog.{CATALOG}.glue.skip-archive": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.ansi.enabled": "false",
    # Filters inferred from every alias of every column: quadratic in what a step selects, and keys are never NULL here.
    "spark.sql.constraintPropagation.enabled": "false",
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
}
LARGE = 2 << 20  # bytes of Parquet, about a hundred thousand sales
_COMPILED = {"spark.sql.codegen.wholeStage": "true", "spark.sql.codegen.factoryMode": "FALLBACK"}


def open_session(job_name: str) -> SparkSession:
    """A session with the house's settings, inside a GlueContext where Glue's JVM library is present."""
    conf = SparkConf().setAppName(job_name).setAll(list(SETTINGS.items()))
    context = SparkContext.getOrCreate(conf)
    context.setLogLevel("ERROR")
    remember_names(context._jvm)
    if _on_glue(context):
        from awsglue.context import GlueContext  # noqa: PLC0415 - needs the library that is only in AWS's images

        session: SparkSession = GlueContext(context).spark_session
        return session
    return SparkSession(context)


def compile_if_large(spark: SparkSession, size: int) -> None:
    """Plans are compiled from now on, if so many bytes are to be read that it pays.

    A session may begin by interpreting them, which for a few thousand rows takes half as long, for millions twice.
    """
    if size >= LARGE:
        for name, value in _COMPILED.items():
            spark.conf.set(name, value)


def _on_glue(context: SparkContext) -> bool:
    jvm: Any = context._jvm
    return type(jvm.com.amazonaws.services.glue.GlueContext).__name__ == "JavaClass"
