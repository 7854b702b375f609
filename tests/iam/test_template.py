from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.iam.spare import spare_actions
from tests.support.templates import listed, of_type, template, text

ACTORS = {
    "promote": "lambda.amazonaws.com",
    "plan": "lambda.amazonaws.com",
    "check": "lambda.amazonaws.com",
    "crawler": "glue.amazonaws.com",
    "silver-job": "glue.amazonaws.com",
    "gold-job": "glue.amazonaws.com",
    "batch-job": "glue.amazonaws.com",
    "rollback-job": "glue.amazonaws.com",
    "maintain-job": "glue.amazonaws.com",
    "medallion": "states.amazonaws.com",
    "pipeline": "states.amazonaws.com",
    "schedule": "scheduler.amazonaws.com",
    "maintenance-schedule": "scheduler.amazonaws.com",
}
#: The only actions that AWS knows no ARN for.
WITHOUT_ARN = {
    "cloudwatch:PutMetricData",
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
}
Statement = dict[str, Any]


def roles() -> dict[str, dict[str, Any]]:
    found = of_type(template("iam"), "AWS::IAM::Role").values()
    return {text(role["RoleName"]).removeprefix("${Name}-"): role for role in found}


def statements(role: dict[str, Any]) -> list[Statement]:
    return [statement for policy in role["Policies"] for statement in policy["PolicyDocument"]["Statement"]]


def too_much(statement: Statement) -> Iterator[str]:
    """What a statement gives beyond a need."""
    actions, resources = listed(statement["Action"]), [text(one) for one in listed(statement["Resource"])]
    yield from (f"{action}: names no action" for action in actions if "*" in action)
    if any(resource == "*" or resource.endswith(":*:*") for resource in resources):
        yield from (f"{action}: on everything" for action in actions if action not in WITHOUT_ARN)
    via = statement.get("Condition", {}).get("StringEquals", {})
    if "kms:ViaService" not in via:
        yield from (f"{action}: for anybody's use" for action in actions if action.startswith("kms:"))
    services = {action.partition(":")[0] for action in actions}
    if len(services) > 1:
        yield f"{', '.join(sorted(services))}: more than one need"


def test_there_is_one_role_an_actor() -> None:
    trusted = {
        actor: role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"]
        for actor, role in roles().items()
    }
    assert trusted == ACTORS


@pytest.mark.parametrize("actor", ACTORS)
def test_a_role_has_what_its_actor_needs_and_nothing_more(actor: str) -> None:
    assert [excess for statement in statements(roles()[actor]) for excess in too_much(statement)] == []


def test_what_only_failing_runs_use_is_granted() -> None:
    granted = {
        (actor, statement["Sid"], action.lower())
        for actor, role in roles().items()
        for statement in statements(role)
        for action in listed(statement["Action"])
    }
    assert spare_actions() - granted == set()


@pytest.mark.parametrize("actor", ACTORS)
def test_every_statement_says_its_need(actor: str) -> None:
    needs = [statement["Sid"] for statement in statements(roles()[actor])]
    assert len(set(needs)) == len(needs)
    assert all(need.isalnum() for need in needs)


@pytest.mark.parametrize(
    ("planted", "excess"),
    [
        ({"Action": "s3:*", "Resource": "arn:aws:s3:::b/*"}, "s3:*: names no action"),
        ({"Action": "s3:GetObject", "Resource": "*"}, "s3:GetObject: on everything"),
        ({"Action": ["kms:Decrypt"], "Resource": "arn:aws:kms:::key/k"}, "kms:Decrypt: for anybody's use"),
        ({"Action": ["s3:GetObject", "sns:Publish"], "Resource": "arn:b"}, "s3, sns: more than one need"),
    ],
)
def test_a_planted_excess_is_found(planted: Statement, excess: str) -> None:
    assert list(too_much(planted)) == [excess]


def test_only_jobs_read_the_key_of_hashes() -> None:
    readers = {
        actor
        for actor, role in roles().items()
        for statement in statements(role)
        if "secretsmanager:GetSecretValue" in listed(statement["Action"])
    }
    assert readers == {"silver-job", "batch-job"}


def test_nobody_deletes_from_copper_or_the_archive() -> None:
    for actor, role in roles().items():
        for statement in statements(role):
            places = [text(place) for place in listed(statement["Resource"])]
            if any(action.startswith("s3:Delete") for action in listed(statement["Action"])):
                assert not [place for place in places if "-copper-" in place or "-archive-" in place], actor
