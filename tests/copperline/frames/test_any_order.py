"""The law of silver: in whatever order and portions deliveries are taken up, the table is the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession
from pyspark.sql import types as T

from copperline.columns.technical import HISTORY
from copperline.frames.classify import CLASS, REPLACED, WRITTEN, classify, newest
from copperline.frames.local import local_frame
from copperline.frames.timeline import DELIVERED, timeline
from tests.copperline.frames.histories import RUNS, Event, Story, at, order, runs_of_equals, story

pytestmark = pytest.mark.spark
STORIES = 400  # in one frame, a key each
BATCH = T.StructType(
    [
        T.StructField("id", T.LongType()),
        T.StructField("seen_at", T.TimestampType()),
        T.StructField("value", T.StringType()),
        T.StructField("_delivered_at", T.TimestampType()),
        T.StructField("_source_file", T.StringType()),
        T.StructField("_source_row", T.LongType()),
    ]
)
TIMED = T.StructType([*BATCH, *HISTORY])
VERSIONS: dict[str, list[int | None]] = {"": [None], "seen_at": [None, 1, 2, 3]}
KEY, VALUES = ["id"], ["seen_at", "value"]
law = settings(
    max_examples=2, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck)
)


def row(number: int, event: Event) -> tuple[Any, ...]:
    version, minute, file, place, value = event
    return (number, None if version is None else at(version), value, at(minute), file, place)


def plain(found: Any, schema: T.StructType) -> tuple[Any, ...]:
    """A row of Spark's as Python has it."""
    return tuple(_aware(found[name]) for name in schema.names)


def _aware(value: Any) -> Any:
    return value.replace(tzinfo=at(0).tzinfo) if hasattr(value, "tzinfo") else value


def batch_of(spark: SparkSession, stories: Sequence[Story], run: int) -> Any:
    drawn = [row(number, event) for number, one in enumerate(stories) for event in one.read(run)]
    Random(run).shuffle(drawn)
    return local_frame(spark, drawn, BATCH)


@pytest.mark.parametrize("version", VERSIONS)
@law
@given(seed=st.integers(0, 2**32))
def test_a_table_is_the_same_whatever_the_order(spark: SparkSession, version: str, seed: int) -> None:
    random = Random(seed)
    stories = [story(random, VERSIONS[version]) for _ in range(STORIES)]
    table: dict[int, tuple[Any, ...]] = {}
    classes: Counter[str] = Counter()
    for run in range(RUNS):
        batch = newest(batch_of(spark, stories, run), KEY, VALUES, version)
        classified = classify(batch, local_frame(spark, list(table.values()), BATCH), KEY, VALUES, version=version)
        for found in classified.collect():
            classes[found[CLASS]] += 1
            assert (found["id"] in table) == (found[CLASS] != "inserted")
            if found[CLASS] in WRITTEN:
                table[found["id"]] = plain(found, BATCH)
        for number, one in enumerate(stories):
            events = one.until(run)
            wanted = row(number, runs_of_equals(events)[-1]) if events else None
            assert table.get(number) == wanted, (run, one)
    assert set(classes) == {"inserted", "updated", "unchanged", *(["superseded"] if version else [])}


def model(number: int, events: Sequence[Event], *, versioned: bool) -> dict[Any, tuple[Any, ...]]:
    """The rows of a table with history by the moments from which they hold: one a moment, equal neighbours as one."""
    moments: dict[int, list[Event]] = {}
    for event in events:
        moment = event[0] if versioned else event[1]
        assert moment is not None
        moments.setdefault(moment, []).append(event)
    lasting: list[tuple[int, Event]] = []
    for moment, some in sorted(moments.items()):
        said = runs_of_equals(some)[-1]
        if not lasting or (lasting[-1][1][0], lasting[-1][1][4]) != (said[0], said[4]):
            lasting.append((moment, said))
    ends = [*(at(moment) for moment, _ in lasting), None][1:]
    return {
        at(moment): (*row(number, said), at(moment), end, end is None)
        for (moment, said), end in zip(lasting, ends, strict=True)
    }


@pytest.mark.parametrize("version", VERSIONS)
@law
@given(seed=st.integers(0, 2**32))
def test_a_history_is_the_same_whatever_the_order(spark: SparkSession, version: str, seed: int) -> None:
    random = Random(seed)
    stories = [story(random, VERSIONS[version][-3:]) for _ in range(STORIES)]
    table: dict[tuple[int, Any], tuple[Any, ...]] = {}
    classes: Counter[str] = Counter()
    for run in range(RUNS):
        here = local_frame(spark, list(table.values()), TIMED)
        found = timeline(batch_of(spark, stories, run), here, KEY, VALUES, version=version).collect()
        assert sum(one[DELIVERED] for one in found) == sum(len(one.read(run)) for one in stories)
        for one in found:
            classes[one[CLASS]] += 1
            place = (one["id"], _aware(one["valid_from"]))
            assert (place in table) or one[CLASS] not in REPLACED
            assert (place not in table) or one[CLASS] != "inserted"
            assert one[DELIVERED] > 0 or one[CLASS] not in ("inserted", "updated")
            if one[CLASS] == "deleted":
                del table[place]
            elif one[CLASS] in WRITTEN:
                table[place] = plain(one, TIMED)
        for number, told in enumerate(stories):
            wanted = model(number, told.until(run), versioned=bool(version))
            got = {moment: kept for (key, moment), kept in table.items() if key == number}
            assert got == wanted, (run, told)
    assert set(classes) == {"inserted", "unchanged", "spliced", "updated" if version else "deleted"}


def test_the_model_orders_as_the_house_does() -> None:
    first, second = (None, 9, "b", 9, "x"), (1, 0, "a", 0, "x")
    assert sorted([second, first], key=order) == [first, second]
    assert runs_of_equals([(None, 2, "a", 0, "x"), (None, 1, "a", 0, "x"), (None, 3, "a", 0, "y")]) == [
        (None, 1, "a", 0, "x"),
        (None, 3, "a", 0, "y"),
    ]
