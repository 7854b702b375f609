from __future__ import annotations

from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from copperline.columns.checks import reason_of, valid_values
from copperline.contract import Rule

pytestmark = pytest.mark.spark
CASES: list[tuple[str, dict[str, Any], str, str, bool]] = [
    # check         arguments                        type             value            broken
    ("required",    {},                              "string",        "NULL",          True),
    ("required",    {},                              "string",        "''",            False),
    ("minimum",     {"value": 1},                    "int",           "0",             True),
    ("minimum",     {"value": 1},                    "int",           "1",             False),
    ("minimum",     {"value": 0.5},                  "decimal(5,2)",  "0.49",          True),
    ("minimum",     {"value": 0.5},                  "decimal(5,2)",  "0.50",          False),
    ("minimum",     {"value": 1},                    "int",           "NULL",          False),
    ("maximum",     {"value": 5},                    "bigint",        "6",             True),
    ("maximum",     {"value": 5},                    "bigint",        "5",             False),
    ("maximum",     {"value": 5},                    "double",        "'NaN'",         True),
    ("maximum",     {"value": 5},                    "double",        "'Infinity'",    True),
    ("maximum",     {"value": 5},                    "bigint",        "NULL",          False),
    ("minLength",   {"value": 2},                    "string",        "'é'",           True),
    ("minLength",   {"value": 2},                    "string",        "'éé'",          False),
    ("minLength",   {"value": 2},                    "string",        "NULL",          False),
    ("maxLength",   {"value": 2},                    "string",        "'ééé'",         True),
    ("maxLength",   {"value": 2},                    "string",        "'éé'",          False),
    ("maxLength",   {"value": 2},                    "string",        "NULL",          False),
    ("pattern",     {"value": "^[A-Z]{2}$"},         "string",        "'Sp'",          True),
    ("pattern",     {"value": "^[A-Z]{2}$"},         "string",        "'SP'",          False),
    ("pattern",     {"value": "^[A-Z]{2}$"},         "string",        "NULL",          False),
    ("valid_values", {"validValues": ["a", "b"]},    "string",        "'A'",           True),
    ("valid_values", {"validValues": ["a", "b"]},    "string",        "'b'",           False),
    ("valid_values", {"validValues": ["a", "b"]},    "string",        "NULL",          False),
    ("valid_values", {"validValues": [1, 2]},        "int",           "3",             True),
    ("valid_values", {"reference": "states.state"},  "string",        "'XX'",          True),
    ("valid_values", {"reference": "states.state"},  "string",        "'SP'",          False),
    ("not_after_delivery", {}, "timestamp", "'2025-01-01 00:00:01'", True),
    ("not_after_delivery", {}, "timestamp", "'2025-01-01 00:00:00'", False),
    ("not_after_delivery", {}, "date",      "'2025-01-02'",          True),
    ("not_after_delivery", {}, "date",      "'2025-01-01'",          False),
    ("not_after_delivery", {}, "timestamp", "NULL",                  False),
]  # fmt: skip


def test_a_check_says_which_values_break_it(spark: SparkSession) -> None:
    row = spark.range(1).select(F.lit("2025-01-01").cast("timestamp").alias("_delivered_at"))
    broken = [
        reason_of(F.expr(f"CAST({value} AS {kind})"), Rule(check, "broken", arguments)).alias(str(place))
        for place, (check, arguments, kind, value, _) in enumerate(CASES)
    ]
    got = row.select(*broken).first()
    assert got is not None
    wrong = [case for case, reason in zip(CASES, got, strict=True) if reason != ("broken" if case[-1] else None)]
    assert wrong == []


def test_values_come_in_the_order_of_contract_or_list() -> None:
    assert valid_values(Rule("valid_values", "r", {"validValues": ["b", "a"]})) == ["b", "a"]
    assert valid_values(Rule("valid_values", "r", {"reference": "states.state"}))[:3] == ["AC", "AL", "AM"]
