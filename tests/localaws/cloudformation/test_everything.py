"""One template that uses all of it, from its creation to nothing left."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from localaws.planes.cloudformation import template
from localaws.planes.cloudformation.rows import ROWS
from tests.localaws.cloudformation.conftest import Stacks

TEXT = Path(__file__).with_name("everything.yaml").read_text()


def given(stacks: Stacks, **more: str) -> list[dict[str, Any]]:
    values = {"Id": stacks.suffix, **more}
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]


def test_it_is_made_updated_and_deleted(stacks: Stacks) -> None:
    assert stacks.create(TEXT, Parameters=given(stacks)) == "CREATE_COMPLETE", stacks.reasons()
    before = stacks.resources()
    more = given(stacks, Stage="live", Mail="a@example.com")
    assert stacks.update(TEXT, Parameters=more) == "UPDATE_COMPLETE", stacks.reasons()
    after = stacks.resources()
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {"Letters"}
    groups = stacks.aws.client("logs").describe_log_groups(logGroupNamePrefix=after["SortLogs"])["logGroups"]
    assert groups[0]["retentionInDays"] == 90
    stacks.made.clear()
    assert stacks.delete() == "DELETE_COMPLETE", stacks.reasons()
    assert left(stacks) == []


def left(stacks: Stacks) -> list[str]:
    """Names with the test's suffix that any of these services still knows."""
    client = stacks.aws.client
    found: list[Any] = [
        client("s3").list_buckets()["Buckets"],
        client("sqs").list_queues().get("QueueUrls", []),
        client("sns").list_topics()["Topics"],
        client("iam").list_roles()["Roles"],
        client("lambda").list_functions()["Functions"],
        client("dynamodb").list_tables()["TableNames"],
        client("glue").get_databases()["DatabaseList"],
        client("glue").list_jobs()["JobNames"],
        client("glue").list_crawlers()["CrawlerNames"],
        client("glue").get_connections()["ConnectionList"],
        client("glue").get_classifiers()["Classifiers"],
        client("athena").list_work_groups()["WorkGroups"],
        client("stepfunctions").list_state_machines()["stateMachines"],
        client("events").list_rules()["Rules"],
        client("scheduler").list_schedules()["Schedules"],
        client("cloudwatch").describe_alarms()["MetricAlarms"],
        client("cloudwatch").list_dashboards()["DashboardEntries"],
        client("logs").describe_log_groups()["logGroups"],
        client("secretsmanager").list_secrets()["SecretList"],
        client("kms").list_aliases()["Aliases"],
    ]
    return [str(item) for items in found for item in items if stacks.suffix in str(item)]


@pytest.mark.parametrize("last", ["Month", "Deliver"])
def test_a_failure_near_the_end_leaves_nothing(stacks: Stacks, last: str) -> None:
    broken = TEXT.replace(f"  {last}:\n", f"  {last}:\n    DependsOn: Trouble\n").replace(
        "Outputs:\n",
        "  Trouble:\n    Type: AWS::SQS::Queue\n    DependsOn: Desk\n    Properties: {DelaySeconds: 99999}\nOutputs:\n",
    )
    assert stacks.create(broken, Parameters=given(stacks)) == "ROLLBACK_COMPLETE"
    assert "Trouble" in stacks.reasons()
    assert left(stacks) == []


def test_it_uses_every_kind_of_function() -> None:
    data = str(template.parse(TEXT))
    for name in ("Ref", "GetAtt", "Sub", "Join", "Select", "If", "FindInMap", "Not", "Equals"):
        assert name in data
    assert len({item["Type"] for item in template.parse(TEXT)["Resources"].values()} & set(ROWS)) > 30
