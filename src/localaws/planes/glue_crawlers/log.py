"""A crawl's log: group /aws-glue/crawlers, the stream is the crawler's name, each line begins with the crawl's id."""

from __future__ import annotations

import contextlib
import sys
import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError


class CrawlLog:
    """Collects lines, and sends them when told to."""

    def __init__(self, logs: Any, crawl: Any) -> None:
        self._logs, self._crawl = logs, crawl
        self._events: list[dict[str, Any]] = []

    def __call__(self, line: str) -> None:
        """The line will be in the log."""
        message = f"[{self._crawl.message_prefix}] {line}"
        self._events.append({"timestamp": int(time.time() * 1000), "message": message})

    def flush(self) -> None:
        """All lines are in the log; where the role may not write it, the crawl goes on without."""
        place = {"logGroupName": self._crawl.log_group, "logStreamName": self._crawl.log_stream}
        events, self._events = self._events, []
        try:
            self._open(place)
            self._logs.put_log_events(**place, logEvents=events)
        except (ClientError, BotoCoreError) as error:
            sys.stderr.write(f"localaws: no log of crawler {self._crawl.log_stream}: {error}\n")

    def _open(self, place: dict[str, str]) -> None:
        exists = self._logs.exceptions.ResourceAlreadyExistsException
        try:
            self._logs.create_log_stream(**place)
        except exists:
            return
        except self._logs.exceptions.ResourceNotFoundException:
            with contextlib.suppress(exists):
                self._logs.create_log_group(logGroupName=place["logGroupName"])
            with contextlib.suppress(exists):
                self._logs.create_log_stream(**place)
