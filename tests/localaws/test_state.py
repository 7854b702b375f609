from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from localaws import state_dir
from localaws.testing import Server
from tests.localaws.handlers import zipped
from tests.localaws.policies import make_role
from tests.localaws.waiting import until

PASS = {"StartAt": "P", "States": {"P": {"Type": "Pass", "Result": {"a": [1]}, "End": True}}}
STACK = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "of-stack"}}}}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path / "state") as server:
        yield server


def saved(server: Server) -> None:
    """What was there when this was called is saved: the first of two states may have been taken before."""
    snapshot = server.state / "snapshot"
    for number in range(2):
        before = snapshot.stat().st_mtime_ns if snapshot.exists() else 0
        server.client("sqs").create_queue(QueueName=f"mark-{before}-{number}")
        until(lambda before=before: snapshot.exists() and snapshot.stat().st_mtime_ns > before, "saved")  # type: ignore[misc]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "localaws", "--json", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def fill(aws: Server) -> dict[str, Any]:
    """One of everything; the names by which it is found again."""
    s3, glue, iam, sns, sqs = (aws.client(name) for name in ("s3", "glue", "iam", "sns", "sqs"))
    s3.create_bucket(Bucket="kept")
    s3.put_bucket_versioning(Bucket="kept", VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket="kept", Key="k", Body=b"first")["VersionId"]
    s3.put_object(Bucket="kept", Key="k", Body=b"second")
    upload = s3.create_multipart_upload(Bucket="kept", Key="m")["UploadId"]
    part = s3.upload_part(Bucket="kept", Key="m", UploadId=upload, PartNumber=1, Body=b"part")["ETag"]
    glue.create_database(DatabaseInput={"Name": "db"})
    glue.create_table(DatabaseName="db", TableInput={"Name": "t", "Parameters": {"p": "1"}})
    aws.client("dynamodb").create_table(
        TableName="items",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    aws.client("dynamodb").put_item(TableName="items", Item={"pk": {"S": "1"}, "n": {"N": "5"}})
    role = make_role(iam, "r", "states")
    session = aws.client("sts").assume_role(RoleArn=role, RoleSessionName="ses")["Credentials"]
    topic = sns.create_topic(Name="t")["TopicArn"]
    queue = sqs.create_queue(QueueName="q")["QueueUrl"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:123456789012:q")
    sns.publish(TopicArn=topic, Message="one")
    code = {"ZipFile": zipped(h="def f(event, context): return event")}
    aws.client("lambda").create_function(FunctionName="f", Runtime="python3.11", Role=role, Handler="h.f", Code=code)
    key = aws.client("kms").create_key()["KeyMetadata"]["KeyId"]
    secret = aws.client("kms").encrypt(KeyId=key, Plaintext=b"hush")["CiphertextBlob"]
    aws.client("cloudformation").create_stack(StackName="st", TemplateBody=json.dumps(STACK))
    aws.client("cloudformation").get_waiter("stack_create_complete").wait(StackName="st")
    sfn = aws.client("stepfunctions")
    machine = sfn.create_state_machine(name="m", definition=json.dumps(PASS), roleArn=role)["stateMachineArn"]
    execution = sfn.start_execution(stateMachineArn=machine, name="e")["executionArn"]
    until(lambda: sfn.describe_execution(executionArn=execution)["status"] == "SUCCEEDED", "execution SUCCEEDED")
    names = {"version": version, "upload": upload, "part": part, "session": session, "topic": topic, "queue": queue}
    return {**names, "secret": secret, "execution": execution, "machine": machine}


def check(aws: Server, names: dict[str, Any]) -> None:
    """Everything that `fill` made is there, and works."""
    s3 = aws.client("s3")
    assert s3.get_object(Bucket="kept", Key="k")["Body"].read() == b"second"
    assert s3.get_object(Bucket="kept", Key="k", VersionId=names["version"])["Body"].read() == b"first"
    parts = {"Parts": [{"PartNumber": 1, "ETag": names["part"]}]}
    s3.complete_multipart_upload(Bucket="kept", Key="m", UploadId=names["upload"], MultipartUpload=parts)
    assert s3.get_object(Bucket="kept", Key="m")["Body"].read() == b"part"
    assert aws.client("glue").get_table(DatabaseName="db", Name="t")["Table"]["Parameters"] == {"p": "1"}
    assert aws.client("dynamodb").get_item(TableName="items", Key={"pk": {"S": "1"}})["Item"]["n"] == {"N": "5"}
    session = names["session"]
    credentials = {"aws_access_key_id": session["AccessKeyId"], "aws_secret_access_key": session["SecretAccessKey"]}
    caller = aws.client("sts", **credentials, aws_session_token=session["SessionToken"]).get_caller_identity()
    assert caller["Arn"] == "arn:aws:sts::123456789012:assumed-role/r/ses"
    aws.client("sns").publish(TopicArn=names["topic"], Message="two")
    queued = aws.client("sqs").receive_message(QueueUrl=names["queue"], MaxNumberOfMessages=10)["Messages"]
    assert {json.loads(message["Body"])["Message"] for message in queued} == {"one", "two"}
    answer = aws.client("lambda").invoke(FunctionName="f", Payload=b'{"x": 1}')
    assert json.loads(answer["Payload"].read()) == {"x": 1}
    assert aws.client("kms").decrypt(CiphertextBlob=names["secret"])["Plaintext"] == b"hush"
    stack = aws.client("cloudformation").describe_stacks(StackName="st")["Stacks"][0]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    sfn = aws.client("stepfunctions")
    assert json.loads(sfn.describe_execution(executionArn=names["execution"])["output"]) == {"a": [1]}
    assert sfn.get_execution_history(executionArn=names["execution"])["events"][-1]["type"] == "ExecutionSucceeded"
    again = sfn.start_execution(stateMachineArn=names["machine"])["executionArn"]
    until(lambda: sfn.describe_execution(executionArn=again)["status"] == "SUCCEEDED", "execution SUCCEEDED")
    aws.client("cloudformation").delete_stack(StackName="st")


def test_a_stop_loses_nothing(server: Server) -> None:
    names = fill(server)
    endpoint = server.endpoint
    server.stop()
    server.start()
    assert server.endpoint == endpoint
    check(server, names)
    assert "cannot be kept" not in server.log.read_text()


def test_a_kill_loses_a_moment(server: Server) -> None:
    names = fill(server)
    saved(server)
    server.kill()
    (server.state / "s3" / "00").mkdir(exist_ok=True)
    orphan = server.state / "s3" / "00" / ("0" * 32)
    orphan.write_bytes(b"nobody's")
    server.start()
    check(server, names)
    assert not orphan.exists()


def test_bytes_stay_until_no_saved_state_needs_them(server: Server) -> None:
    s3 = server.client("s3")
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="k", Body=b"old")
    saved(server)
    s3.put_object(Bucket="bucket", Key="k", Body=b"new")
    server.kill()
    server.start()
    assert server.client("s3").get_object(Bucket="bucket", Key="k")["Body"].read() in (b"old", b"new")
    server.client("s3").delete_object(Bucket="bucket", Key="k")
    server.stop()
    assert [path for path in (server.state / "s3").rglob("*") if path.is_file()] == []


def test_saving_goes_on_under_load(server: Server) -> None:
    s3 = server.client("s3")
    s3.create_bucket(Bucket="bucket")
    for number in range(400):
        s3.put_object(Bucket="bucket", Key=f"{number:03}", Body=str(number).encode())
        if number % 10 == 0:
            server.client("sqs").create_queue(QueueName=f"q{number}")
    saved(server)
    server.kill()
    server.start()
    assert server.client("s3").get_object(Bucket="bucket", Key="399")["Body"].read() == b"399"
    assert len(server.client("sqs").list_queues(QueueNamePrefix="q")["QueueUrls"]) == 40
    assert "not saved" not in server.log.read_text()


def test_health_is_cheap_and_says_who_answers(server: Server) -> None:
    with urllib.request.urlopen(server.endpoint + "/_localaws/health") as answer:
        health = json.load(answer)
    assert (health["status"], health["endpoint"], health["pid"]) == ("ok", server.endpoint, server.pid)
    assert set(health["version"]) == {"localaws", "moto"}


def test_two_servers_do_not_share_a_state(server: Server) -> None:
    second = run("--port", "0", "--state", str(server.state))
    assert (second.returncode, second.stdout) == (3, "")
    assert f"in use by another localaws (process {server.pid})" in second.stderr
    assert second.stderr.count("\n") == 1
    server.client("s3").list_buckets()


def test_a_port_in_use_is_said_in_a_sentence(server: Server, tmp_path: Path) -> None:
    second = run("--port", server.endpoint.rsplit(":", 1)[1], "--state", str(tmp_path / "other"))
    assert (second.returncode, second.stdout) == (3, "")
    assert "cannot listen on 127.0.0.1" in second.stderr
    assert second.stderr.count("\n") == 1


def header(**fields: object) -> bytes:
    return json.dumps({"format": 1, "sha256": "", **state_dir._versions(), **fields}).encode() + b"\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x80\x05 nothing we wrote", "is broken"),
        (header(), "is broken"),
        (header(format=2), "has format 2, this localaws knows 1"),
        (header(moto="9.9"), "was written with moto 9.9"),
    ],
)
def test_a_state_that_cannot_be_read_is_not_touched(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "snapshot").write_bytes(content)
    ended = run("--port", "0", "--state", str(tmp_path))
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (3, "", 1)
    assert words in ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["snapshot"]
    assert (tmp_path / "snapshot").read_bytes() == content


def test_a_file_is_no_state_directory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    ended = run("--port", "0", "--state", str(tmp_path / "file"))
    assert ended.returncode == 3
    assert "is a file" in ended.stderr


def test_a_directory_of_somebody_else_is_refused_and_not_touched(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    ended = run("--port", "0", "--state", str(tmp_path))
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (3, "", 1)
    assert "holds files that are not of localaws" in ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_directory_is_taken_that_is_new_or_empty_or_ours(tmp_path: Path) -> None:
    state_dir.check(tmp_path / "new")
    state_dir.check(tmp_path)
    (tmp_path / "localaws.log").touch()
    state_dir.check(tmp_path)
    with state_dir.hold(tmp_path):
        pass
    (tmp_path / "objects").mkdir()
    state_dir.check(tmp_path)  # it was killed before it saved
    (tmp_path / "lock").write_text("somebody's")
    with pytest.raises(state_dir.StateError, match="not of localaws"):
        state_dir.check(tmp_path)


@pytest.mark.parametrize("port", ["99999", "-1", "http"])
def test_a_port_that_cannot_be_is_a_wrong_use(tmp_path: Path, port: str) -> None:
    ended = run(f"--port={port}", "--state", str(tmp_path))
    assert ended.returncode == 2
    assert f"expected a number from 0 to 65535, got '{port}'" in ended.stderr


@pytest.mark.parametrize("port", ["0", "4567"])
def test_a_host_that_is_not_here_is_said_in_a_sentence(tmp_path: Path, port: str) -> None:
    ended = run("--host", "192.0.2.1", "--port", port, "--state", str(tmp_path))
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (3, "", 1)
    assert "with --host" in ended.stderr
