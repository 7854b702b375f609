"""Parameters (user guide, page "Parameters")."""

from __future__ import annotations

from typing import Any

import pytest

from localaws.planes.cloudformation import parameters
from localaws.planes.cloudformation.errors import Refused


def declared(**slot: Any) -> dict[str, Any]:
    return {"Parameters": {"P": {"Type": "String", **slot}}}


@pytest.mark.parametrize(
    ("slot", "given", "ref"),
    [
        ({"Default": "x"}, {}, "x"),
        ({"Default": "x"}, {"P": "y"}, "y"),
        ({"Default": 5, "Type": "Number"}, {}, "5"),
        ({"Default": True}, {}, "true"),
        ({"Type": "CommaDelimitedList"}, {"P": "a, b"}, ["a", "b"]),
        ({"Type": "List<Number>"}, {"P": "1,2"}, ["1", "2"]),
        ({"Type": "AWS::SSM::Parameter::Value<String>"}, {"P": "/a"}, "looked up /a"),
    ],
)
def test_a_reference_gives(slot: dict[str, Any], given: dict[str, str], ref: Any) -> None:
    found = parameters.values(declared(**slot), given)
    assert parameters.resolved(declared(**slot), found, lambda name: f"looked up {name}") == {"P": ref}


@pytest.mark.parametrize(
    ("slot", "given", "said"),
    [
        ({}, {}, "Parameters: [P] must have values"),
        ({}, {"P": "x", "Q": "y"}, "Parameters: [Q] do not exist in the template"),
        ({"AllowedValues": ["a", "b"]}, {"P": "c"}, "Parameter 'P' must be one of AllowedValues"),
        ({"AllowedPattern": "[a-z]+"}, {"P": "C"}, "Parameter 'P' must match pattern [a-z]+"),
        ({"AllowedPattern": "[a-z]+", "ConstraintDescription": "be small"}, {"P": "C"}, "Parameter 'P' must be small"),
        ({"MinLength": 3}, {"P": "ab"}, "Parameter 'P' must contain at least 3 characters"),
        ({"MaxLength": 3}, {"P": "abcd"}, "Parameter 'P' must contain at most 3 characters"),
        ({"Type": "Number"}, {"P": "x"}, "Parameter 'P' must be a number"),
        ({"Type": "Number", "MinValue": 2}, {"P": "1"}, "Parameter 'P' must be a number not less than 2"),
        ({"Type": "Number", "MaxValue": 2}, {"P": "3"}, "Parameter 'P' must be a number not greater than 2"),
        ({"Type": "Number", "AllowedValues": [1, 7]}, {"P": "3"}, "Parameter 'P' must be one of AllowedValues"),
    ],
)
def test_a_value_that_may_not_be_is_named(slot: dict[str, Any], given: dict[str, str], said: str) -> None:
    with pytest.raises(Refused) as error:
        parameters.values(declared(**slot), given)
    assert str(error.value) == said


def test_a_hidden_parameter_is_masked() -> None:
    """Page "Parameters", NoEcho."""
    assert parameters.shown(declared(NoEcho=True), {"P": "secret"}) == [{"ParameterKey": "P", "ParameterValue": "****"}]
