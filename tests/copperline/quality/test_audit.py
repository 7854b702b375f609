from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from pyspark.sql import SparkSession

from copperline.columns.types import stored_schema
from copperline.contract import Contract, load_contracts
from copperline.quality.audit import Auditor
from copperline.quality.page import page
from copperline.quality.suite import Expectation, expectations
from tests.support.mutations import MUTATIONS, VALID, frame

pytestmark = pytest.mark.spark
CONTRACTS = load_contracts()
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def auditor() -> Auditor:
    return Auditor()


def stored(contract: Contract, row: Mapping[str, Any], place: int) -> dict[str, Any]:
    """The row as the table keeps it, with a key of its own unless that is what is wrong with it."""
    key, value = ("product", f"Produto {place}") if contract.layer == "gold" else (contract.primary_key[0], place)
    found = {column.stored_name: row[column.name] for column in contract.columns}
    return found if found[key] is None else found | {key: value}


def sentence(one: Expectation, broken: int, total: int) -> str:
    """What the message says of an expectation that so many rows break."""
    kind = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in one.type)[1:]
    named = {name: value for name, value in one.arguments.items() if name != "column"}
    arguments = {name: float(value) if type(value) is int else value for name, value in named.items()}
    column = one.arguments.get("column", "table")
    return f"{column}: expected {kind} {arguments}, got {broken} of {total} rows that break it"


@pytest.mark.parametrize("name", sorted(MUTATIONS))
def test_every_expectation_catches_what_bypassed_the_judge(spark: SparkSession, auditor: Auditor, name: str) -> None:
    contract = CONTRACTS[name]
    *ruled, unique = expectations(contract)
    assert len(ruled) == len(MUTATIONS[name])
    rows = [VALID[name] | {mutation.column: mutation.bad} for mutation in MUTATIONS[name]]
    planted = [stored(contract, row, place) for place, row in enumerate(rows)]
    planted += [stored(contract, VALID[name], 999)] * 2
    report = auditor.audit(frame(spark, planted, stored_schema(contract)), name, [*ruled, unique])
    assert [outcome.success for outcome in report.outcomes] == [False] * len(report.outcomes)
    want = [sentence(one, 1, len(planted)) for one in ruled] + [sentence(unique, 2, len(planted))]
    assert list(map(str, report.outcomes)) == want
    assert report.sentence() == "; ".join(want)
    values = [mutation.bad for mutation in MUTATIONS[name] if isinstance(mutation.bad, str)]
    html = page(report, "jr_1", AT)
    assert [value for value in values if value in repr(report) + html] == []
    assert len(re.findall(r"unexpected values found", html)) == len(want)


def test_valid_rows_pass(spark: SparkSession, auditor: Auditor) -> None:
    for name, row in VALID.items():
        contract = CONTRACTS[name]
        rows = [stored(contract, row, place) for place in range(2)]
        report = auditor.audit(frame(spark, rows, stored_schema(contract)), name, expectations(contract))
        assert len(report.outcomes) == len(expectations(contract))
        assert (report.broken, report.sentence()) == ((), "")
        html = page(report, "jr_1", AT)
        assert "Succeeded" in html
        assert "% unexpected" in html
        asked = repr(expectations(contract))
        texts = [value for value in row.values() if isinstance(value, str) and value not in asked]
        assert [value for value in texts if value in html] == []


def test_what_cannot_be_evaluated_is_no_pass(spark: SparkSession, auditor: Auditor) -> None:
    contract = CONTRACTS["silver.ratings"]
    rows = frame(spark, [stored(contract, VALID[contract.id], 1)], stored_schema(contract)).drop("platform")
    suite = [one for one in expectations(contract) if one.arguments.get("column") == "platform"]
    report = auditor.audit(rows, contract.id, suite)
    [*told] = map(str, report.broken)
    assert len(told) == len(suite)
    assert all(re.match(r"platform: expect_\w+: could not be evaluated: The column .platform. ", one) for one in told)
    assert 'The column "platform" in BatchData does not exist' in page(report, "jr_1", AT)


def test_a_page_runs_nothing_and_says_which_run_it_is_about(spark: SparkSession, auditor: Auditor) -> None:
    contract = CONTRACTS["silver.ratings"]
    rows = frame(spark, [stored(contract, VALID[contract.id], 1)], stored_schema(contract))
    html = page(auditor.audit(rows, contract.id, expectations(contract)), "jr_of_this_run", AT)
    assert "<script" not in html
    assert "jr_of_this_run" in html
    assert "silver.ratings" in html
    assert "2026-11-20T12:00:00" in html
