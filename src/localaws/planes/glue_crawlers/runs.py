"""The life of a crawl: one thread each."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from localaws.clients import client
from localaws.iam.trust import AccessDenied, may_assume
from localaws.planes.glue_crawlers import model
from localaws.planes.glue_crawlers.catalog import Catalog
from localaws.planes.glue_crawlers.found import UnsupportedError
from localaws.planes.glue_crawlers.grouping import Group, groups, tree
from localaws.planes.glue_crawlers.listing import Target, look
from localaws.planes.glue_crawlers.log import CrawlLog
from localaws.planes.glue_crawlers.reading import CancelledError, read_all

GOING_DOWN = "localaws was stopped while the crawler ran"

_lives: dict[str, Life] = {}  # crawl id → its thread; not on moto's objects, which are saved


def start(crawler: Any, crawl: Any, backend: Any) -> None:
    """The crawl is on its way; answers at once."""
    life = _lives[crawl.crawl_id] = Life(crawler, crawl, backend)
    life.thread.start()


def stop(crawl: Any) -> bool:
    """The crawl ends before long; False where it has ended already."""
    life = _lives.get(crawl.crawl_id)
    if life is None:
        return False
    crawl.status = "STOPPING"
    life.stopped.set()
    return True


def stop_all() -> None:
    """No crawl goes on."""
    lives = list(_lives.values())
    for life in lives:
        life.going_down = True
        life.stopped.set()
    for life in lives:
        life.thread.join(timeout=5)


def fail_lost() -> None:
    """Crawls of a loaded state that were active when it was saved have FAILED: their server is gone."""
    from moto.glue.models import glue_backends

    backends = (backend for account in glue_backends.values() for backend in account.values())
    crawls = (crawl for backend in backends for crawler in backend.crawlers.values() for crawl in crawler.crawls)
    for crawl in list(crawls):
        if crawl.status in model.ACTIVE:
            model.end(crawl, "FAILED", GOING_DOWN)


class Life:
    """One crawl at work."""

    def __init__(self, crawler: Any, crawl: Any, backend: Any) -> None:
        self.crawler, self.crawl = crawler, crawl
        role = crawler.role
        self.role = role if role.startswith("arn:") else f"arn:aws:iam::{backend.account_id}:role/{role}"
        self.region = backend.region_name
        self.classifiers = [
            backend.classifiers[name] for name in crawler.classifiers or () if name in backend.classifiers
        ]
        self.stopped = threading.Event()
        self.going_down = False
        self.thread = threading.Thread(target=self._live, name=f"crawl-{crawl.crawl_id}", daemon=True)

    def _live(self) -> None:
        try:
            status, error = self._crawl()
        except CancelledError:
            status, error = ("FAILED", GOING_DOWN) if self.going_down else ("STOPPED", None)
        except (ClientError, BotoCoreError, UnsupportedError, AccessDenied) as wrong:
            status, error = "FAILED", str(wrong)
        except Exception as wrong:  # noqa: BLE001 - a crawler never stays RUNNING for a fault of ours
            status, error = "FAILED", f"Internal Service Exception: localaws: {type(wrong).__name__}: {wrong}"
        model.end(self.crawl, status, error)
        _lives.pop(self.crawl.crawl_id, None)

    def _crawl(self) -> tuple[str, str | None]:
        """Every call is made as the crawler's role (page "Crawler prerequisites")."""
        may_assume(self.role, "glue.amazonaws.com")
        log = CrawlLog(client("logs", self.region, self.role), self.crawl)
        log(f"BENCHMARK : Running Start Crawl for Crawler {self.crawler.name}")
        try:
            self._work(log)
        except (ClientError, UnsupportedError) as wrong:
            log(f"ERROR : {wrong}")
            log.flush()
            raise
        log("BENCHMARK : Crawler has finished running and is in state READY")
        log.flush()
        return "COMPLETED", None

    def _work(self, log: CrawlLog) -> None:
        started = time.monotonic()
        s3, glue = client("s3", self.region, self.role), client("glue", self.region, self.role)
        glue.get_database(Name=self.crawler.database_name)
        found = [(target, self._groups(s3, target, log)) for target in self._targets(s3)]
        self._check_threshold(sum(len(tables) for _, tables in found))
        database = self.crawler.database_name
        log(f"BENCHMARK : Classification complete, writing results to database {database}")
        catalog = Catalog(glue, database, self.crawler, log)
        for target, tables in found:
            self._check_stopped()
            catalog.write(tables, target)
        catalog.sweep([f"s3://{target.bucket}/{target.prefix}" for target, _ in found])
        self.crawl.created, self.crawl.updated = catalog.created, catalog.updated
        self.crawl.deleted = catalog.deleted
        log(f"BENCHMARK : Finished writing to Catalog after {time.monotonic() - started:.1f} seconds")

    def _targets(self, s3: Any) -> list[Target]:
        return [look(s3, target) for target in (self.crawler.targets or {}).get("S3Targets") or ()]

    def _groups(self, s3: Any, target: Target, log: CrawlLog) -> list[Group]:
        found = read_all(s3, target.items, self.classifiers, self.stopped)
        unknown = [item.key for item, file in zip(target.items, found, strict=True) if file.classification == "UNKNOWN"]
        for key in unknown[:100]:
            log(f"WARN : s3://{target.bucket}/{key} has an unknown classification")
        grouping = json.loads(self.crawler.configuration or "{}").get("Grouping", {})
        return groups(
            tree(target.prefix, list(zip(target.items, found, strict=True))),
            level=grouping.get("TableLevelConfiguration"),
            combine=grouping.get("TableGroupingPolicy") == "CombineCompatibleSchemas",
        )

    def _check_threshold(self, tables: int) -> None:
        """TableThreshold: page "Specifying the maximum number of tables the crawler is allowed to create"."""
        output = json.loads(self.crawler.configuration or "{}").get("CrawlerOutput", {})
        most = output.get("Tables", {}).get("TableThreshold")
        if most is not None and tables > int(most):
            raise UnsupportedError(
                f"The number of tables detected by crawler: {tables} is greater than the table threshold value "
                f"provided: {most}. Crawler failed to create any table."
            )

    def _check_stopped(self) -> None:
        if self.stopped.is_set():
            raise CancelledError
