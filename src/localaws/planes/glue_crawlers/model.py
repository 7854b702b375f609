"""What GetCrawler and ListCrawls tell: moto's objects, with a state that only the crawl itself changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from localaws import state

ACTIVE = ("RUNNING", "STOPPING")
#: A crawl's state in ListCrawls → the status of LastCrawl (pages "CrawlerHistory", "LastCrawlInfo").
LAST_STATUS = {"COMPLETED": "SUCCEEDED", "STOPPED": "CANCELLED", "FAILED": "FAILED"}
DPUS = 2


def apply() -> None:
    """moto neither advances crawls by itself nor invents their facts."""
    from moto.glue.models import FakeCrawl, FakeCrawler

    FakeCrawl.status = property(lambda crawl: crawl._status, lambda crawl, status: setattr(crawl, "_status", status))
    FakeCrawl.advance = lambda _: None
    FakeCrawl.as_dict = _with_facts(FakeCrawl.as_dict)
    FakeCrawler.as_dict = _with_last_crawl(FakeCrawler.as_dict)


def begin(crawler: Any) -> Any:
    """A new crawl of the crawler, RUNNING."""
    from moto.glue.models import FakeCrawl

    crawl = FakeCrawl(crawler.name)
    crawl.dpu_hour, crawl.error, crawl.created, crawl.updated, crawl.deleted = 0, None, 0, 0, 0
    crawl.status = "RUNNING"
    crawler.crawls.append(crawl)
    return crawl


def end(crawl: Any, status: str, error: str | None) -> None:
    """The crawl has ended; whoever sees the crawler READY finds the other facts there already."""
    crawl.error = error
    crawl.end_time = _now()
    crawl.dpu_hour = round(DPUS * seconds(crawl) / 3600, 4)
    crawl.status = status
    state.changed()


def seconds(crawl: Any) -> float:
    """How long the crawl took, or takes so far."""
    took: float = ((crawl.end_time or _now()) - crawl.start_time).total_seconds()
    return took


def _with_facts(described: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
    def as_dict(crawl: Any) -> dict[str, Any]:
        facts = described(crawl)
        if error := getattr(crawl, "error", None):
            facts["ErrorMessage"] = error
        return facts

    return as_dict


def _with_last_crawl(described: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
    def as_dict(crawler: Any) -> dict[str, Any]:
        facts = described(crawler)
        facts["State"] = crawler.status
        facts.pop("LastCrawl", None)
        ended = [crawl for crawl in crawler.crawls if crawl.status not in ACTIVE]
        if ended:
            facts["LastCrawl"] = _last(ended[-1])
        active = crawler.crawls and crawler.crawls[-1].status in ACTIVE
        facts["CrawlElapsedTime"] = int(seconds(crawler.crawls[-1]) * 1000) if active else 0
        return facts

    return as_dict


def _last(crawl: Any) -> dict[str, Any]:
    facts = {
        "Status": LAST_STATUS[crawl.status],
        "ErrorMessage": getattr(crawl, "error", None),
        "LogGroup": crawl.log_group,
        "LogStream": crawl.log_stream,
        "MessagePrefix": crawl.message_prefix,
        "StartTime": crawl.start_time,
    }
    return {name: value for name, value in facts.items() if value is not None}


def _now() -> datetime:
    from moto.core.utils import utcnow

    now: datetime = utcnow()
    return now
