from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as T

from copperline.columns.technical import VERSION
from copperline.frames.classify import CLASS, classify, classify_groups, newest
from copperline.frames.local import local_frame

pytestmark = pytest.mark.spark
Version = tuple[int, str, int | None]
SCHEMA = T.StructType(
    [
        T.StructField("id", T.LongType()),
        T.StructField("part", T.StringType()),
        T.StructField("value", T.StringType()),
        T.StructField("_delivered_at", T.TimestampType()),
        T.StructField("_source_file", T.StringType()),
        T.StructField("_source_row", T.LongType()),
    ]
)
KEY = ("id", "part")


def rows(spark: SparkSession, drawn: Sequence[tuple[int, Any, Version]]) -> DataFrame:
    """Rows drawn as key, value and version (minute of delivery, file, place)."""
    values = [
        (number, "p", value, datetime(2025, 1, 1, 0, at, tzinfo=UTC), file, place)
        for number, value, (at, file, place) in drawn
    ]
    return local_frame(spark, values, SCHEMA)


def test_the_newest_row_of_a_key_wins(spark: SparkSession) -> None:
    drawn = [
        # key  value           minute  file  row
        (1, "earlier delivery", (1, "z", 9)),
        (1, "later delivery",   (2, "a", 0)),
        (2, "earlier file",     (1, "a", 9)),
        (2, "later file",       (1, "b", 0)),
        (3, "earlier row",      (1, "a", 8)),
        (3, "later row",        (1, "a", 9)),
        (4, "without a place",  (1, "a", None)),
        (4, "with a place",     (1, "a", 0)),
    ]  # fmt: skip
    got = rows(spark, drawn).transform(newest, KEY).orderBy("id")
    assert [row["value"] for row in got.collect()] == ["later delivery", "later file", "later row", "with a place"]
    assert got.columns == SCHEMA.names


drawn_rows = st.lists(
    st.tuples(
        st.integers(1, 6),
        st.sampled_from(["x", "y", None]),
        st.tuples(st.integers(0, 2), st.sampled_from("ab"), st.integers(0, 2)),
    ),
    max_size=40,
    unique_by=lambda row: (row[0], row[2]),
)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=drawn_rows, there=drawn_rows, seed=st.integers())
def test_the_order_of_rows_never_matters(
    spark: SparkSession, drawn: list[tuple[int, Any, Version]], there: list[tuple[int, Any, Version]], seed: int
) -> None:
    shuffled = random.Random(seed).sample(drawn, len(drawn))
    table = {number: (value, version) for number, value, version in there}
    here = rows(spark, [(number, *rest) for number, rest in table.items()])
    outcomes = []
    for order in (drawn, shuffled):
        batch = rows(spark, order).transform(newest, KEY)
        got = classify(batch, here, KEY, ["value"]).select("id", "value", *VERSION, CLASS)
        outcomes.append(sorted(map(repr, got.collect())))
    assert outcomes[0] == outcomes[1]
    assert sorted(row["label"] for row in got.selectExpr(f"{CLASS} AS label").collect()) == sorted(oracle(drawn, table))


def oracle(drawn: list[tuple[int, Any, Version]], table: dict[int, tuple[Any, Version]]) -> list[str]:
    """The classes, by Python's own order."""
    latest: dict[int, tuple[Version, Any]] = {}
    for number, value, version in drawn:
        if number not in latest or version > latest[number][0]:
            latest[number] = (version, value)
    found = []
    for number, (version, value) in latest.items():
        if number not in table:
            found.append("inserted")
        elif table[number][0] == value:
            found.append("unchanged")
        else:
            found.append("updated" if version > table[number][1] else "superseded")
    return found


def test_a_batch_is_told_apart_by_one_look_at_the_table(spark: SparkSession) -> None:
    here = [(number, "old", (5, "m", 5)) for number in range(1, 8)] + [(8, None, (5, "m", 5)), (9, None, (5, "m", 5))]
    drawn = [
        # key  value   version        class
        (0,  "new",  (1, "a", 0),   "inserted"),
        (1,  "old",  (5, "m", 5),   "unchanged"),
        (2,  "old",  (9, "z", 9),   "unchanged"),
        (3,  "new",  (6, "a", 0),   "updated"),
        (4,  "new",  (5, "n", 0),   "updated"),
        (5,  "new",  (5, "m", 6),   "updated"),
        (6,  "new",  (5, "m", 5),   "superseded"),
        (7,  "new",  (4, "z", 9),   "superseded"),
        (8,  None,   (6, "a", 0),   "unchanged"),
        (9,  "new",  (6, "a", 0),   "updated"),
    ]  # fmt: skip
    batch = rows(spark, [case[:3] for case in drawn])
    got = classify(batch, rows(spark, here), KEY, ["value"])
    assert [row[CLASS] for row in got.orderBy("id").collect()] == [case[3] for case in drawn]
    assert sorted(got.columns) == sorted([*SCHEMA.names, CLASS])


def test_a_table_of_keys_alone_is_never_updated(spark: SparkSession) -> None:
    here = rows(spark, [(1, None, (1, "a", 0))])
    batch = rows(spark, [(1, None, (2, "a", 0)), (2, None, (2, "a", 1))])
    assert [row[CLASS] for row in classify(batch, here, KEY, []).orderBy("id").collect()] == ["unchanged", "inserted"]


def test_a_group_that_vanished_is_deleted(spark: SparkSession) -> None:
    here = rows(spark, [(number, "old", (1, "a", 0)) for number in (1, 2, 3)])
    batch = rows(spark, [(2, "old", (9, "a", 0)), (3, "new", (0, "a", 0)), (4, None, (9, "a", 0))])
    got = classify_groups(batch, here, KEY, ["value"]).orderBy("id").collect()
    assert [(row["id"], row[CLASS]) for row in got] == [
        (1, "deleted"),
        (2, "unchanged"),
        (3, "updated"),
        (4, "inserted"),
    ]
