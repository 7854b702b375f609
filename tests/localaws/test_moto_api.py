"""`/moto-api`: what it answers with and without the flag, and that a reset leaves nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

from localaws.testing import Server
from tests.localaws.handlers import zipped
from tests.localaws.policies import make_role
from tests.localaws.waiting import until

QUEUE = "arn:aws:sqs:us-east-1:123456789012:q"


@pytest.fixture(scope="module")
def open_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("state"), "--moto-api") as server:
        yield server


def post(aws: Server, path: str) -> requests.Response:
    return requests.post(f"{aws.endpoint}{path}", timeout=30)


def reset(aws: Server) -> None:
    assert post(aws, "/moto-api/reset").json() == {"status": "ok"}


def acting_role(aws: Server) -> str:
    return make_role(aws.client("iam"), "r", "glue", "states", "lambda", "events", "scheduler")


def as_role(aws: Server, service: str, role: str) -> Any:
    keys = aws.client("sts").assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
    return aws.client(
        service,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )


def files(aws: Server) -> list[Path]:
    return [path for path in (aws.state / "s3").rglob("*") if path.is_file()]


def test_without_the_flag_a_reset_is_refused_and_names_it(aws: Server, s3: Any, bucket: str) -> None:
    answer = post(aws, "/moto-api/reset")
    assert answer.status_code == 403
    assert "--moto-api" in answer.json()["message"]
    s3.head_bucket(Bucket=bucket)


@pytest.mark.parametrize("path", ["", "/", "/config", "/data.json", "/static/athena/query-results", "/seed?a=42"])
def test_what_else_moto_pretends_with_is_not_there(open_server: Server, path: str) -> None:
    answer = post(open_server, f"/moto-api{path}")
    assert answer.status_code == 501
    assert "/moto-api/reset" in answer.json()["message"]


def test_a_reset_is_a_post(open_server: Server) -> None:
    assert requests.get(f"{open_server.endpoint}/moto-api/reset", timeout=30).status_code == 405


def test_a_reset_leaves_no_object_and_no_file(open_server: Server) -> None:
    s3 = open_server.client("s3")
    s3.create_bucket(Bucket="before")
    s3.put_bucket_versioning(Bucket="before", VersioningConfiguration={"Status": "Enabled"})
    for body in (b"1", b"2"):
        s3.put_object(Bucket="before", Key="k", Body=body)
    upload = s3.create_multipart_upload(Bucket="before", Key="m")["UploadId"]
    s3.upload_part(Bucket="before", Key="m", UploadId=upload, PartNumber=1, Body=b"3")
    assert len(files(open_server)) == 3

    reset(open_server)

    assert s3.list_buckets()["Buckets"] == []
    s3.create_bucket(Bucket="before")
    s3.put_object(Bucket="before", Key="k", Body=b"4")
    assert s3.get_object(Bucket="before", Key="k")["Body"].read() == b"4"
    until(lambda: len(files(open_server)) == 1)  # the others go once a state without them is saved


def test_a_reset_leaves_nobody_his_session_and_nothing_on_record(open_server: Server) -> None:
    role = acting_role(open_server)
    sts = as_role(open_server, "sts", role)
    as_role(open_server, "s3", role).list_buckets()
    assert sts.get_caller_identity()["Arn"].endswith("r/session")
    assert requests.get(f"{open_server.endpoint}/_localaws/iam/used", timeout=30).json()

    reset(open_server)

    assert open_server.client("iam").list_roles()["Roles"] == []
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        sts.get_caller_identity()
    assert requests.get(f"{open_server.endpoint}/_localaws/iam/used", timeout=30).json() == []


def test_a_reset_ends_executions_functions_and_crawls(open_server: Server, tmp_path: Path) -> None:
    role, begun = acting_role(open_server), tmp_path / "begun"
    code = f"import os, time\ndef f(e, c):\n open({str(begun)!r}, 'w').write(str(os.getpid()))\n time.sleep(60)"
    functions, states, glue = (open_server.client(name) for name in ("lambda", "stepfunctions", "glue"))
    functions.create_function(
        FunctionName="f", Role=role, Runtime="python3.11", Handler="h.f", Timeout=90, Code={"ZipFile": zipped(h=code)}
    )
    functions.invoke(FunctionName="f", InvocationType="Event")
    waits = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 60, "End": True}}}
    machine = states.create_state_machine(name="m", definition=json.dumps(waits), roleArn=role)["stateMachineArn"]
    execution = states.start_execution(stateMachineArn=machine)["executionArn"]
    open_server.client("s3").create_bucket(Bucket="before")
    glue.create_database(DatabaseInput={"Name": "d"})
    glue.create_crawler(Name="c", Role=role, DatabaseName="d", Targets={"S3Targets": [{"Path": "s3://before/"}]})
    glue.start_crawler(Name="c")
    pid = int(until(lambda: begun.exists() and begun.read_text()))

    reset(open_server)

    until(lambda: not Path(f"/proc/{pid}").exists())
    with pytest.raises(ClientError, match="ExecutionDoesNotExist"):
        states.describe_execution(executionArn=execution)
    assert states.list_state_machines()["stateMachines"] == []
    assert functions.list_functions()["Functions"] == []
    assert glue.get_crawlers()["Crawlers"] == []
    assert glue.get_databases()["DatabaseList"] == []


def test_everything_works_after_a_reset(open_server: Server) -> None:
    """Functions run, workflows and queries too, rules fire, stacks are made: as on a new server."""
    for _ in range(2):
        use_everything(open_server)
        reset(open_server)


def use_everything(aws: Server) -> None:
    role = acting_role(aws)
    functions, states = aws.client("lambda"), aws.client("stepfunctions")
    code = {"ZipFile": zipped(h="def f(e, c): return e + 1")}
    functions.create_function(FunctionName="f", Role=role, Runtime="python3.11", Handler="h.f", Code=code)
    assert functions.invoke(FunctionName="f", Payload=b"1")["Payload"].read() == b"2"
    call = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "OutputPath": "$.Payload", "End": True}
    call["Parameters"] = {"FunctionName": "f", "Payload.$": "$"}
    definition = json.dumps({"StartAt": "C", "States": {"C": call}})
    machine = states.create_state_machine(name="m", definition=definition, roleArn=role)["stateMachineArn"]
    execution = states.start_execution(stateMachineArn=machine, input="5")["executionArn"]
    ended = until(lambda: ended_of(states.describe_execution(executionArn=execution), "RUNNING"))
    assert (ended["status"], ended["output"]) == ("SUCCEEDED", "6")
    an_event_is_delivered(aws)
    a_query_is_answered(aws)
    stacks = aws.client("cloudformation")
    stacks.create_stack(StackName="s", TemplateBody=json.dumps({"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}))
    assert until(lambda: stacks.describe_stacks()["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE")


def ended_of(execution: dict[str, Any], *running: str) -> dict[str, Any] | None:
    return None if execution["status"] in running else execution


def an_event_is_delivered(aws: Server) -> None:
    anyone = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [anyone]})
    queue = aws.client("sqs").create_queue(QueueName="q", Attributes={"Policy": policy})["QueueUrl"]
    events = aws.client("events")
    events.put_rule(Name="r", EventPattern=json.dumps({"source": ["mine"]}))
    events.put_targets(Rule="r", Targets=[{"Id": "q", "Arn": QUEUE}])
    events.put_events(Entries=[{"Source": "mine", "DetailType": "d", "Detail": "{}"}])
    received = aws.client("sqs").receive_message(QueueUrl=queue, WaitTimeSeconds=20)["Messages"]
    assert len(received) == 1


def a_query_is_answered(aws: Server) -> None:
    aws.client("s3").create_bucket(Bucket="results")
    athena = aws.client("athena")
    output = {"OutputLocation": "s3://results/"}
    query = athena.start_query_execution(QueryString="SELECT 1 + 1", ResultConfiguration=output)["QueryExecutionId"]

    def status() -> Any:
        found = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]
        return found if found["State"] not in ("QUEUED", "RUNNING") else None

    assert until(status)["State"] == "SUCCEEDED"
    assert athena.get_query_results(QueryExecutionId=query)["ResultSet"]["Rows"][1]["Data"] == [{"VarCharValue": "2"}]


def test_mail_of_before_a_reset_is_gone(open_server: Server) -> None:
    sns = open_server.client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="a@example.com")
    sns.publish(TopicArn=topic, Message="m")
    assert list((open_server.state / "mail").rglob("*.eml"))
    reset(open_server)
    assert not list((open_server.state / "mail").rglob("*.eml"))


def test_a_reset_survives_a_stop(tmp_path: Path) -> None:
    with Server(tmp_path, "--moto-api") as server:
        server.client("s3").create_bucket(Bucket="before")
        server.client("s3").put_object(Bucket="before", Key="k", Body=b"1")
        reset(server)
        server.client("s3").create_bucket(Bucket="later")
    with Server(tmp_path) as server:
        assert [bucket["Name"] for bucket in server.client("s3").list_buckets()["Buckets"]] == ["later"]
        assert files(server) == []


def test_many_clients_may_ask_for_a_reset_at_once(open_server: Server) -> None:
    session = boto3.session.Session()
    keys = {"aws_access_key_id": "localaws", "aws_secret_access_key": "localaws", "region_name": "us-east-1"}
    once = Config(retries={"total_max_attempts": 1})
    s3 = session.client("s3", endpoint_url=open_server.endpoint, config=once, **keys)
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: reset(open_server), range(24)))
    s3.create_bucket(Bucket="after")
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["after"]
