from __future__ import annotations

from typing import Any

import pytest

from copperline.columns.checks import CHECKS
from copperline.contract import Rule
from copperline.contract.rules import CUSTOM, OPTIONS, rules_of
from copperline.errors import ContractError
from copperline.quality.suite import _VISIT
from tests.support.contracts import prop

NOT_LATER = {
    "name": "later_than_delivery",
    "type": "custom",
    "engine": "copperline",
    "implementation": "not_after_delivery",
}
UNREADABLE = {"name": "unreadable", "metric": "nullValues", "mustBe": 0}
LISTED = {"name": "unknown", "metric": "invalidValues", "arguments": {"validValues": [1, 2]}, "mustBe": 0}
REFERENCED = {"name": "unheard_of", "metric": "invalidValues", "arguments": {"reference": "states.state"}, "mustBe": 0}

RULES: list[tuple[dict[str, Any], list[Rule]]] = [
    ({}, []),
    ({"required": False}, []),
    ({"required": True}, [Rule("required", "x_missing")]),
    ({"required": True, "quality": [UNREADABLE]}, [Rule("required", "unreadable")]),
    ({"logicalTypeOptions": {"minimum": 1}}, [Rule("minimum", "x_out_of_range", {"value": 1})]),
    ({"logicalTypeOptions": {"maximum": 5}}, [Rule("maximum", "x_out_of_range", {"value": 5})]),
    ({"logicalTypeOptions": {"minLength": 1}}, [Rule("minLength", "x_bad_length", {"value": 1})]),
    ({"logicalTypeOptions": {"maxLength": 9}}, [Rule("maxLength", "x_bad_length", {"value": 9})]),
    ({"logicalTypeOptions": {"pattern": "^a"}}, [Rule("pattern", "x_malformed", {"value": "^a"})]),
    ({"quality": [LISTED]}, [Rule("valid_values", "unknown", {"validValues": [1, 2]})]),
    ({"quality": [REFERENCED]}, [Rule("valid_values", "unheard_of", {"reference": "states.state"})]),
    ({"quality": [NOT_LATER]}, [Rule("not_after_delivery", "later_than_delivery")]),
]


@pytest.mark.parametrize(("words", "rules"), RULES)
def test_the_words_of_a_contract_are_rules(words: dict[str, Any], rules: list[Rule]) -> None:
    assert list(rules_of(prop("x", **words), "file")) == rules


def test_rules_come_in_the_order_required_options_quality() -> None:
    words: dict[str, Any] = {"quality": [LISTED, UNREADABLE], "logicalTypeOptions": {"maximum": 5}, "required": True}
    assert [rule.check for rule in rules_of(prop("x", **words), "file")] == ["required", "maximum", "valid_values"]


UNKNOWN: list[tuple[dict[str, Any], str]] = [
    (
        {"logicalTypeOptions": {"multipleOf": 3}},
        "file: x: logicalTypeOptions: expected one of minimum, maximum, minLength, maxLength, pattern, got multipleOf; "
        "use one of them",
    ),
    (
        {"quality": [NOT_LATER | {"implementation": "not_on_sundays"}]},
        "file: x: implementation: expected one of not_after_delivery, got not_on_sundays; use one of them",
    ),
    (
        {"quality": [UNREADABLE]},
        "file: x: metric nullValues: expected required: true beside it, got no; add it",
    ),
    (
        {"quality": [{"name": "few", "metric": "rowCount"}]},
        "file: x: quality: expected nullValues, invalidValues or a custom check of engine copperline, got rowCount; "
        "use one of them",
    ),
    (
        {"quality": [NOT_LATER | {"engine": "soda"}]},
        "file: x: quality: expected nullValues, invalidValues or a custom check of engine copperline, got custom; "
        "use one of them",
    ),
    (
        {"quality": [LISTED | {"arguments": {"pattern": "^a"}}]},
        "file: x: quality: expected nullValues, invalidValues or a custom check of engine copperline, "
        "got invalidValues; use one of them",
    ),
]


@pytest.mark.parametrize(("words", "message"), UNKNOWN)
def test_a_check_that_does_not_exist_is_never_passed_over(words: dict[str, Any], message: str) -> None:
    with pytest.raises(ContractError) as caught:
        rules_of(prop("x", **words), "file")
    assert str(caught.value) == message


def test_every_rule_has_a_row_check_and_an_expectation() -> None:
    assert set(CHECKS) == set(_VISIT) == {"required", "valid_values", *OPTIONS, *CUSTOM}
