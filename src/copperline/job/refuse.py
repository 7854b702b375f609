"""Files that a job refuses: unreadable ones, and corrections that come too late."""

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

UNREADABLE, PASSED = "unreadable", "not_in_quarantine"


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
            say(f"{contract.id:<20} refuses {one.key}: {UNREADABLE}")
            told = f"{one.key}: run {context.run_id} could not read it for {contract.id}. Deliver it again, whole."
            context.alerts.send("Copperline refused a file", told)
            set_aside(context, one, UNREADABLE)
    known = {one.delivery for one in prepared.deliveries}
    again = [one for one in files if one.delivery in bad - known]  # published before, and to be marked anew
    prepared.deliveries = [_refused(one) if one.delivery in bad else one for one in (*prepared.deliveries, *again)]
    return [one for one in files if one.delivery not in bad]


def _refused(delivery: Pending) -> Pending:
    return replace(delivery, state=REFUSED, reason=UNREADABLE)


def _readable(context: Context, delivery: Pending) -> bool:
    try:
        rows = read_files(context.spark, context.contracts[delivery.bronze], [delivery])
        rows.write.format("noop").mode("overwrite").save()
    except FAILURES as error:
        if of_the_environment(error):
            raise
        return False
    return True


def finish_refusals(context: Context, found: Sequence[Pending]) -> None:
    """Of what a run had set aside before it died, nothing is left where it was, and nothing waits for it."""
    for one in found:
        bucket, key = split_uri(one.uri)
        if one.state == REFUSED and one.reason in (UNREADABLE, PASSED) and key.startswith(REFUSED_FOLDER):
            _withdraw(context, replace(one, uri=f"s3://{bucket}/{key.removeprefix(REFUSED_FOLDER)}"), one.reason)


def set_aside(context: Context, one: Pending, reason: str) -> None:
    """The object is under `_refused/`, which crawlers and queries pass over, and no longer where it was."""
    bucket, key = split_uri(one.uri)
    # It may be gone: the job of another table that reads it was faster.
    with suppress(Vanished):
        copy_verified(context.client("s3"), Blob(bucket, key, one.size, one.sha256), bucket, f"{REFUSED_FOLDER}{key}")
    _withdraw(context, one, reason)


def _withdraw(context: Context, one: Pending, reason: str) -> None:
    """Nobody waits for the object, and it is gone, unless its bytes were delivered and accepted anew on that day."""
    bucket, key = split_uri(one.uri)
    context.deliveries.withdraw(one, reason, f"s3://{bucket}/{REFUSED_FOLDER}{key}")
    same_day = context.deliveries.history([one.bronze], one.ingest_date, one.ingest_date)
    if all(other.uri != one.uri for other in same_day):
        context.client("s3").delete_object(Bucket=bucket, Key=key)
