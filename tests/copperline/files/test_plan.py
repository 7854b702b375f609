"""What a run has to do: nothing where nothing is new, and everything that any earlier run left."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from copperline.contract import Contracts
from copperline.errors import LeaseHeld
from copperline.files.iceberg import head_of
from copperline.files.leases import Leases
from copperline.files.plan import Planner
from copperline.files.records import PUBLISHED
from tests.copperline.files.world import (
    CONTRACTS,
    DYNAMODB,
    S3,
    STACK,
    FakeClock,
    Tapped,
    bronze,
    client,
    contracts,
    deliver,
    deliveries,
    parquet,
    promote,
    reader,
    waiting,
)

GLUE = client("glue")
LAKE = f"{STACK}-lake"
BATCH = f"{STACK}-batch"


@pytest.fixture
def lake(aws: None) -> None:
    S3.create_bucket(Bucket=LAKE)
    for layer in ("silver", "gold"):
        GLUE.create_database(DatabaseInput={"Name": f"{STACK}_{layer}"})


def publish(table: str, snapshot: int | None, *, packed: bool = False, **built_from: int) -> None:
    """An Iceberg table whose main stands at the snapshot; gold says what it was built from."""
    summary = {"copperline.built-from": json.dumps({f"silver.{k}": str(v) for k, v in built_from.items()})}
    metadata: dict[str, Any] = {"current-snapshot-id": -1, "refs": {}, "snapshots": []}
    if snapshot is not None:
        metadata = {
            "current-snapshot-id": snapshot,
            "refs": {"main": {"snapshot-id": snapshot, "type": "branch"}},
            "snapshots": [{"snapshot-id": snapshot, "summary": summary if built_from else {"operation": "append"}}],
        }
    layer, _, stem = table.partition(".")
    body = json.dumps(metadata).encode()
    key = f"{layer}/{stem}/metadata/{snapshot}-{built_from}{'.gz' if packed else ''}.metadata.json"
    S3.put_object(Bucket=LAKE, Key=key, Body=gzip.compress(body) if packed else body)
    parameters = {"table_type": "ICEBERG", "metadata_location": f"s3://{LAKE}/{key}"}
    at = {"DatabaseName": f"{STACK}_{layer}", "TableInput": {"Name": stem, "Parameters": parameters}}
    try:
        GLUE.create_table(**at)
    except GLUE.exceptions.AlreadyExistsException:
        GLUE.update_table(**at)


def plan(known: Contracts = CONTRACTS, *, calls: list[str] | None = None, **more: Any) -> dict[str, Any]:
    heard = [] if calls is None else calls

    def tap(inner: Any) -> Tapped:
        return Tapped(inner, lambda name, after: heard.append(name) if not after else None)

    planner = Planner(
        dynamodb=tap(DYNAMODB),
        glue=lambda: tap(GLUE),
        s3=lambda: tap(S3),
        stack=STACK,
        contracts=known,
        clock=FakeClock(),
        **more,
    )
    return planner.plan("exec-1")


def job_runs(planned: dict[str, Any], layer: str) -> list[str]:
    return [run["tables"] for feed in planned["feeds"] for run in feed[layer]]


def finish(*tables: str) -> None:
    """A run has published what waits for the tables."""
    for table in tables:
        with Leases(DYNAMODB, STACK, FakeClock()).hold([table], "run") as held:
            names = [one.delivery for one in deliveries().pending(table)]
            deliveries().mark(table, names, PUBLISHED, run_id="run", token=held.token(table))


@contextmanager
def crawls(monkeypatch: pytest.MonkeyPatch, **last: Any) -> Iterator[None]:
    """Crawlers whose last crawl was this one."""
    for zone in ("copper", "bronze"):
        GLUE.create_crawler(Name=f"{STACK}-{zone}-shop", Role="r", DatabaseName="d", Targets={"S3Targets": []})
    from moto.glue.models import FakeCrawler

    before = FakeCrawler.as_dict

    def as_dict(self: Any) -> dict[str, Any]:
        found: dict[str, Any] = before(self)
        return found | ({"LastCrawl": last} if last else {})

    monkeypatch.setattr(FakeCrawler, "as_dict", as_dict)
    yield
    monkeypatch.undo()


@pytest.mark.usefixtures("lake")
class TestNothingNew:
    def test_plans_nothing(self) -> None:
        assert plan() == {"nothing": True, "feeds": []}

    def test_takes_few_calls_once_it_is_known(self) -> None:
        publish("silver.sales", 1)
        publish("silver.stock", 2)
        publish("gold.sales", 3, sales=1)
        publish("gold.turnover", 4, sales=1, stock=2)
        assert plan()["nothing"]
        calls: list[str] = []
        assert plan(calls=calls)["nothing"]
        assert calls == ["batch_get_item", *["query"] * 3, *["get_paginator"] * 2, "query"]

    def test_with_databases_that_are_not_there_yet(self) -> None:
        for layer in ("silver", "gold"):
            GLUE.delete_database(Name=f"{STACK}_{layer}")
        assert plan()["nothing"]


@pytest.mark.usefixtures("lake")
class TestSilver:
    @pytest.fixture(autouse=True)
    def _crawlers(self, lake: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        with crawls(monkeypatch):
            yield

    def test_is_due_when_files_wait_and_gold_with_it(self) -> None:
        deliver("shop/sales/a.parquet", parquet(1))
        promote()
        assert plan() == {
            "nothing": False,
            "feeds": [
                {
                    "feed": "shop",
                    "execution": "exec-1",
                    "crawlers": ["shop-copper-shop", "shop-bronze-shop"],
                    "silver": [{"job": BATCH, "tables": "silver.customers,silver.sales"}],
                    "gold": [{"job": BATCH, "tables": "gold.sales,gold.turnover"}],
                    "warehouses": [],
                }
            ],
        }

    @pytest.mark.parametrize("body", [b"bad", parquet(1)], ids=["refused", "repeated"])
    def test_is_due_for_accounting_alone(self, body: bytes) -> None:
        deliver("shop/sales/a.parquet", parquet(1))
        promote()
        finish("silver.sales", "silver.customers")
        deliver("shop/sales/b.parquet", body)
        promote()
        planned = plan()
        assert job_runs(planned, "silver") == ["silver.customers,silver.sales"]
        assert job_runs(planned, "gold") == []

    def test_is_due_when_its_last_run_left_something(self) -> None:
        with pytest.raises(OSError, match="died"), Leases(DYNAMODB, STACK, FakeClock()).hold(["silver.stock"], "run"):
            raise OSError("died")
        assert job_runs(plan(), "silver") == ["silver.stock"]
        assert job_runs(plan(), "gold") == ["gold.turnover"]
        finish("silver.stock")
        assert plan()["nothing"]

    def test_is_due_while_a_run_holds_it(self) -> None:
        Leases(DYNAMODB, STACK, FakeClock()).take(["silver.stock"], "run")
        assert job_runs(plan(), "silver") == ["silver.stock"]

    def test_of_much_data_is_a_job_run_a_publication_group(self) -> None:
        known = contracts(
            *CONTRACTS.bronze(),
            reader("silver.sales", "bronze.sales", group="retail"),
            reader("silver.customers", "bronze.sales", group="retail"),
            reader("silver.stock", "bronze.stock"),
            reader("gold.sales", "silver.sales"),
            reader("gold.turnover", "silver.sales", "silver.stock"),
        )
        deliver("shop/sales/a.parquet", parquet(1))
        deliver("shop/stock/a.parquet", parquet(1))
        promote()
        assert job_runs(plan(known, batch_bytes=3 * len(parquet(1))), "silver") == [
            "silver.customers,silver.sales,silver.stock"
        ]
        planned = plan(known, batch_bytes=3 * len(parquet(1)) - 1)
        assert job_runs(planned, "silver") == ["silver.customers,silver.sales", "silver.stock"]
        assert job_runs(planned, "gold") == ["gold.sales", "gold.turnover"]

    def test_that_is_new_gets_all_that_was_accepted_before(self) -> None:
        deliver("shop/sales/a.parquet", parquet(1))
        promote()
        plan()
        finish("silver.sales", "silver.customers")
        known = contracts(*CONTRACTS.values(), reader("silver.new", "bronze.sales"))
        assert job_runs(plan(known), "silver") == ["silver.new"]
        assert waiting("silver.new") == [("shop/sales/a.parquet", "accepted")]

    def test_of_two_feeds_is_planned_by_feed(self) -> None:
        known = contracts(
            bronze("a", folder="t", feed="alpha"),
            bronze("b", folder="t", feed="beta"),
            reader("silver.a", "bronze.a"),
            reader("silver.b", "bronze.b"),
            reader("gold.ab", "silver.a", "silver.b"),
        )
        deliver("beta/t/x.parquet", parquet(1))
        promote(known=known)
        for zone in ("copper", "bronze"):
            GLUE.create_crawler(Name=f"{STACK}-{zone}-beta", Role="r", DatabaseName="d", Targets={"S3Targets": []})
        found = {feed["feed"]: (feed["silver"], feed["gold"]) for feed in plan(known)["feeds"]}
        assert found == {
            "alpha": ([], [{"job": BATCH, "tables": "gold.ab"}]),
            "beta": ([{"job": BATCH, "tables": "silver.b"}], []),
        }


@pytest.mark.usefixtures("lake")
class TestUnroutedFiles:
    def test_are_accounted_for_by_a_run_of_their_own(self) -> None:
        deliver("nowhere.txt", b"x")
        promote()
        assert plan() == {
            "nothing": False,
            "feeds": [
                {
                    "feed": "unrouted",
                    "execution": "exec-1",
                    "crawlers": [],
                    "silver": [{"job": BATCH, "tables": "ops.files"}],
                    "gold": [],
                    "warehouses": [],
                }
            ],
        }
        finish("ops.files")
        assert plan()["nothing"]

    def test_are_accounted_for_by_a_run_that_is_planned_anyway(self, monkeypatch: pytest.MonkeyPatch) -> None:
        deliver("nowhere.txt", b"x")
        deliver("shop/stock/a.parquet", parquet(1))
        promote()
        with crawls(monkeypatch):
            assert job_runs(plan(), "silver") == ["silver.stock,ops.files"]


@pytest.mark.usefixtures("lake")
class TestGold:
    def gold(self) -> list[str]:
        return job_runs(plan(), "gold")

    def test_is_behind_when_its_silver_was_published_without_it(self) -> None:
        publish("silver.sales", 1)
        assert self.gold() == ["gold.sales"]
        publish("gold.sales", 7, sales=1)
        assert self.gold() == []
        publish("silver.sales", 2)
        assert self.gold() == ["gold.sales"]

    def test_waits_for_every_source(self) -> None:
        publish("silver.sales", 1)
        publish("gold.sales", 7, sales=1)
        publish("silver.stock", None)
        assert self.gold() == []
        publish("silver.stock", 5)
        assert self.gold() == ["gold.turnover"]

    def test_that_published_nothing_is_behind(self) -> None:
        publish("silver.sales", 1)
        publish("gold.sales", None)
        assert self.gold() == ["gold.sales"]

    def test_reads_packed_metadata(self) -> None:
        publish("silver.sales", 1, packed=True)
        publish("gold.sales", 7, sales=1, packed=True)
        assert self.gold() == []

    def test_is_due_when_its_last_run_left_something(self) -> None:
        with pytest.raises(LeaseHeld), Leases(DYNAMODB, STACK, FakeClock()).hold(["gold.sales"], "run"):
            raise LeaseHeld("died")
        assert self.gold() == ["gold.sales"]


def test_a_head_tells_what_its_nearest_ancestor_was_built_from() -> None:
    told = {"copperline.built-from": '{"silver.a": "1"}'}
    older = {"copperline.built-from": '{"silver.a": "0"}'}
    metadata = {
        "current-snapshot-id": 13,
        "snapshots": [
            {"snapshot-id": 11, "summary": older},
            {"snapshot-id": 12, "parent-snapshot-id": 11, "summary": told},
            {"snapshot-id": 13, "parent-snapshot-id": 12, "summary": {"operation": "replace"}},
        ],
    }
    head = head_of(metadata)
    assert head is not None
    assert (head.snapshot, head.built_from) == ("13", {"silver.a": "1"})
    assert head_of({"current-snapshot-id": None}) is None
    assert head_of({}) is None


@pytest.mark.usefixtures("lake")
class TestCrawlers:
    NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def crawlers(self, calls: list[str] | None = None) -> list[str]:
        return [name for feed in plan(calls=calls)["feeds"] for name in feed["crawlers"]]

    def deliver(self, name: str, body: bytes, at: datetime) -> None:
        clock = FakeClock()
        clock.at = at
        deliver(f"shop/{name}", body)
        promote(clock=clock)

    def test_that_crawled_since_have_nothing_to_see(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.deliver("sales/a.parquet", parquet(1), self.NOON)
        with crawls(monkeypatch, Status="SUCCEEDED", StartTime=self.NOON.replace(minute=5)):
            assert self.crawlers() == []
            calls: list[str] = []
            assert self.crawlers(calls) == []
            assert "get_crawler" not in calls
            self.deliver("sales/b.parquet", parquet(2), self.NOON.replace(minute=10))
            assert self.crawlers() == []

    def test_crawl_what_is_new(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.deliver("sales/a.parquet", parquet(1), self.NOON)
        with crawls(monkeypatch, Status="SUCCEEDED", StartTime=self.NOON.replace(minute=5)):
            assert self.crawlers() == []
            self.deliver("sales/b.parquet", parquet(2, note=["x"]), self.NOON.replace(minute=10))
            assert self.crawlers() == ["shop-copper-shop", "shop-bronze-shop"]

    def test_a_new_day_is_a_partition_of_bronze_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.deliver("sales/a.parquet", parquet(1), self.NOON)
        with crawls(monkeypatch, Status="SUCCEEDED", StartTime=self.NOON.replace(minute=5)):
            self.deliver("sales/b.parquet", parquet(2), self.NOON.replace(day=2))
            assert self.crawlers() == ["shop-bronze-shop"]

    def test_crawl_again_after_a_failure(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.deliver("sales/a.parquet", parquet(1), self.NOON)
        with crawls(monkeypatch, Status="FAILED", StartTime=self.NOON.replace(minute=5)):
            assert self.crawlers() == ["shop-copper-shop", "shop-bronze-shop"]
