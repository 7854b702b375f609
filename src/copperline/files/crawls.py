"""Which crawlers have something to see.

A crawl costs minutes and money, so a zone of a feed is crawled only when something of it is new since its last one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from copperline.files.discovery import latest_key
from copperline.files.dynamo import Table
from copperline.files.records import moment, written
from copperline.names import Names


@dataclass(frozen=True)
class Crawls:
    """The crawlers of a stack; Glue is asked for a client only when something was new."""

    table: Table
    glue: Callable[[], Any]
    names: Names

    def due(self, feed: str, latest: Mapping[str, Mapping[str, Any]]) -> list[str]:
        """The feed's crawlers whose last successful crawl began before the latest discovery, by zone."""
        return [self.names.crawler(zone, feed) for zone, found in latest.items() if self._due(zone, feed, found)]

    def _due(self, zone: str, feed: str, found: Mapping[str, Any]) -> bool:
        """What a crawl has seen is remembered, so that Glue is not asked again."""
        if not found or found.get("crawled_at", "") > found["found_at"]:
            return False
        began = self._last_success(self.names.crawler(zone, feed))
        if began is None or began <= moment(found["found_at"]):
            return True
        self.table.set(*latest_key(zone, feed), {"crawled_at": written(began)})
        return False

    def _last_success(self, crawler: str) -> datetime | None:
        """When the last crawl began, if it succeeded (AWS Glue API, "LastCrawlInfo")."""
        last = self.glue().get_crawler(Name=crawler)["Crawler"].get("LastCrawl", {})
        return last["StartTime"].astimezone(UTC) if last.get("Status") == "SUCCEEDED" else None
