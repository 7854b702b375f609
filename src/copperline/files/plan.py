"""What a run has to do: which tables are behind, in which job runs, and which crawlers have something to see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from copperline.contract import Contracts
from copperline.files.attributes import item
from copperline.files.behind import Comparison, compared_key
from copperline.files.clock import Clock, SystemClock
from copperline.files.crawls import Crawls
from copperline.files.deliveries import Deliveries, adopted_key
from copperline.files.discovery import ZONES, latest_key
from copperline.files.dynamo import Table, batch_get
from copperline.files.iceberg import Catalogue
from copperline.files.records import UNROUTED
from copperline.names import Names

BATCH_BYTES = 256 * 1024 * 1024
UNROUTED_FEED = "unrouted"


@dataclass
class Feed:
    """What one feed has to do in this run."""

    crawlers: list[str] = field(default_factory=list)
    silver: dict[str, int] = field(default_factory=dict)
    gold: set[str] = field(default_factory=set)

    @property
    def anything(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.crawlers or self.silver or self.gold)


@dataclass(frozen=True)
class Memory:
    """What Plan reads in one call: what was adopted, discovered and compared before, and how the last runs ended."""

    kept: Mapping[tuple[str, str], Mapping[str, Any]]
    unsettled: frozenset[str]


@dataclass(frozen=True)
class Planner:
    """Everything a plan needs, passed in; Glue is asked for a client only when needed."""

    dynamodb: Any
    glue: Callable[[], Any]
    s3: Callable[[], Any]
    stack: str
    contracts: Contracts
    batch_bytes: int = BATCH_BYTES
    clock: Clock = field(default_factory=SystemClock)

    def plan(self, execution: str) -> dict[str, Any]:
        """The feeds that have something to do, each with its crawlers and job runs.

        A silver table is due when a delivery waits for it, be it only to be accounted for, or when its last run did
        not end well; a gold table when one of its sources is and has something to read, when its own last run did not
        end well, or when it was not built from what its sources have published.
        """
        memory = self._remember()
        self._adopt(memory)
        feeds = {feed: Feed() for feed in self.contracts.feeds()}
        self._plan_silver(feeds, memory)
        self._plan_gold(feeds, memory)
        crawls = Crawls(self._table, self.glue, self._names)
        for name, feed in feeds.items():
            feed.crawlers = crawls.due(name, {zone: memory.kept.get(latest_key(zone, name), {}) for zone in ZONES})
        planned = [self._planned(name, feed, execution) for name, feed in feeds.items() if feed.anything]
        if UNROUTED in memory.unsettled or self._deliveries.backlog(UNROUTED).files:
            self._account_unrouted(planned, execution)
        return {"nothing": not planned, "feeds": planned}

    def _remember(self) -> Memory:
        """All that can be known by keys, in one call."""
        tables = [*self.contracts.silver(), *self.contracts.gold()]
        keys = [
            *(adopted_key(silver, bronze) for silver, bronze in self._readings()),
            *(latest_key(zone, feed) for feed in self.contracts.feeds() for zone in ZONES),
            *(compared_key(gold.id) for gold in self.contracts.gold()),
        ]
        deliveries, leases = self._names.deliveries, self._names.leases
        found = batch_get(
            self.dynamodb,
            {
                deliveries: [Table.key(*key) for key in keys],
                leases: [item({"table_name": name}) for name in (*(table.id for table in tables), UNROUTED)],
            },
        )
        kept = {(values["pk"], values["sk"]): values for values in found[deliveries]}
        return Memory(kept, frozenset(lease["table_name"] for lease in found[leases] if not lease["settled"]))

    def _readings(self) -> list[tuple[str, str]]:
        return [(silver.id, bronze) for silver in self.contracts.silver() for bronze in silver.reads]

    def _adopt(self, memory: Memory) -> None:
        for silver, bronze in self._readings():
            if adopted_key(silver, bronze) not in memory.kept:
                self._deliveries.adopt(silver, [bronze])

    def _plan_silver(self, feeds: Mapping[str, Feed], memory: Memory) -> None:
        for table in self.contracts.silver():
            backlog = self._deliveries.backlog(table.id)
            if backlog.files or table.id in memory.unsettled:
                feeds[self.contracts.feed_of(table.id)].silver[table.id] = backlog.bytes

    def _plan_gold(self, feeds: Mapping[str, Feed], memory: Memory) -> None:
        due = memory.unsettled.union(name for feed in feeds.values() for name, size in feed.silver.items() if size)
        sure = {gold.id for gold in self.contracts.gold() if gold.id in due or due.intersection(gold.reads)}
        unsure = [gold for gold in self.contracts.gold() if gold.id not in sure]
        comparison = Comparison(self._table, Catalogue(self.glue(), self.s3), self._names) if unsure else None
        behind = comparison.behind(unsure, memory.kept) if comparison else set()
        for gold in sorted(sure | behind):
            feeds[self.contracts.feed_of(gold)].gold.add(gold)

    def _planned(self, name: str, feed: Feed, execution: str) -> dict[str, Any]:
        together = sum(feed.silver.values()) <= self.batch_bytes
        return {
            "feed": name,
            "execution": execution,
            "crawlers": feed.crawlers,
            "silver": self._runs(feed.silver, together=together),
            "gold": self._runs(feed.gold, together=together),
            "warehouses": [],
        }

    def _runs(self, tables: Iterable[str], *, together: bool) -> list[dict[str, str]]:
        """One job run for all, or one a publication group, which is never split."""
        groups: dict[str, list[str]] = {}
        for table in sorted(tables):
            groups.setdefault("" if together else self.contracts[table].group, []).append(table)
        return [{"job": self._names.job("batch"), "tables": ",".join(group)} for group in groups.values()]

    def _account_unrouted(self, planned: list[dict[str, Any]], execution: str) -> None:
        """A job run that is planned anyway accounts for the files that fit no table, or else one of their own."""
        for feed in planned:
            if feed["silver"]:
                feed["silver"][0]["tables"] += f",{UNROUTED}"
                return
        planned.append(self._planned(UNROUTED_FEED, Feed(), execution))
        planned[-1]["silver"] = [{"job": self._names.job("batch"), "tables": UNROUTED}]

    @property
    def _names(self) -> Names:
        return Names(self.stack)

    @property
    def _table(self) -> Table:
        return Table(self.dynamodb, self._names.deliveries)

    @property
    def _deliveries(self) -> Deliveries:
        return Deliveries(self.dynamodb, self.stack, self.clock)
