"""What makes an unchanged Glue script meet localaws: properties of its Spark session, and its environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from localaws.spark import class_data
from localaws.spark.home import spark_home
from localaws.spark.jar_cache import jars
from localaws.spark.java import java_home

LOG_SETTINGS = Path(__file__).with_name("log4j2.properties")


def session_properties(
    endpoint: str, region: str, *, work: Path, cache: Path | None = None, iceberg: bool = True, small: bool = True
) -> dict[str, str]:
    """Spark properties of a driver on this machine whose S3 is the endpoint and whose files are all under `work`.

    Iceberg's catalogs need none: the SDK inside reads AWS_ENDPOINT_URL. `small` compiles only lightly and interprets
    plans, which halves the CPU seconds of a job of some thousand rows and doubles those of one of ten million.
    `iceberg` is what `--datalake-formats iceberg` is on Glue: without it the classes are not there.
    """
    path = class_path(cache, iceberg=iceberg)
    shared = class_data.options(path, work) if iceberg and small else []
    return {
        "spark.master": "local[*]",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": _memory(),
        "spark.driver.extraClassPath": path,
        "spark.driver.extraJavaOptions": " ".join([*_java_options(work, small), *shared]),
        "spark.sql.warehouse.dir": str(work / "warehouse"),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.codegen.wholeStage": str(not small).lower(),
        "spark.sql.codegen.factoryMode": "NO_CODEGEN" if small else "FALLBACK",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        **_s3(endpoint, region),
    }


def submit_env(
    endpoint: str,
    region: str,
    *,
    work: Path,
    properties: Mapping[str, str] | None = None,
    cache: Path | None = None,
    iceberg: bool = True,
    small: bool = True,
) -> dict[str, str]:
    """Environment variables with which any `python script.py` that makes a Spark session gets ours.

    Writes `work`/spark.properties; `properties` override ours. Credentials are not in it: see `identity.child_env`.
    """
    work.mkdir(parents=True, exist_ok=True)
    ours = session_properties(endpoint, region, work=work, cache=cache, iceberg=iceberg, small=small)
    file = work / "spark.properties"
    file.write_text("".join(f"{key} {_escaped(value)}\n" for key, value in {**ours, **(properties or {})}.items()))
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "JAVA_HOME": str(java_home()),
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "PYSPARK_SUBMIT_ARGS": f'--properties-file "{file}" pyspark-shell',
        "SPARK_LOCAL_DIRS": str(work / "spark"),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "TZ": "UTC",
    }


def class_path(cache: Path | None = None, *, iceberg: bool = True) -> str:
    """The jars that a driver has ahead of Spark's own."""
    return os.pathsep.join(map(str, [*_log4j(), *(jar for jar in jars(cache) if iceberg or "iceberg" not in jar.name)]))


def _s3(endpoint: str, region: str) -> dict[str, str]:
    """Glue 5.1 reads s3:// by S3A: AWS Glue, "Migrating AWS Glue for Spark jobs to AWS Glue version 5.1"."""
    s3a = {
        "endpoint": endpoint,
        "endpoint.region": region,
        "path.style.access": "true",
        "connection.ssl.enabled": "false",
        "aws.credentials.provider": "com.amazonaws.auth.EnvironmentVariableCredentialsProvider",
        "attempts.maximum": "3",
        "retry.limit": "3",
    }
    return {
        "spark.hadoop.fs.s3.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
        **{f"spark.hadoop.fs.s3a.{key}": value for key, value in s3a.items()},
    }


def _log4j() -> list[Path]:
    """PySpark's own, ahead of the incomplete one inside iceberg-aws-bundle, which complains on standard output."""
    return sorted((spark_home() / "jars").glob("log4j-api-*.jar"))


def _java_options(work: Path, small: bool) -> list[str]:
    options = [
        f"-Dderby.system.home={work / 'derby'}",
        f"-Djava.io.tmpdir={work}",
        f"-Dlog4j2.configurationFile={LOG_SETTINGS}",
        "-Duser.timezone=UTC",
        "-Djava.net.preferIPv4Stack=true",
        "-XX:MetaspaceSize=256m",  # a session's classes: each time its limit grows, the whole heap is collected
    ]
    if small:
        # Light compilation alone has room for 48 MB of code. Minutes of Spark fill it, and methods come and go.
        light = ["-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=240m"]
        return [*options, *light, "-XX:+UseSerialGC", "-XX:InitialRAMPercentage=5"]
    return [*options, "-XX:+UseParallelGC"]


def _memory() -> str:
    """A quarter of this machine's memory, at least 1 and at most 8 GB: the driver is all executors as well."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{min(max(whole // 4, 1 << 30), 8 << 30) >> 20}m"


def _escaped(value: str) -> str:
    """The value as a Java properties file spells it."""
    return value.replace("\\", "\\\\").replace("\n", "\\n")
