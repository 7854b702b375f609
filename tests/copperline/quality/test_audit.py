from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from pyspark.sql import SparkSession

from copperline.columns.types import stored_schema
from copperline.contract import Contract, load_contracts
from copperline.errors import AuditFailed
from copperline.quality.audit import Auditor
from copperline.quality.suite import Expectation, expectations
from tests.support.mutations import MUTATIONS, VALID, frame

pytestmark = pytest.mark.spark
CONTRACTS = load_contracts()


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
    with pytest.raises(AuditFailed) as caught:
        auditor.audit(frame(spark, planted, stored_schema(contract)), name, [*ruled, unique])
    head, *told = str(caught.value).removeprefix(f"{name}: ").split("; ")
    want = [sentence(one, 1, len(planted)) for one in ruled] + [sentence(unique, 2, len(planted))]
    assert sorted([head, *told[:-1]]) == sorted(want)
    assert told[-1] == "nothing was published: look at the run's branch, mend job or contract"
    values = [mutation.bad for mutation in MUTATIONS[name] if isinstance(mutation.bad, str)]
    assert [value for value in values if value in str(caught.value)] == []


def test_valid_rows_pass(spark: SparkSession, auditor: Auditor) -> None:
    for name, row in VALID.items():
        contract = CONTRACTS[name]
        rows = [stored(contract, row, place) for place in range(2)]
        auditor.audit(frame(spark, rows, stored_schema(contract)), name, expectations(contract))


def test_what_cannot_be_evaluated_is_no_pass(spark: SparkSession, auditor: Auditor) -> None:
    contract = CONTRACTS["silver.ratings"]
    rows = frame(spark, [stored(contract, VALID[contract.id], 1)], stored_schema(contract)).drop("platform")
    suite = [one for one in expectations(contract) if one.arguments.get("column") == "platform"]
    with pytest.raises(AuditFailed, match=r"platform: expect_\w+: could not be evaluated: The column .platform. "):
        auditor.audit(rows, contract.id, suite)
