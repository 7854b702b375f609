"""The jars that Glue's Spark has and PySpark's wheel lacks: fetched once, checked, then used from a cache."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from localaws.spark.errors import SparkUnavailableError
from localaws.spark.home import spark_home
from localaws.spark.java import java_home
from localaws.spark.lock import locked

#: AWS Glue, "Migrating AWS Glue for Spark jobs to AWS Glue version 5.1"; hadoop-aws fits PySpark's own Hadoop client.
COORDINATES = (
    "org.apache.iceberg:iceberg-spark-runtime-3.5_2.12:1.10.0",
    "org.apache.iceberg:iceberg-aws-bundle:1.10.0",
    "org.apache.hadoop:hadoop-aws:3.3.4",
    "com.amazonaws:aws-java-sdk-s3:1.12.262",
    "com.amazonaws:aws-java-sdk-dynamodb:1.12.262",
    "com.amazonaws:aws-java-sdk-sts:1.12.262",
)
#: The bundle is 280 MB of which S3A needs the three above; the others are in PySpark already, in newer versions.
EXCLUDED = (
    "com.amazonaws:aws-java-sdk-bundle",
    "com.fasterxml.jackson.core:jackson-core",
    "com.fasterxml.jackson.core:jackson-databind",
    "com.fasterxml.jackson.core:jackson-annotations",
    "commons-codec:commons-codec",
    "commons-logging:commons-logging",
    "joda-time:joda-time",
    "org.apache.httpcomponents:httpclient",
    "org.apache.httpcomponents:httpcore",
)
SUMS = Path(__file__).with_name("jars.sha256")
PATIENCE_SECONDS = 1800


def default_cache() -> Path:
    """Where fetched things are kept: LOCALAWS_CACHE, else ~/.cache/localaws."""
    return Path(os.environ.get("LOCALAWS_CACHE") or Path.home() / ".cache" / "localaws")


def jars(cache: Path | None = None) -> list[Path]:
    """The jars that belong on the class path, in the cache; fetched at the first call, without the network later.

    Spark's own resolver fetches them, so that proxies and mirrors configured for it hold. Several processes may call
    this at once: one fetches, the others wait.

    Raises:
        SparkUnavailableError: they cannot be fetched, or what came is not what it should be (then nothing is kept).
    """
    home = (cache or default_cache()) / "spark-jars" / _digest(SUMS)[:16]
    if not home.is_dir():
        home.parent.mkdir(parents=True, exist_ok=True)
        with locked(home.parent / ".lock"):
            if not home.is_dir():  # another process may have been quicker
                _fetch(home)
    return [home / name for name in sorted(expected())]


def expected() -> dict[str, str]:
    """File name → SHA-256 of every jar, as pinned."""
    lines = (line.split() for line in SUMS.read_text().splitlines())
    return {name: digest for digest, name in lines}


def check(folder: Path) -> None:
    """The folder holds exactly the pinned jars.

    Raises:
        SparkUnavailableError: one is missing, too many, or has other bytes.
    """
    pinned = expected()
    found = {path.name: path for path in folder.glob("*.jar")}
    if found.keys() != pinned.keys():
        missing, strange = sorted(pinned.keys() - found.keys()), sorted(found.keys() - pinned.keys())
        raise SparkUnavailableError(f"Spark's jars: missing {_few(missing)}, not expected {_few(strange)}")
    for name, path in sorted(found.items()):
        if (digest := _digest(path)) != pinned[name]:
            raise SparkUnavailableError(f"Spark's jars: {name}: expected SHA-256 {pinned[name]}, got {digest}")


def _fetch(home: Path) -> None:
    """The jars are at home, all or none: they move there after they were checked."""
    sys.stderr.write(f"localaws: fetching Spark's jars for Iceberg and S3 (about 117 MB, once) into {home}\n")
    with tempfile.TemporaryDirectory(dir=home.parent, prefix=".fetching-") as scratch:
        ivy = Path(scratch) / "ivy"
        said = _resolve(ivy)
        try:
            check(ivy / "jars")
        except SparkUnavailableError as wrong:
            raise SparkUnavailableError(
                f"{wrong}. Nothing was kept; see that there are a network and room in {home.parent} (or name another "
                f"place with LOCALAWS_CACHE), and run again: python -m localaws.spark. The resolver said: {_gist(said)}"
            ) from None
        (ivy / "jars").rename(home)
    sys.stderr.write("localaws: Spark's jars are in place\n")


def _resolve(ivy: Path) -> str:
    """Spark's resolver has copied what it found into ivy/jars; answers what it said."""
    nothing = ivy.parent / "nothing.py"  # spark-submit resolves before it runs a script; this one starts no session
    nothing.write_text("")
    program = shutil.which("spark-submit", path=str(spark_home() / "bin"))
    if program is None:
        raise SparkUnavailableError(
            "spark-submit is not in the package pyspark; install it: pip install pyspark==3.5.6"
        )
    command = [program, "--packages", ",".join(COORDINATES), "--exclude-packages", ",".join(EXCLUDED)]
    command += ["--conf", f"spark.jars.ivy={ivy}", str(nothing)]
    env = {**os.environ, "JAVA_HOME": str(java_home()), "PYSPARK_PYTHON": sys.executable}
    env.pop("SPARK_HOME", None)
    try:
        done = subprocess.run(
            command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise SparkUnavailableError(f"Spark's jars: no answer from the resolver for {PATIENCE_SECONDS} s") from None
    return done.stdout.decode(errors="replace")


def _gist(said: str) -> str:
    """The last lines of the resolver's long story that say what went wrong, as one."""
    telling = ("not found", "unresolved", "exception", "error", "failed", "timed out")
    lines = [line.strip() for line in said.splitlines() if any(word in line.lower() for word in telling)]
    return "; ".join(lines[-3:]) or "nothing"


def _few(names: list[str]) -> str:
    return str(names) if len(names) < 4 else f"{names[0]} and {len(names) - 1} more"


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
