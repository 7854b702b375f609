"""Data Docs: a page of each audit, written beside the work."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
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
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "data-docs"))
    _waiting: list[Future[None]] = field(default_factory=list)

    def keep(self, report: Report, run_id: str, at: datetime) -> str:
        """The page of the report will be there, at what is answered; nobody waits for it here."""
        uri = f"s3://{self.bucket}/{page_key(report.name, run_id)}"
        self._waiting.append(self._thread.submit(self._write, report, run_id, at, uri))
        return uri

    def finish(self) -> None:
        """Every page is there, or the log says which is not."""
        while self._waiting:
            self._waiting.pop(0).result()

    def _write(self, report: Report, run_id: str, at: datetime, uri: str) -> None:
        try:
            self.client("s3").put_object(
                Bucket=self.bucket,
                Key=page_key(report.name, run_id),
                Body=page(report, run_id, at).encode(),
                ContentType="text/html; charset=utf-8",
            )
        except Exception as error:  # noqa: BLE001 - the page tells of an audit that has its verdict without it
            say(f"{report.name:<20} {uri} was not written: {type(error).__name__}")
