from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from copperline.columns.types import read_schema
from copperline.contract import load_contracts
from copperline.frames.judge import REASONS, judge, rejected
from tests.support.contracts import document, load, prop
from tests.support.mutations import MUTATIONS, VALID, frame

pytestmark = pytest.mark.spark
CONTRACTS = load_contracts()
JUDGED = [contract.id for contract in CONTRACTS.silver()]


@pytest.mark.parametrize("name", sorted(MUTATIONS))
def test_a_violation_is_planted_for_every_rule_of_every_column(name: str) -> None:
    rules = [(column.name, rule.check, rule.reason) for column in CONTRACTS[name].columns for rule in column.rules]
    assert sorted(rules) == sorted((column, check, reason) for column, check, _, reason in MUTATIONS[name])


@pytest.mark.parametrize("name", JUDGED)
def test_a_mutated_row_is_rejected_for_exactly_that_reason(spark: SparkSession, name: str) -> None:
    contract = CONTRACTS[name]
    rows = [VALID[name] | {mutation.column: mutation.bad} for mutation in MUTATIONS[name]]
    judged = frame(spark, [VALID[name], *rows], read_schema(contract)).transform(judge, contract)
    got = [row[REASONS] for row in judged.orderBy("_source_row").collect()]
    assert got == [[], *([mutation.reason] for mutation in MUTATIONS[name])]


def test_a_row_has_all_its_reasons_in_the_order_of_the_contract(spark: SparkSession) -> None:
    contract = CONTRACTS["silver.ratings"]
    row = VALID[contract.id] | {"rating": 9, "platform": "Orkut", "comment_id": None}
    judged = frame(spark, [row, VALID[contract.id]], read_schema(contract)).transform(judge, contract)
    got = {tuple(row[REASONS]): row["bad"] for row in judged.withColumn("bad", rejected()).collect()}
    assert got == {("comment_id_missing", "platform_unknown", "rating_out_of_range"): True, (): False}


def test_a_contract_without_rules_rejects_nothing(spark: SparkSession, tmp_path: Path) -> None:
    contract = load(tmp_path, document("gold.things", prop("a name"), prop("Mês")))
    judged = frame(spark, [{"a name": None, "Mês": None}], read_schema(contract)).transform(judge, contract)
    assert [row[REASONS] for row in judged.collect()] == [[]]
