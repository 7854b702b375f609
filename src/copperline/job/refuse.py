"""Files that turn out unreadable while a job reads them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from copperline.contract import Contract
from copperline.files.copies import Blob, Vanished, copy_verified, split_uri
from copperline.files.records import REFUSED, Pending
from copperline.files.route import REFUSED_FOLDER
from copperline.frames.read import read_files
from copperline.job.context import Context
from copperline.job.failure import FAILURES, of_the_environment
from copperline.job.prepared import Prepared
from copperline.job.progress import say

REASON = "unreadable"


def refuse_unreadable(
    context: Context, contract: Contract, prepared: Prepared, files: Sequence[Pending], error: Exception
) -> list[Pending]:
    """The files that can be read; the others are refused by name, and an alert names them.

    Raises:
        Exception: the error itself, where every file can be read alone, or where the machine, the network or the
            account is at fault: the reason is another, and the files stay where they are.
    """
    bad = set() if of_the_environment(error) else {one.delivery for one in files if not _readable(context, one)}
    if not bad:
        raise error
    for one in files:
        if one.delivery in bad:
            say(f"{contract.id:<20} refuses {one.key}: {REASON}")
            _alert(context, contract, one.key)
            _set_aside(context, one)
    prepared.deliveries = [_refused(one) if one.delivery in bad else one for one in prepared.deliveries]
    return [one for one in files if one.delivery not in bad]


def _refused(delivery: Pending) -> Pending:
    return replace(delivery, state=REFUSED, reason=REASON)


def _readable(context: Context, delivery: Pending) -> bool:
    try:
        rows = read_files(context.spark, context.contracts[delivery.bronze], [delivery])
        rows.write.format("noop").mode("overwrite").save()
    except FAILURES as error:
        if of_the_environment(error):
            raise
        return False
    return True


def _set_aside(context: Context, one: Pending) -> None:
    """The object is under `_refused/`, which crawlers and queries pass over, and no longer where it was."""
    s3 = context.client("s3")
    bucket, key = split_uri(one.uri)
    aside = f"{REFUSED_FOLDER}{key}"
    # It may be gone: the job of another table that reads it was faster.
    with suppress(Vanished):
        copy_verified(s3, Blob(bucket, key, one.size, one.sha256), bucket, aside)
    context.deliveries.withdraw(one, REASON, f"s3://{bucket}/{aside}")
    s3.delete_object(Bucket=bucket, Key=key)


def _alert(context: Context, contract: Contract, key: str) -> None:
    context.client("sns").publish(
        TopicArn=context.arguments.topic_arn,
        Subject="Copperline refused a file",
        Message=f"{key}: run {context.run_id} could not read it for {contract.id}. Deliver it again, whole.\n"
        f"Runbook: {context.arguments.runbook}#copperline-refused-a-file",
    )
