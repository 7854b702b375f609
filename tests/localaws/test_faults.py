from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from localaws.faults import load
from localaws.testing import Server


def ask(aws: Server, method: str = "GET", rules: Any = None, path: str = "", **headers: str) -> Any:
    """What the endpoint answers."""
    body = None if rules is None else json.dumps(rules).encode()
    request = urllib.request.Request(f"{aws.endpoint}/_localaws/faults{path}", body, headers, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def refusal(*arguments: Any, **headers: str) -> tuple[int, str]:
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(*arguments, **headers)
    with refused.value as answer:
        return answer.code, json.load(answer)["message"]


@pytest.fixture
def fault(aws: Server) -> Iterator[Callable[..., None]]:
    """Puts a rule; afterwards there is none."""
    yield lambda **rule: ask(aws, "POST", rule)
    ask(aws, "DELETE")


def applied(aws: Server) -> list[int]:
    return [rule["applied"] for rule in ask(aws)["rules"]]


def client(aws: Server, service: str, attempts: int, **options: Any) -> Any:
    """A client with boto3's own retries."""
    config = Config(retries={"total_max_attempts": attempts, "mode": "standard"}, **options)
    keys = {"aws_access_key_id": "localaws", "aws_secret_access_key": "localaws", "region_name": "us-east-1"}
    return boto3.session.Session().client(service, endpoint_url=aws.endpoint, config=config, **keys)


WORDS = [
    ("s3", "ListBuckets", "list_buckets", (503, "SlowDown"), (500, "InternalError")),
    ("glue", "GetDatabases", "get_databases", (400, "ThrottlingException"), (500, "InternalServiceException")),
    (
        "dynamodb",
        "ListTables",
        "list_tables",
        (400, "ProvisionedThroughputExceededException"),
        (500, "InternalServerError"),
    ),
    ("lambda", "ListFunctions", "list_functions", (429, "TooManyRequestsException"), (500, "ServiceException")),
    ("sqs", "ListQueues", "list_queues", (400, "RequestThrottled"), (500, "InternalFailure")),
    ("sns", "ListTopics", "list_topics", (400, "Throttling"), (500, "InternalError")),
    ("iam", "ListRoles", "list_roles", (400, "Throttling"), (500, "ServiceFailure")),
    ("states", "ListStateMachines", "list_state_machines", (400, "ThrottlingException"), (500, "InternalFailure")),
    ("scheduler", "ListSchedules", "list_schedules", (429, "ThrottlingException"), (500, "InternalServerException")),
    ("cloudwatch", "ListMetrics", "list_metrics", (400, "Throttling"), (500, "InternalServiceError")),
]


@pytest.mark.parametrize(("service", "operation", "method", "throttled", "failed"), WORDS)
def test_each_service_has_its_own_words(
    aws: Server,
    fault: Callable[..., None],
    service: str,
    operation: str,
    method: str,
    throttled: tuple[int, str],
    failed: tuple[int, str],
) -> None:
    call = getattr(aws.client("stepfunctions" if service == "states" else service), method)
    for kind, expected in (("throttle", throttled), ("error", failed)):
        fault(service=service, operation=operation, fault=kind)
        with pytest.raises(ClientError) as struck:
            call()
        response = struck.value.response
        assert (response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"]) == expected
    call()


def test_a_client_gets_through_by_its_retries(aws: Server, fault: Callable[..., None]) -> None:
    fault(service="glue", operation="CreateDatabase", fault="throttle", times=2)
    name = f"db_{uuid.uuid4().hex}"
    client(aws, "glue", 3).create_database(DatabaseInput={"Name": name})
    assert aws.client("glue").get_database(Name=name)["Database"]["Name"] == name
    assert applied(aws) == [2]


def test_a_client_that_does_not_retry_fails(aws: Server, fault: Callable[..., None]) -> None:
    fault(service="glue", operation="CreateDatabase", fault="error", code="OddException", status=418, message="Why?")
    with pytest.raises(ClientError, match=r"OddException.*Why\?"):
        aws.client("glue").create_database(DatabaseInput={"Name": "never"})
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        aws.client("glue").get_database(Name="never")


def test_an_answer_is_lost_before_or_after_the_effect(aws: Server, bucket: str, fault: Callable[..., None]) -> None:
    s3 = aws.client("s3")
    for when, there in (("before", []), ("after", ["k"])):
        fault(service="s3", operation="PutObject", fault="drop", when=when)
        with pytest.raises(ConnectionClosedError):
            s3.put_object(Bucket=bucket, Key="k", Body=b"1")
        found = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
        assert [item["Key"] for item in found] == there


def test_a_retry_meets_what_the_lost_answer_told(aws: Server, bucket: str, fault: Callable[..., None]) -> None:
    fault(service="s3", operation="PutObject", fault="error", when="after")
    with pytest.raises(ClientError, match="PreconditionFailed"):
        client(aws, "s3", 2).put_object(Bucket=bucket, Key="k", Body=b"1", IfNoneMatch="*")
    assert applied(aws) == [1]


@pytest.mark.slow("starts a server twice")
def test_what_was_done_before_a_lost_answer_survives(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        ask(server, "POST", {"service": "glue", "operation": "CreateDatabase", "fault": "drop", "when": "after"})
        with pytest.raises(ConnectionClosedError):
            server.client("glue").create_database(DatabaseInput={"Name": "kept"})
        server.stop()
        server.start()
        assert server.client("glue").get_database(Name="kept")
        assert ask(server) == {"rules": []}


def test_a_client_gives_up_waiting(aws: Server, fault: Callable[..., None]) -> None:
    late = f"late-{uuid.uuid4().hex[:8]}"
    fault(service="sqs", operation="CreateQueue", fault="timeout", when="after")
    with pytest.raises(ReadTimeoutError):
        client(aws, "sqs", 1, read_timeout=0.3).create_queue(QueueName=late)
    assert aws.client("sqs").get_queue_url(QueueName=late)


def test_silence_does_not_hold_up_the_end(tmp_path: Path) -> None:
    with Server(tmp_path) as server, ThreadPoolExecutor(1) as pool:
        ask(server, "POST", {"service": "sqs", "operation": "ListQueues", "fault": "timeout", "seconds": 900})
        waiting = pool.submit(server.client("sqs").list_queues)
        while applied(server) == [0]:
            time.sleep(0.01)
        server.stop()
        assert isinstance(waiting.exception(), ConnectionClosedError)


def test_silence_ends(aws: Server, fault: Callable[..., None]) -> None:
    fault(service="sqs", operation="ListQueues", fault="timeout", seconds=0.2)
    with pytest.raises(ConnectionClosedError):
        aws.client("sqs").list_queues()


def test_a_delay_is_one(aws: Server, fault: Callable[..., None]) -> None:
    impatient = client(aws, "sns", 1, read_timeout=0.3)
    for when in ("before", "after"):
        fault(service="sns", operation="ListTopics", fault="delay", seconds=1, when=when)
        with pytest.raises(ReadTimeoutError):
            impatient.list_topics()
        fault(service="sns", operation="ListTopics", fault="delay", seconds=0.01, when=when)
        aws.client("sns").list_topics()
    assert applied(aws) == [1, 1, 1, 1]


def outcomes(aws: Server, count: int) -> str:
    out = ""
    for _ in range(count):
        try:
            aws.client("kms").list_keys()
            out += "."
        except ClientError:
            out += "x"
    return out


def test_chance_is_the_same_again(aws: Server, fault: Callable[..., None]) -> None:
    rule = {"service": "kms", "operation": "ListKeys", "fault": "throttle", "probability": 0.5}
    fault(**rule, seed=7)
    first = outcomes(aws, 40)
    ask(aws, "DELETE")
    fault(**rule, seed=7)
    assert outcomes(aws, 40) == first
    assert 8 < first.count("x") < 32
    ask(aws, "DELETE")
    fault(**rule)
    drawn = ask(aws)["rules"][0]["seed"]
    first = outcomes(aws, 20)
    ask(aws, "DELETE")
    fault(**rule, seed=drawn)
    assert outcomes(aws, 20) == first


def test_some_pass_before_and_after(aws: Server, fault: Callable[..., None]) -> None:
    fault(service="kms", operation="ListKeys", fault="throttle", skip=2, times=3)
    assert outcomes(aws, 8) == "..xxx..."
    (rule,) = ask(aws)["rules"]
    assert (rule["seen"], rule["applied"]) == (8, 3)


def test_always_is_always(aws: Server, fault: Callable[..., None]) -> None:
    fault(service="*", fault="error", times="always", match={"KeyId": "none"})
    assert outcomes(aws, 2) == ".."
    fault(service="kms", operation="*", fault="error", times="always")
    assert outcomes(aws, 5) == "xxxxx"


def test_only_what_matches_is_struck(aws: Server, bucket: str, fault: Callable[..., None]) -> None:
    s3 = aws.client("s3")
    fault(service="s3", operation="*", fault="error", times="always", match={"Bucket": bucket, "Key": "a/*"})
    for key in ("a/x", "a/y"):
        with pytest.raises(ClientError, match="InternalError"):
            s3.put_object(Bucket=bucket, Key=key, Body=b"1")
    s3.put_object(Bucket=bucket, Key="b/x", Body=b"1")
    with pytest.raises(ClientError, match="500"):
        s3.head_object(Bucket=bucket, Key="a/x")
    with pytest.raises(ClientError, match="InternalError"):
        s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "b/x"}, {"Key": "a/x"}]})
    assert [item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["b/x"]


def test_parameters_may_lie_deep(aws: Server, fault: Callable[..., None]) -> None:
    fault(service="glue", operation="CreateDatabase", fault="throttle", match={"DatabaseInput.Name": "bad_*"})
    mine = uuid.uuid4().hex
    aws.client("glue").create_database(DatabaseInput={"Name": f"good_{mine}"})
    with pytest.raises(ClientError, match="Rate exceeded"):
        aws.client("glue").create_database(DatabaseInput={"Name": f"bad_{mine}"})


def role(aws: Server, *statements: dict[str, Any], service: str = "ec2") -> tuple[str, dict[str, str]]:
    """A role that may do this much, for anybody and this service, and its keys."""
    name, iam = f"r-{uuid.uuid4().hex[:8]}", aws.client("iam")
    anybody = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"AWS": "*", "Service": f"{service}.amazonaws.com"},
    }
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps({"Statement": [anybody]}))["Role"]["Arn"]
    if statements:
        document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document)
    keys = aws.client("sts").assume_role(RoleArn=arn, RoleSessionName="session")["Credentials"]
    return name, {
        "aws_access_key_id": keys["AccessKeyId"],
        "aws_secret_access_key": keys["SecretAccessKey"],
        "aws_session_token": keys["SessionToken"],
    }


def test_one_role_is_struck_and_who_may_not_is_denied_first(aws: Server, fault: Callable[..., None]) -> None:
    name, keys = role(aws, {"Effect": "Allow", "Action": "sqs:ListQueues", "Resource": "*"})
    _, others = role(aws)
    fault(service="sqs", operation="ListQueues", fault="throttle", times="always", caller=name)
    with pytest.raises(ClientError, match="RequestThrottled"):
        aws.client("sqs", **keys).list_queues()
    aws.client("sqs").list_queues()
    ask(aws, "DELETE")
    fault(service="sqs", operation="ListQueues", fault="throttle", times="always")
    with pytest.raises(ClientError, match="AccessDenied"):
        aws.client("sqs", **others).list_queues()
    assert applied(aws) == [0]


def test_a_workflow_retries_what_was_throttled(aws: Server, fault: Callable[..., None]) -> None:
    name, _ = role(aws, {"Effect": "Allow", "Action": "glue:GetDatabases", "Resource": "*"}, service="states")
    task = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:glue:getDatabases", "End": True}
    retry = {"ErrorEquals": ["Glue.ThrottlingException"], "IntervalSeconds": 1, "BackoffRate": 1, "MaxAttempts": 2}
    machines = aws.client("stepfunctions")
    machine = machines.create_state_machine(
        name=name,
        definition=json.dumps({"StartAt": "S", "States": {"S": {**task, "Retry": [retry]}}}),
        roleArn=f"arn:aws:iam::123456789012:role/{name}",
    )["stateMachineArn"]
    fault(service="glue", operation="GetDatabases", fault="throttle", times=2, caller=name)
    run = machines.start_execution(stateMachineArn=machine)["executionArn"]
    while (found := machines.describe_execution(executionArn=run))["status"] == "RUNNING":
        time.sleep(0.05)
    assert found["status"] == "SUCCEEDED", found
    assert applied(aws) == [2]


def test_only_the_administrator_rules(aws: Server) -> None:
    _, keys = role(aws, {"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
    scope = f"Credential={keys['aws_access_key_id']}/20260101/us-east-1/s3/aws4_request"
    code, _ = refusal(aws, "DELETE", Authorization=f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=b")
    assert code == 403


def test_rules_are_told_and_taken_back(aws: Server, fault: Callable[..., None]) -> None:
    drop = {"service": "kms", "operation": "ListKeys", "fault": "drop"}
    made = ask(aws, "POST", {"rules": [drop, {**drop, "fault": "error"}]})["rules"]
    assert made == ask(aws)["rules"]
    assert made[0] == {"id": made[0]["id"], **drop, "seen": 0, "applied": 0}
    assert ask(aws, "DELETE", path=f"/{made[0]['id']}")["rules"] == made[1:]
    assert refusal(aws, "DELETE", None, f"/{made[0]['id']}")[0] == 404
    assert outcomes(aws, 3) == "x.."
    assert ask(aws, "DELETE") == {"rules": []}
    assert refusal(aws, "PUT", [])[0] == 405
    assert refusal(aws, "GET", None, "/1")[0] == 404


GOOD = {"service": "glue", "operation": "UpdateTable", "fault": "error"}
BAD = [
    ("text", "expected a list of rules, got str"),
    ([1], "rule 1: expected an object, got 1"),
    ([GOOD, {**GOOD, "fault": "explode"}], "rule 2: fault: expected one of throttle, error, delay, timeout, drop"),
    ({**GOOD, "service": "gleu"}, "rule 1: service: expected the name of a service as boto3 has it"),
    ({**GOOD, "service": ""}, "rule 1: service: expected the name of a service as boto3 has it"),
    ({**GOOD, "service": "../s3"}, "rule 1: service: expected the name of a service as boto3 has it"),
    ({**GOOD, "service": 5}, "rule 1: service: expected a text, got 5"),
    ({"service": "glue", "fault": "drop"}, "rule 1: operation: expected a name that there is"),
    ({**GOOD, "operation": "UpdateTabel"}, "such as UpdateTable, got 'UpdateTabel'"),
    ({**GOOD, "service": "*"}, "rule 1: operation: expected one of *, got 'UpdateTable'"),
    ({**GOOD, "seconds": 1}, "for error, got 'seconds'"),
    ({**GOOD, "tmies": 1}, "got 'tmies'"),
    ({**GOOD, "fault": "delay"}, "rule 1: seconds: expected a number from 0 to 900, got nothing"),
    ({**GOOD, "fault": "timeout", "seconds": 901}, "rule 1: seconds: expected a number from 0 to 900, got 901"),
    ({**GOOD, "fault": "throttle", "when": "after"}, "rule 1: when: expected one of before, got 'after'"),
    ({**GOOD, "times": "often"}, "rule 1: times: expected a whole number from 1 to 2147483648, or always, got 'often'"),
    ({**GOOD, "times": 0}, "rule 1: times: expected a whole number from 1"),
    ({**GOOD, "probability": 2}, "rule 1: probability: expected a number from 0 to 1, got 2"),
    ({**GOOD, "probability": True}, "rule 1: probability: expected a number from 0 to 1, got True"),
    ({**GOOD, "seed": 7}, "rule 1: seed: is of use with a probability only"),
    ({**GOOD, "status": 200}, "rule 1: status: expected a whole number from 400 to 599, got 200"),
    ({**GOOD, "match": "x"}, "rule 1: match: expected parameters and the texts that they must be like, got 'x'"),
    ({**GOOD, "match": {"Name": 1}}, "rule 1: match: expected parameters and the texts that they must be like"),
    ({**GOOD, "match": {"Tabel": "x"}}, "rule 1: match: expected one of CatalogId, DatabaseName"),
    ({"service": "s3", "operation": "*", "fault": "drop", "match": {"Prefix": "x"}}, "expected one of Bucket, Key"),
]


@pytest.mark.parametrize(("rules", "sentence"), BAD)
def test_a_rule_that_would_never_strike_is_refused(aws: Server, rules: Any, sentence: str) -> None:
    code, message = refusal(aws, "POST", rules)
    assert code == 400
    assert message.startswith("/_localaws/faults: ")
    assert sentence in message
    assert ask(aws) == {"rules": []}


FILE = """
rules:
  - {service: sns, operation: ListTopics, fault: error, times: 2}
  - {service: s3, operation: PutObject, fault: delay, seconds: 0.01, times: always, match: {Key: "slow/*"}}
"""


def test_the_documented_rules_are_rules(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "localaws" / "faults.md").read_text()
    path = tmp_path / "faults.json"
    path.write_text(page.partition("<<'END'\n")[2].partition("END\n")[0])
    assert [rule.fault for rule in load(path)] == ["delay", "error", "drop"]


def test_a_file_of_rules(tmp_path: Path) -> None:
    path = tmp_path / "faults.yaml"
    path.write_text(FILE)
    with Server(tmp_path / "state", "--faults", str(path)) as server:
        assert [rule["applied"] for rule in ask(server)["rules"]] == [0, 0]
        client(server, "sns", 3).list_topics()
        assert [rule["applied"] for rule in ask(server)["rules"]] == [2, 0]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "No such file or directory"),
        ("[{]", "is neither JSON nor YAML"),
        ('{"service": "glue", "operation": "*", "fault": "slow"}', "rule 1: fault: expected one of"),
    ],
)
def test_a_bad_file_ends_in_a_sentence(tmp_path: Path, text: str | None, sentence: str) -> None:
    path = tmp_path / "faults.json"
    if text is not None:
        path.write_text(text)
    command = [sys.executable, "-m", "localaws", "--port", "0", "--state", str(tmp_path / "s"), "--faults", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr.startswith(f"localaws: {path}: ")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "s").exists()
