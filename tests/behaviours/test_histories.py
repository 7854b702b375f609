"""Any deliveries, in any order, processed in any order: the tables, the ledgers and quarantine are the model's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from copperline.contract import load_contracts
from copperline.files.claims import Claims
from copperline.files.promote import Promoter
from copperline.files.verdict import Buckets
from glue_jobs.bronze_to_silver import sales
from tests.behaviours.deliver import OWN, files
from tests.behaviours.draw import DAYS, FLAWS, fates, histories
from tests.behaviours.model import ACCEPTED, REFUSED, REPEATED, File, Lakehouse
from tests.support.histories import drawn, histogram, simplest_failure
from tests.support.lake import Lake

pytestmark = [pytest.mark.spark, pytest.mark.proof, pytest.mark.slow("six runs over the files of 250 histories")]

HISTORIES, SEED = 250, 20251122
FIRST = date(2025, 3, 1)
SECRET = b"a key that only this test knows"
SILVER = "silver.sales"
#: The days that are promoted, the days that the run after them is told, else what waits; whether all is read again.
SCHEDULE: list[tuple[list[int], range | None, bool]] = [
    ([0], None, False),
    ([1, 2], range(2, 3), False),  # the day before waits
    ([3], range(2, 4), False),  # a day that is published, with a new one
    ([4], None, False),  # with the day that waited, and so with all after it
    ([5], None, True),
    ([], None, False),  # repetitions and refused files are left to account for
]


HAPPENED = {
    "inserted",
    "updated",
    "unchanged",
    "superseded in its run",
    "in a file processed late",
    "in a file delivered again",
    "in a second version of a file",
    "in a refused file",
    *(f"malformed: {flaw}" for flaw in FLAWS),
}


class Calendar:
    """A clock that stands on a day, and moves by a second whenever it is asked."""

    def __init__(self) -> None:
        self.at = datetime.combine(FIRST, datetime.min.time(), UTC)

    def turn_to(self, day: int) -> None:
        self.at = datetime.combine(FIRST, datetime.min.time(), UTC) + timedelta(days=day)

    def now(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at

    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None:
        raise AssertionError("nobody waits here")


@dataclass
class Corridor:
    """The product and the model, side by side."""

    lake: Lake
    model: Lakehouse
    buckets: Buckets
    clock: Calendar

    def promote(self, day: int, delivered: list[File]) -> None:
        """The day's files are delivered to both."""
        s3 = self.lake.server.client("s3")
        self.clock.turn_to(day)
        for file in delivered:
            s3.put_object(Bucket=self.buckets.copper, Key=file.key, Body=file.body)
            self.model.deliver(file)
        alerts: list[str] = []
        promoter = Promoter(
            s3=s3,
            claims=Claims(self.lake.server.client("dynamodb"), self.lake.stack, self.clock),
            contracts=load_contracts,
            alert=lambda _subject, message: alerts.append(message),
            buckets=self.buckets,
        )
        counts = promoter.run(lambda: 900.0).counts
        states = [self.model.states[file.order] for file in delivered]
        assert counts == {state: states.count(state) for state in (ACCEPTED, REPEATED, REFUSED)} | {"failed": 0}
        assert len(alerts) == states.count(REFUSED)

    def run(self, days: range | None, *, everything: bool) -> tuple[dict[str, int], dict[str, int]]:
        """What the product's run counts, and what the model's does."""
        options: dict[str, Any] = {"reprocess": True} if everything else {}
        if days is not None:
            options = {"first": FIRST + timedelta(days=days[0]), "last": FIRST + timedelta(days=days[-1])}
        counted = self.lake.ledger(self.lake.run(sales.JOB, **options)).get(SILVER, {})
        return counted, self.model.run(days, everything=everything)

    def differences(self) -> Mapping[int, list[str]]:
        """What is otherwise in silver than in the model, by history."""
        digests = {file.sha256[:16]: file.sha256 for file in self.model.accepted}
        got = {row[0]: (row[:-4], _digest(row[-3], digests), row[-2]) for row in self.lake.rows(SILVER)}
        want = self.model.silver
        failed: dict[int, list[str]] = defaultdict(list)
        for key in sorted(got.keys() | want.keys()):
            if got.get(key) != want.get(key):
                failed[key // OWN].append(f"sale {key}: expected {want.get(key)}, got {got.get(key)}")
        return failed


@pytest.fixture
def corridor(lake: Lake) -> Corridor:
    """Nothing delivered yet."""
    buckets = Buckets.of(lake.stack, "account")
    for bucket in (buckets.copper, buckets.bronze, buckets.archive):
        lake.server.client("s3").create_bucket(Bucket=bucket)
        versioning = {"Status": "Enabled"}
        lake.server.client("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration=versioning)
    return Corridor(lake, Lakehouse(SECRET), buckets, Calendar())


def test_every_history_ends_as_the_model_says(
    corridor: Corridor, record_property: Callable[[str, object], None]
) -> None:
    told = drawn(histories(), HISTORIES, SEED)
    assert len(told) >= 200
    delivered = files(told, max(drawn(fates(), 3, SEED), key=len))
    for days, chosen, everything in SCHEDULE:
        for day in days:
            corridor.promote(day, [file for file in delivered if file.day == day])
        got, want = corridor.run(chosen, everything=everything)
        assert got == want, f"the ledger of the run after day {days}: expected {want}, got {got}"
        failed = corridor.differences()
        assert not failed, simplest_failure(failed, told)
    assert corridor.model.rows.keys() >= HAPPENED
    of_histories = {what: len(found) for what, found in corridor.model.histories.items()}
    record_property("histogram", histogram(f"rows of {len(told)} histories of deliveries", corridor.model.rows))
    record_property("histogram", histogram("and in how many of the histories each happened", of_histories))
    _ends_well(corridor, delivered)


def _ends_well(corridor: Corridor, delivered: list[File]) -> None:
    """Every row is somewhere, every file accounted for, and the truth is told, whatever the runs did on their way."""
    lake, model = corridor.lake, corridor.model
    truth = model.truth()
    assert model.silver == truth
    assert _quarantine(lake, delivered) == model.quarantine
    lines = [line for file in model.accepted for line in file.lines]
    assert len(lines) == len(model.quarantine) + sum(not line.flaw for line in lines)
    assert {line.row["ID_venda"] for line in lines if not line.flaw} == truth.keys()
    told = set(lake.rows("ops.files", "file", "sha256", "status"))
    assert told == {(file.key, file.sha256, _status(model, file)) for file in delivered}
    assert list(lake.context().deliveries.pending(SILVER)) == []
    assert {file.day for file in delivered} == set(range(DAYS))
    assert {model.states[file.order] for file in delivered} == {ACCEPTED, REPEATED, REFUSED}


def _quarantine(lake: Lake, delivered: list[File]) -> dict[tuple[str, int], list[str]]:
    """Reasons by digest and row; bronze has a file under the first half of its digest."""
    digests = {file.sha256[:16]: file.sha256 for file in delivered}
    rows = lake.rows("quarantine.sales", "source_file", "source_row", "reasons")
    found = {(_digest(uri, digests), row): reasons for uri, row, reasons in rows}
    assert len(found) == len(rows)
    return found


def _digest(uri: str, digests: Mapping[str, str]) -> str:
    return digests[uri.rpartition("/")[2].partition("-")[0]]


def _status(model: Lakehouse, file: File) -> str:
    return REFUSED if model.states[file.order] == REFUSED else ACCEPTED
