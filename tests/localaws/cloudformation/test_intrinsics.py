"""Intrinsic functions (user guide, "Intrinsic function reference")."""

from __future__ import annotations

from typing import Any

import pytest

from localaws.planes.cloudformation import template
from localaws.planes.cloudformation.errors import Refused
from localaws.planes.cloudformation.intrinsics import NO_VALUE, Scope
from localaws.planes.cloudformation.stacks import Resource

TEXT = """
Mappings: {Sizes: {prod: {n: 4}, dev: {n: 1}}}
Conditions:
  Prod: !Equals [!Ref Env, prod]
  Dev: !Not [!Condition Prod]
  Both: !And [!Condition Prod, !Equals ["1", 1]]
  Either: !Or [!Condition Prod, !Condition Dev]
"""


@pytest.fixture
def scope() -> Scope:
    made = Resource("Bucket", "AWS::S3::Bucket", "b-1", attributes={"Arn": "arn:b-1", "Outputs.X": "y"})
    pseudo = {"AWS::Region": "us-east-1", "AWS::NoValue": NO_VALUE}
    parameters = {"Env": "dev", "Names": ["a", "b"], "Flag": "true"}
    return Scope(template.parse(TEXT), parameters, pseudo, {"Bucket": made}, {"shared": "value"})


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("!Ref Env", "dev"),
        ("!Ref Bucket", "b-1"),
        ("!GetAtt Bucket.Arn", "arn:b-1"),
        ("!GetAtt [Bucket, Outputs.X]", "y"),
        ('!Sub "${Env}/${Bucket}/${Bucket.Arn}/${AWS::Region}/${!Env}"', "dev/b-1/arn:b-1/us-east-1/${Env}"),
        ('!Sub ["${Env}-${Other}", {Other: !Ref Bucket}]', "dev-b-1"),
        ('!Join ["-", [a, !Ref Env, 3]]', "a-dev-3"),
        ('!Join [",", !Ref Names]', "a,b"),
        ('!Split ["/", "a/b"]', ["a", "b"]),
        ('!Select [1, !Split ["/", "a/b"]]', "b"),
        ("!If [Dev, 1, 2]", 1),
        ("!FindInMap [Sizes, !Ref Env, n]", 1),
        ("!ImportValue shared", "value"),
        ("!Base64 hi", "aGk="),
        ("{a: !Ref AWS::NoValue, b: [!If [Prod, 1, !Ref AWS::NoValue], 2]}", {"b": [2]}),
        ('{Condition: {StringEquals: {a: "b"}}}', {"Condition": {"StringEquals": {"a": "b"}}}),
    ],
)
def test_a_function_gives(scope: Scope, given: str, found: Any) -> None:
    assert scope.value(template.parse(f"x: {given}")["x"]) == found


@pytest.mark.parametrize(("name", "holds"), [("Prod", False), ("Dev", True), ("Both", False), ("Either", True)])
def test_a_condition_holds(scope: Scope, name: str, holds: bool) -> None:
    assert scope.condition(name) is holds


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("!GetAtt Bucket.Nope", "resource Bucket does not support attribute type Nope in Fn::GetAtt"),
        ("!ImportValue nowhere", "No export named nowhere found."),
        ("!FindInMap [Sizes, test, n]", "Unable to get mapping for Sizes::test::n"),
        ("!Select [5, [a]]", "every Fn::Select object must have valid arguments"),
        ("!Cidr [10.0.0.0/8, 2]", "NotImplemented: intrinsic function Fn::Cidr"),
        ("!If [Nope, 1, 2]", "unresolved condition dependency Nope"),
    ],
)
def test_what_cannot_be_resolved_is_named(scope: Scope, given: str, said: str) -> None:
    with pytest.raises(Refused) as error:
        scope.value(template.parse(f"x: {given}")["x"])
    assert said in str(error.value)
