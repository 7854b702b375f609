"""Properties against AWS's own resource schemas (page "Resource type schema")."""

from __future__ import annotations

from typing import Any

import pytest

from localaws.planes.cloudformation import resolve, schema
from localaws.planes.cloudformation.errors import Refused
from localaws.planes.cloudformation.rows import ROWS


@pytest.mark.parametrize(
    ("kind", "given", "found"),
    [
        ("AWS::Glue::Job", {"Timeout": "20", "GlueVersion": 5.1}, {"Timeout": 20, "GlueVersion": "5.1"}),
        ("AWS::KMS::Key", {"EnableKeyRotation": "true"}, {"EnableKeyRotation": True}),
        ("AWS::SNS::Topic", {"Tags": [{"Key": "a", "Value": 1}]}, {"Tags": [{"Key": "a", "Value": "1"}]}),
        ("AWS::Logs::LogGroup", {"RetentionInDays": "7"}, {"RetentionInDays": 7}),
    ],
)
def test_values_take_the_type_of_the_schema(kind: str, given: dict[str, Any], found: dict[str, Any]) -> None:
    assert schema.coerce(kind, given) == found


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [
        ("AWS::Glue::Job", {"Role": "r"}, "#: required key [Command] not found"),
        ("AWS::SNS::Topic", {"TopicNam": "x"}, "#: extraneous key [TopicNam] is not permitted"),
        ("AWS::S3::Bucket", {"VersioningConfiguration": {"Stat": "x"}}, "extraneous key [Stat] is not permitted"),
        ("AWS::S3::Bucket", {"VersioningConfiguration": {"Status": "On"}}, "#/VersioningConfiguration/Status: 'On'"),
        ("AWS::SNS::Topic", {"TopicArn": "x"}, "extraneous key [TopicArn] is not permitted"),
        ("AWS::S3::Bucket", {"ReplicationConfiguration": {"Role": "r", "Rules": []}}, "[ReplicationConfiguration]"),
    ],
)
def test_a_property_that_does_not_fit_is_named(kind: str, given: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused) as error:
        resolve.accept(kind, "A", given)
    assert said in str(error.value)


def test_create_only_properties_replace() -> None:
    old, new = {"Name": "a", "Timeout": 1}, {"Name": "a", "Timeout": 2}
    assert schema.replaces("AWS::Glue::Job", old, new) == []
    assert schema.replaces("AWS::Glue::Job", old, {**new, "Name": "b"}) == ["Name"]


@pytest.mark.parametrize("kind", sorted(ROWS))
def test_a_row_honours_only_what_its_schema_knows(kind: str) -> None:
    assert ROWS[kind].honours <= set(schema.of(kind)["properties"])


@pytest.mark.parametrize("kind", sorted(ROWS))
def test_a_generated_name_is_a_property(kind: str) -> None:
    assert not ROWS[kind].name or ROWS[kind].name in ROWS[kind].honours
