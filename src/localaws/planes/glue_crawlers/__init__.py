"""Glue crawlers that really crawl: they list S3, infer schemas and partitions, and write the catalog."""

from __future__ import annotations

from localaws import state
from localaws.planes.glue_crawlers import api, model, runs
from localaws.settings import Settings


def apply(settings: Settings) -> None:
    """StartCrawler, StopCrawler, GetCrawler, ListCrawls and GetCrawlerMetrics tell of real crawls."""
    model.apply()
    api.apply()
    state.on_load(runs.fail_lost)


def stop() -> None:
    """No crawler is at work any more."""
    runs.stop_all()
