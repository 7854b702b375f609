"""A contract as a list of expectations, in the vocabulary of Great Expectations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from copperline.columns.checks import valid_values
from copperline.contract import Column, Contract, Rule
from copperline.contract.model import CURRENT, VALID_FROM, VALID_TO


@dataclass(frozen=True)
class Expectation:
    """The name of an expectation's class, and what it is called with."""

    type: str
    arguments: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What results call the class."""
        return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in self.type).lstrip("_")


def _not_null(name: str, _: Rule) -> Expectation:
    return Expectation("ExpectColumnValuesToNotBeNull", {"column": name})


def _at_least(name: str, rule: Rule) -> Expectation:
    return Expectation("ExpectColumnValuesToBeBetween", {"column": name, "min_value": rule.arguments["value"]})


def _at_most(name: str, rule: Rule) -> Expectation:
    return Expectation("ExpectColumnValuesToBeBetween", {"column": name, "max_value": rule.arguments["value"]})


def _no_shorter(name: str, rule: Rule) -> Expectation:
    return Expectation("ExpectColumnValueLengthsToBeBetween", {"column": name, "min_value": rule.arguments["value"]})


def _no_longer(name: str, rule: Rule) -> Expectation:
    return Expectation("ExpectColumnValueLengthsToBeBetween", {"column": name, "max_value": rule.arguments["value"]})


def _like(name: str, rule: Rule) -> Expectation:
    return Expectation("ExpectColumnValuesToMatchRegex", {"column": name, "regex": rule.arguments["value"]})


def _one_of(name: str, rule: Rule) -> Expectation:
    return Expectation("ExpectColumnValuesToBeInSet", {"column": name, "value_set": valid_values(rule)})


def _before_delivery(name: str, _: Rule) -> Expectation:
    pair = {"column_A": "_delivered_at", "column_B": name, "or_equal": True, "ignore_row_if": "either_value_is_missing"}
    return Expectation("ExpectColumnPairValuesAToBeGreaterThanB", pair)


_VISIT: dict[str, Callable[[str, Rule], Expectation]] = {
    "required": _not_null,
    "minimum": _at_least,
    "maximum": _at_most,
    "minLength": _no_shorter,
    "maxLength": _no_longer,
    "pattern": _like,
    "valid_values": _one_of,
    "not_after_delivery": _before_delivery,
}


def expectations(contract: Contract) -> tuple[Expectation, ...]:
    """What the contract's table must meet, column after column, then what is unique, and its key last."""
    return tuple(_expectations(contract))


def _expectations(contract: Contract) -> Iterator[Expectation]:
    for column in contract.columns:
        yield from (_VISIT[rule.check](column.stored_name, rule) for rule in _rules(column))
    if contract.history:
        yield from _history()
    key = list(contract.row_key)
    for column in contract.columns if not contract.history else ():  # a value that stays is in every row of its key
        if column.unique and column.kept and [column.stored_name] != key:
            yield Expectation("ExpectColumnValuesToBeUnique", {"column": column.stored_name})
    if len(key) == 1:
        yield Expectation("ExpectColumnValuesToBeUnique", {"column": key[0]})
    elif key:
        yield Expectation("ExpectCompoundColumnsToBeUnique", {"column_list": key})


def _history() -> Iterator[Expectation]:
    """A row begins to hold at a moment that is known, and ends at a later one if it ends; it tells which."""
    for name in (VALID_FROM, CURRENT):
        yield Expectation("ExpectColumnValuesToNotBeNull", {"column": name})
    pair = {"column_A": VALID_TO, "column_B": VALID_FROM, "ignore_row_if": "either_value_is_missing"}
    yield Expectation("ExpectColumnPairValuesAToBeGreaterThanB", pair)


def _rules(column: Column) -> tuple[Rule, ...]:
    """All rules of a value that is kept; of one that is hashed only that it is there."""
    if not column.personal:
        return column.rules
    return tuple(rule for rule in column.rules if rule.check == "required" and column.kept)
