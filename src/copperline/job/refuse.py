"""Files that turn out unreadable while a job reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from py4j.protocol import Py4JJavaError
from pyspark.errors.exceptions.captured import CapturedException

from copperline.contract import Contract
from copperline.files.records import REFUSED, Pending
from copperline.files.route import REFUSED_FOLDER
from copperline.frames.read import read_files
from copperline.job.context import Context
from copperline.job.prepared import Prepared
from copperline.job.progress import say

REASON = "unreadable"
#: What a failed read is to Python: PySpark translates some of Java's exceptions (a file that is gone), not all.
FAILURES = (Py4JJavaError, CapturedException)


def refuse_unreadable(
    context: Context, contract: Contract, prepared: Prepared, files: Sequence[Pending], error: Exception
) -> list[Pending]:
    """The files that can be read; the others are refused by name, and an alert names them.

    Raises:
        Exception: the error itself, where every file can be read alone: the reason is another.
    """
    bad = {one.delivery for one in files if not _readable(context, one)}
    if not bad:
        raise error
    for one in files:
        if one.delivery in bad:
            say(f"{contract.id:<20} refuses {one.key}: {REASON}")
            _set_aside(context, one)
            _alert(context, contract, one.key)
    prepared.deliveries = [_refused(one) if one.delivery in bad else one for one in prepared.deliveries]
    return [one for one in files if one.delivery not in bad]


def _refused(delivery: Pending) -> Pending:
    return replace(delivery, state=REFUSED, reason=REASON)


def _readable(context: Context, delivery: Pending) -> bool:
    try:
        rows = read_files(context.spark, context.contracts[delivery.bronze], [delivery])
        rows.write.format("noop").mode("overwrite").save()
    except FAILURES:
        return False
    return True


def _set_aside(context: Context, one: Pending) -> None:
    """The object is under `_refused/`, which crawlers and queries pass over, and no longer where it was."""
    s3 = context.client("s3")
    bucket, _, key = one.uri.removeprefix("s3://").partition("/")
    aside = f"{REFUSED_FOLDER}{key}"
    try:
        s3.copy_object(Bucket=bucket, Key=aside, CopySource={"Bucket": bucket, "Key": key})
    except s3.exceptions.ClientError as error:
        if error.response["Error"]["Code"] not in ("NoSuchKey", "404"):
            raise  # gone already: the job of another table that reads it was faster
    context.deliveries.withdraw(one, REASON, f"s3://{bucket}/{aside}")
    s3.delete_object(Bucket=bucket, Key=key)


def _alert(context: Context, contract: Contract, key: str) -> None:
    context.client("sns").publish(
        TopicArn=context.arguments.topic_arn,
        Subject="Copperline refused a file",
        Message=f"{key}: run {context.run_id} could not read it for {contract.id}. Deliver it again, whole.",
    )
