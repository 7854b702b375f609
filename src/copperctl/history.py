"""The history of an execution, read from its end: what was read before is not asked for again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from copperctl.aws import Aws

Event = dict[str, Any]
_FIRST, _LATER = 100, 8  # events a page: a look that follows another mostly finds none
#: Step Functions: page "HistoryEvent"; a redriven execution goes on after one of these.
ENDS = ("ExecutionSucceeded", "ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted")


def new_events(aws: Aws, arn: str, after: int = 0) -> list[Event]:
    """The events with a larger id, oldest first."""
    return list(reversed(list(_backwards(aws, arn, after))))


def last_id(aws: Aws, arn: str) -> int:
    """The id of the latest event."""
    found = aws.client("stepfunctions").get_execution_history(executionArn=arn, reverseOrder=True, maxResults=1)
    return max((int(event["id"]) for event in found["events"]), default=0)


def _backwards(aws: Aws, arn: str, after: int) -> Iterator[Event]:
    pages = aws.client("stepfunctions").get_paginator("get_execution_history")
    wanted = {"executionArn": arn, "reverseOrder": True, "includeExecutionData": True}
    for page in pages.paginate(**wanted, PaginationConfig={"PageSize": _LATER if after else _FIRST}):
        for event in page["events"]:
            if event["id"] <= after:
                return
            yield event
