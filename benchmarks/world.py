"""A round's own account on this machine: the stack deployed, and a bucket for scripts that know nothing of it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copperctl import lifecycle
from copperctl.aws import Aws
from copperctl.checkout import root
from copperctl.deliver import deliver
from copperctl.watch import ENDED
from copperline.contract import load_contracts
from copperline.errors import CopperlineError
from copperline.files.route import route
from localaws.spark import submit_env

BUCKET = "plain"  # not encrypted: S3A's renames fail on encrypted buckets over plain http
POLL = 0.05
#: What AWS's own committer spares its users, near enough: a rename fewer (Hadoop, "MapReduce FileOutputCommitter").
COMMITTER = {"spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version": "2"}
#: Java as it comes, for whoever has not localaws to start it.
PLAIN_JAVA = {"spark.driver.extraJavaOptions": "-Duser.timezone=UTC"}
#: Spark's own settings as well, where localaws has others.
UNTUNED_SPARK = PLAIN_JAVA | {
    "spark.sql.shuffle.partitions": "200",
    "spark.sql.codegen.wholeStage": "true",
    "spark.sql.codegen.factoryMode": "FALLBACK",
    "spark.ui.enabled": "true",
}


class BenchmarkFailed(CopperlineError):
    """What was to be measured did not work: there is nothing to report."""


@dataclass
class World:
    """The instance, its clients, and where processes may write."""

    aws: Aws
    work: Path

    def deliver(self, folder: Path) -> None:
        """The files are in copper, as a source would put them."""
        if not deliver(self.aws, folder).sent:
            raise BenchmarkFailed("no file of the folder belongs to a contract: name one of <feed>/<table>/<file>")

    def deliver_plain(self, folder: Path) -> None:
        """The same files are where scripts without a lakehouse around them look: bronze/<feed>/<table>/<file>."""
        contracts = load_contracts()
        s3 = self.aws.client("s3")
        s3.create_bucket(Bucket=BUCKET)
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            found = route(path.relative_to(folder).as_posix(), contracts)
            if found.contract:
                s3.upload_file(str(path), BUCKET, f"bronze/{found.feed}/{found.table}/{found.name}")

    def forget_plain(self) -> None:
        """Nothing is left of what scripts have written."""
        bucket, s3 = BUCKET, self.aws.client("s3")
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for found in page.get("Contents", []):
                if not found["Key"].startswith("bronze/"):
                    s3.delete_object(Bucket=bucket, Key=found["Key"])

    def execute(self, machine: str | None = None) -> None:
        """One execution of the state machine, ours unless named, has succeeded."""
        machines = self.aws.client("stepfunctions")
        arn = machines.start_execution(stateMachineArn=machine or self.aws.output("MedallionArn"), input="{}")[
            "executionArn"
        ]
        while (found := machines.describe_execution(executionArn=arn))["status"] not in ENDED:
            time.sleep(POLL)
        if found["status"] != "SUCCEEDED":
            raise BenchmarkFailed(f"the execution ended {found['status']}: {found.get('cause', '')[:500]}")

    def job(self, name: str, **options: Any) -> None:
        """One run of a Glue job has succeeded."""
        glue = self.aws.client("glue")
        run = glue.start_job_run(JobName=name, **options)["JobRunId"]
        while True:
            found = glue.get_job_run(JobName=name, RunId=run)["JobRun"]
            if found["JobRunState"] in ("SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT", "ERROR"):
                break
            time.sleep(POLL)
        if found["JobRunState"] != "SUCCEEDED":
            raise BenchmarkFailed(f"{name} ended {found['JobRunState']}: {found.get('ErrorMessage', '')[:500]}")

    def python(self, *command: str, small: bool = True, settings: Mapping[str, str] | None = None) -> None:
        """A Python program has run, with the settings of Spark and Java that Glue jobs get here, or with others."""
        instance = self.aws.instance
        given = submit_env(
            instance.endpoint,
            instance.region,
            work=self.work / "spark",
            properties={**COMMITTER, **(settings or {})},
            small=small,
        )
        run(command, {**instance.environment(), **given})


def run(command: tuple[str, ...], environment: Mapping[str, str]) -> None:
    """The Python program has ended well.

    Raises:
        BenchmarkFailed: it has not; its last words are in the message.
    """
    done = subprocess.run(
        [sys.executable, *command],
        env={**environment, "PYTHONPATH": os.pathsep.join([str(root()), environment.get("PYTHONPATH", "")])},
        cwd=root(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BenchmarkFailed(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.strip()[-2000:]}")


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """A new instance with the stack deployed on it; afterwards nothing of it is left."""
    state = folder / "state"
    try:
        yield World(Aws(lifecycle.up(state)), folder)
    finally:
        lifecycle.down(state, delete=True)
