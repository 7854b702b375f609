"""Data Docs: a page of each audit, written beside the work."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock, Thread
from typing import Any

from copperline.job.progress import say
from copperline.names import page_key
from copperline.quality.page import page
from copperline.quality.report import Report


@dataclass
class DataDocs:
    """The bucket of pages; a page that cannot be written fails no run, and is said in the log."""

    client: Callable[[str], Any]
    bucket: str
    patience: float = 30  # seconds that the end of a run waits for its pages
    _writing: dict[str, Thread] = field(default_factory=dict)
    _rendering: Lock = field(default_factory=Lock)

    def keep(self, report: Report, run_id: str, at: datetime) -> str:
        """The page of the report will be there, at what is answered; nobody waits for it here."""
        key = page_key(report.name, run_id)
        uri = f"s3://{self.bucket}/{key}"
        # A daemon: the process may end while S3 does not answer.
        thread = Thread(target=self._write, args=(report, run_id, at, key), name="data-docs", daemon=True)
        self._writing[uri] = thread
        thread.start()
        return uri

    def finish(self) -> None:
        """Every page is there, or the log says which is not."""
        until = time.monotonic() + self.patience
        while self._writing:
            uri, thread = self._writing.popitem()
            thread.join(max(until - time.monotonic(), 0))
            if thread.is_alive():
                say(f"{'docs':<20} {uri} was not written: S3 took too long")

    def _write(self, report: Report, run_id: str, at: datetime, key: str) -> None:
        try:
            with self._rendering:  # Great Expectations does not say that threads may render
                html = page(report, run_id, at)
            s3 = self.client("s3")
            s3.put_object(Bucket=self.bucket, Key=key, Body=html.encode(), ContentType="text/html; charset=utf-8")
        except Exception as error:  # noqa: BLE001 - the page tells of an audit that has its verdict without it
            say(f"{'docs':<20} s3://{self.bucket}/{key} was not written: {type(error).__name__}")
