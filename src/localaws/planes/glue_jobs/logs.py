"""A run's output in CloudWatch Logs, while it runs (page "Logging for AWS Glue jobs")."""

from __future__ import annotations

import contextlib
import sys
import time
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

EVENTS_A_CALL = 1000
BYTES_A_CALL = 900_000  # the service takes 1 MB, counting 26 bytes an event
BYTES_AN_EVENT = 250_000


class LogStream:
    """The lines of a growing file, sent to a log stream as they come; what the service refuses is said once."""

    def __init__(self, logs: Any, group: str, stream: str, file: Path) -> None:
        self._logs, self._group, self._stream, self._file = logs, group, stream, file
        self._offset = 0
        self._open = False
        self._refused = False

    def flush(self, *, last: bool = False) -> None:
        """Every whole line so far is in the stream; with `last` the rest as well, and the stream exists in any case."""
        lines = self._lines(last)
        if self._refused or not (lines or last):
            return
        try:
            self._ensure()
            for batch in _batches(lines):
                self._logs.put_log_events(logGroupName=self._group, logStreamName=self._stream, logEvents=batch)
        except (ClientError, BotoCoreError) as error:
            self._refused = True
            sys.stderr.write(f"localaws: no logs in {self._group} {self._stream}: {error}\n")

    def _lines(self, last: bool) -> list[str]:
        if not self._file.exists():
            return []
        with self._file.open("rb") as stream:
            stream.seek(self._offset)
            data = stream.read()
        whole = data if last else data[: data.rfind(b"\n") + 1]
        self._offset += len(whole)
        return [line for line in whole.decode(errors="replace").splitlines() if line.strip()]

    def _ensure(self) -> None:
        if self._open:
            return
        place = {"logGroupName": self._group, "logStreamName": self._stream}
        taken = self._logs.exceptions.ResourceAlreadyExistsException
        try:
            self._logs.create_log_stream(**place)
        except taken:
            pass
        except self._logs.exceptions.ResourceNotFoundException:
            with contextlib.suppress(taken):
                self._logs.create_log_group(logGroupName=self._group)
            with contextlib.suppress(taken):
                self._logs.create_log_stream(**place)
        self._open = True


def _batches(lines: list[str]) -> list[list[dict[str, Any]]]:
    batches: list[list[dict[str, Any]]] = []
    size = BYTES_A_CALL
    now = int(time.time() * 1000)
    for line in lines:
        message = line.encode()[:BYTES_AN_EVENT].decode(errors="ignore")
        size += len(message.encode()) + 26
        if size > BYTES_A_CALL or len(batches[-1]) >= EVENTS_A_CALL:
            batches.append([])
            size = len(message.encode()) + 26
        batches[-1].append({"timestamp": now, "message": message})
    return batches
