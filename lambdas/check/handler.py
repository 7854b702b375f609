"""Fail the execution whose crawl or job ended other than well, by a Task, so that it can be redriven."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class EndedWrong(Exception):
    """A crawl or a job run ended other than SUCCEEDED: mend the cause, then redrive the execution."""


def handler(event: Mapping[str, Any], _context: object) -> dict[str, bool]:
    """What ended wrong may start again, since somebody redrove the execution after it ended.

    `then` and `now` are the execution in the context object, as it was when the work started and as it is now.
    A redriven Task runs again with its old input and the new context (AWS Step Functions, "Restarting state machine
    executions with redrive"): only so it can tell the first time from the next.

    Raises:
        EndedWrong: it is the first time.
    """
    if _redrives(event["now"]) > _redrives(event["then"]):
        return {"again": True}
    raise EndedWrong(f"{event['what']} ended {event['ended']}")


def _redrives(execution: Mapping[str, Any]) -> int:
    return int(execution.get("RedriveCount", 0))
