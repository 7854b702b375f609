"""The operations on crawls: moto's, with real ones behind them."""

from __future__ import annotations

import json
import statistics
import threading
from collections.abc import Mapping
from typing import Any

from localaws.planes.glue_catalog.errors import not_found, refusal
from localaws.planes.glue_crawlers import model, runs

EMULATED = ("CsvClassifier", "JsonClassifier")
_one_starter = threading.Lock()


def apply() -> None:
    """Crawls start and stop in the backend, so that every way into moto's Glue meets them."""
    from moto.glue.models import GlueBackend
    from moto.glue.responses import GlueResponse

    GlueBackend.start_crawler = start_crawler
    GlueBackend.stop_crawler = stop_crawler
    GlueBackend.get_crawler_metrics = get_crawler_metrics
    GlueResponse.get_crawler_metrics = _metrics_action


def start_crawler(self: Any, name: str) -> None:
    """The crawler is RUNNING (page "StartCrawler").

    Raises:
        CrawlerRunningException: it is at work already.
    """
    from moto.glue.exceptions import CrawlerRunningException

    crawler = self.get_crawler(name)
    _check(crawler, self.classifiers)
    with _one_starter:
        if crawler.status != "READY":
            raise CrawlerRunningException(f"Crawler with name {name} has already started")
        crawl = model.begin(crawler)
    runs.start(crawler, crawl, self)


def stop_crawler(self: Any, name: str) -> None:
    """The crawler is STOPPING, and READY soon (page "StopCrawler")."""
    from moto.glue.exceptions import CrawlerNotRunningException

    crawler = self.get_crawler(name)
    status = crawler.status
    if status == "STOPPING":
        raise refusal("CrawlerStoppingException", f"Crawler with name {name} is stopping")
    if status != "RUNNING" or not runs.stop(crawler.crawls[-1]):
        raise CrawlerNotRunningException(f"Crawler with name {name} isn't running")


def get_crawler_metrics(self: Any, names: list[str]) -> list[dict[str, Any]]:
    """What the crawlers' crawls took and did (page "CrawlerMetrics"); counts are of the last one."""
    wanted = [self.get_crawler(name) for name in names] if names else self.get_crawlers()
    return [_metrics(crawler) for crawler in wanted]


def _metrics(crawler: Any) -> dict[str, Any]:
    ended = [crawl for crawl in crawler.crawls if crawl.status not in model.ACTIVE]
    took = [model.seconds(crawl) for crawl in ended]
    last = ended[-1] if ended else None
    return {
        "CrawlerName": crawler.name,
        "TimeLeftSeconds": 0.0,
        "StillEstimating": bool(len(ended) < len(crawler.crawls)),
        "LastRuntimeSeconds": took[-1] if took else 0.0,
        "MedianRuntimeSeconds": statistics.median(took) if took else 0.0,
        "TablesCreated": getattr(last, "created", 0),
        "TablesUpdated": getattr(last, "updated", 0),
        "TablesDeleted": getattr(last, "deleted", 0),
    }


def _check(crawler: Any, classifiers: Mapping[str, Mapping[str, Any]]) -> None:
    """What is not emulated is refused by name, before anything happens."""
    _check_classifiers(crawler, classifiers)
    others = sorted(kind for kind, targets in (crawler.targets or {}).items() if targets and kind != "S3Targets")
    if others:
        raise refusal("NotImplemented", f"localaws: crawler {crawler.name}: only S3Targets, not {', '.join(others)}")
    behavior = (crawler.recrawl_policy or {}).get("RecrawlBehavior", "CRAWL_EVERYTHING")
    if behavior != "CRAWL_EVERYTHING":
        raise refusal("NotImplemented", f"localaws: crawler {crawler.name}: RecrawlBehavior {behavior}")
    try:
        json.loads(crawler.configuration or "{}")
    except ValueError as wrong:
        raise refusal("InvalidInputException", f"Crawler {crawler.name}: Configuration is no JSON: {wrong}") from None


def _check_classifiers(crawler: Any, classifiers: Mapping[str, Mapping[str, Any]]) -> None:
    for name in crawler.classifiers or ():
        if name not in classifiers:
            raise not_found("Classifier", name)
        kind = next(iter(classifiers[name]))
        if kind not in EMULATED:
            wanted = " or ".join(EMULATED)
            message = f"localaws: crawler {crawler.name}: classifier {name}: expected a {wanted}, got a {kind}"
            raise refusal("NotImplemented", message)


def _metrics_action(self: Any) -> Any:
    from moto.core.responses import ActionResult

    names = self.parameters.get("CrawlerNameList") or []
    return ActionResult({"CrawlerMetricsList": self.glue_backend.get_crawler_metrics(names)})
