"""Row checks: each answers a Column that is true where a value breaks the rule. NULL breaks nothing but `required`.

A function's name is the name of the check in `copperline.contract.rules`.
"""

from __future__ import annotations

from collections.abc import Callable

from pyspark.sql import Column as SparkColumn
from pyspark.sql import functions as F

from copperline.contract import Rule, reference

Check = Callable[[SparkColumn, Rule], SparkColumn]
CHECKS: dict[str, Check] = {}


def named(name: str) -> Callable[[Check], Check]:
    """The decorated function is the check of that name."""

    def register(function: Check) -> Check:
        CHECKS[name] = function
        return function

    return register


def reason_of(value: SparkColumn, rule: Rule) -> SparkColumn:
    """The rule's reason where the value breaks it, else NULL."""
    return F.when(CHECKS[rule.check](value, rule), F.lit(rule.reason))


def is_utf8(value: SparkColumn) -> SparkColumn:
    """True where the text's bytes are UTF-8: decoding leaves them alone. Spark 3.5 has no function that says so."""
    return F.decode(value.cast("binary"), "UTF-8") == value


@named("required")
def _required(value: SparkColumn, _: Rule) -> SparkColumn:
    return value.isNull()


@named("minimum")
def _minimum(value: SparkColumn, rule: Rule) -> SparkColumn:
    return value < F.lit(rule.arguments["value"])


@named("maximum")
def _maximum(value: SparkColumn, rule: Rule) -> SparkColumn:
    return value > F.lit(rule.arguments["value"])


@named("minLength")
def _min_length(value: SparkColumn, rule: Rule) -> SparkColumn:
    return F.length(value) < F.lit(rule.arguments["value"])


@named("maxLength")
def _max_length(value: SparkColumn, rule: Rule) -> SparkColumn:
    return F.length(value) > F.lit(rule.arguments["value"])


@named("pattern")
def _pattern(value: SparkColumn, rule: Rule) -> SparkColumn:
    return ~value.rlike(rule.arguments["value"])


@named("valid_values")
def _valid_values(value: SparkColumn, rule: Rule) -> SparkColumn:
    return ~value.isin(valid_values(rule))


@named("not_after_delivery")
def _not_after_delivery(value: SparkColumn, _: Rule) -> SparkColumn:
    return value > F.col("_delivered_at")


def valid_values(rule: Rule) -> list[object]:
    """The values that the rule allows, in the order of the contract or of the reference list."""
    if "validValues" in rule.arguments:
        return list(rule.arguments["validValues"])
    name, _, column = rule.arguments["reference"].partition(".")
    return list(reference(name, column, column))
