"""Spark 3.5 with Iceberg on this machine: Java, the jars that Glue has, and settings for unchanged job scripts."""

from __future__ import annotations

from localaws.spark import class_data
from localaws.spark.errors import SparkUnavailableError
from localaws.spark.jar_cache import default_cache, jars
from localaws.spark.java import java_home
from localaws.spark.session import class_path, session_properties, submit_env

__all__ = [
    "SparkUnavailableError",
    "class_data",
    "class_path",
    "default_cache",
    "jars",
    "java_home",
    "session_properties",
    "submit_env",
]
