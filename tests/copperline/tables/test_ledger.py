from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pyspark.sql import SparkSession

from copperline.errors import LedgerMismatch
from copperline.tables import ledger
from copperline.tables.ledger import SCHEMAS, Counts, append, cost, recorded

STARTED = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("counts", "accounted"),
    [
        (Counts(), True),
        (Counts(read=15, inserted=1, updated=2, unchanged=3, superseded=4, quarantined=5), True),
        (Counts(read=1, inserted=1, deleted=9), True),
        (Counts(read=2, inserted=1), False),
        (Counts(read=1, inserted=1, quarantined=1), False),
        (Counts(read=1, deleted=1), False),
        (Counts(inserted=1), False),
    ],
)
def test_every_row_that_was_read_is_accounted_for(counts: Counts, accounted: bool) -> None:
    if accounted:
        return counts.check("silver.sales")
    with pytest.raises(LedgerMismatch, match=r"^silver.sales: rows: expected \d+ as read, got \d+ in read \d+"):
        counts.check("silver.sales")
    return None


SUMMARIES: list[tuple[Counts, dict[str, str], bool]] = [
    # counts                                 what the snapshot says                       whether they agree
    (Counts(),                               {},                                                        True),
    (Counts(inserted=2),                     {"added-records": "2"},                                    True),
    (Counts(inserted=2),                     {"added-records": "3"},                                    False),
    (Counts(inserted=2),                     {},                                                        False),
    (Counts(updated=2),                      {"added-records": "2", "added-position-deletes": "2"},     True),
    (Counts(updated=2),                      {"added-records": "2"},                                    False),
    (Counts(updated=2),                      {"added-records": "2", "added-position-deletes": "1"},     False),
    (Counts(updated=1), {"added-records": "1", "added-position-deletes": "3", "removed-position-deletes": "2"}, True),
    (Counts(updated=1), {"added-records": "1", "added-position-deletes": "3", "removed-position-deletes": "1"}, False),
    (Counts(deleted=2),                      {"added-position-deletes": "2"},                           True),
    (Counts(deleted=2),                      {"added-position-deletes": "3"},                           False),
    (Counts(unchanged=5, superseded=5, quarantined=5), {},                                              True),
    (Counts(unchanged=5),                    {"added-records": "1"},                                    False),
]  # fmt: skip


@pytest.mark.parametrize(("counts", "summary", "agrees"), SUMMARIES)
def test_the_snapshot_must_say_the_same(counts: Counts, summary: dict[str, str], agrees: bool) -> None:
    if agrees:
        return counts.check_summary("silver.sales", summary)
    with pytest.raises(LedgerMismatch, match=r"^silver.sales: snapshot: expected \d+ rows added and \d+ removed, got"):
        counts.check_summary("silver.sales", summary)
    return None


def test_counts_are_told_by_name() -> None:
    told = "read 1 inserted 0 updated 0 unchanged 0 superseded 0 quarantined 1 deleted 0"
    assert str(Counts(read=1, quarantined=1)) == told


@pytest.mark.parametrize(
    ("seconds", "dpu", "usd"),
    [(3600.0, 2.0, 0.88), (90.0, 2.0, 0.022), (30.0, 2.0, 0.014667), (0.0, 10.0, 0.073333)],
)
def test_a_run_costs_its_seconds_and_a_minute_at_least(seconds: float, dpu: float, usd: float) -> None:
    row = cost("jr_1", "job", STARTED, STARTED + timedelta(seconds=seconds), dpu)
    assert (row["seconds"], row["dpu"], row["usd"]) == (seconds, dpu, usd)
    assert row.keys() == set(SCHEMAS["cost"].names)
    assert row["priced_on"] in ledger.PRICES


@pytest.mark.spark
def test_a_ledger_keeps_what_was_appended(spark: SparkSession, database: str) -> None:
    for _ in range(2):
        tables = ledger.ensure(spark, database)
    rows: list[dict[str, Any]] = [
        {"run_id": run, "table_name": "silver.it's", "read": 1, "inserted": 1, "recorded_at": STARTED} for run in "ab"
    ]
    append(tables["rows"], SCHEMAS["rows"], rows)
    append(tables["rows"], SCHEMAS["rows"], [])
    assert recorded(tables["rows"], ["a", "c"]) == {("a", "silver.it's")}
    assert recorded(tables["rows"], []) == set()
    assert len(list(tables["rows"].ancestors())) == 1
    kept = tables["rows"].read().where("run_id = 'b'").collect()
    assert [(row["inserted"], row["updated"], str(row["recorded_at"])) for row in kept] == [
        (1, None, "2026-11-20 12:00:00")
    ]
