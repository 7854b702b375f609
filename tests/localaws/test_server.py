from __future__ import annotations

import contextlib
import json
import re
import socket
import subprocess
import sys
import time
import uuid

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from localaws import server as http
from localaws.testing import Server

QUEUED = f"queued-{uuid.uuid4().hex[:8]}"
S3 = "Authorization: AWS4-HMAC-SHA256 Credential=localaws/20260101/us-east-1/s3/aws4_request, Signature=b"


def raw(aws: Server, *lines: str) -> str:
    """What the server answers to these lines, word for word."""
    host, port = aws.endpoint.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall("\r\n".join([lines[0], "Host: 127.0.0.1", "Connection: close", *lines[1:], "", ""]).encode())
        answer = b""
        while block := connection.recv(65536):
            answer += block
    return answer.decode()


def test_a_client_of_aws_reaches_it(aws: Server) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="hello")
    s3.put_object(Bucket="hello", Key="a/b", Body=b"1")
    assert s3.get_object(Bucket="hello", Key="a/b")["Body"].read() == b"1"


def test_metadata_keeps_its_spelling(aws: Server) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="spelling")
    s3.put_object(Bucket="spelling", Key="k", Body=b"", Metadata={"with_line": "1", "with-dash": "2"})
    assert s3.head_object(Bucket="spelling", Key="k")["Metadata"] == {"with_line": "1", "with-dash": "2"}


def test_a_client_that_asks_before_it_sends_nothing_is_answered(aws: Server) -> None:
    aws.client("s3").create_bucket(Bucket="asking")
    answer = raw(aws, "PUT /asking/k HTTP/1.1", S3, "Expect: 100-continue", "Content-Length: 0")
    assert answer.startswith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")


def test_an_empty_object_does_not_hold_up_the_next_on_its_connection(aws: Server) -> None:
    once = Config(read_timeout=10, retries={"total_max_attempts": 1}, max_pool_connections=1)
    keys = {"aws_access_key_id": "localaws", "aws_secret_access_key": "localaws", "region_name": "us-east-1"}
    s3 = boto3.session.Session().client("s3", endpoint_url=aws.endpoint, config=once, **keys)
    s3.create_bucket(Bucket="in-turn")
    for body in (b"a", b"", b"b", b"", b"", b"c" * 300_000, b"", b"d"):
        s3.put_object(Bucket="in-turn", Key="k", Body=body)
        assert s3.get_object(Bucket="in-turn", Key="k")["Body"].read() == body
    for body in (b"", b"e"):
        s3.put_object(Bucket="in-turn", Key="k", Body=body)


ASKING = (f"PUT /{QUEUED}/k HTTP/1.1", S3, "Expect: 100-continue")


@pytest.mark.parametrize(
    ("length", "body", "pause"),
    [("Content-Length: 0", b"", 0.0), ("Content-Length: 0", b"", 0.3), ("Content-Length: 4", b"body", 0.3)],
)
@pytest.mark.parametrize("first", ["get", "poll"])
def test_a_request_that_asks_waits_for_the_one_before_it_and_no_longer(
    aws: Server, first: str, length: str, body: bytes, pause: float
) -> None:
    aws.client("s3").create_bucket(Bucket=QUEUED)
    url = aws.client("sqs").create_queue(QueueName=QUEUED)["QueueUrl"]
    before = polled(url) if first == "poll" else lined(f"GET /{QUEUED} HTTP/1.1", S3)
    with connected(aws) as connection:
        connection.sendall(before + (lined(*ASKING, length) if not pause else b""))
        if pause:
            time.sleep(pause)
            connection.sendall(lined(*ASKING, length))
            time.sleep(pause)
        connection.sendall(body + lined(f"GET /{QUEUED}/k HTTP/1.1", S3, "Connection: close"))
        answer = b""
        while block := connection.recv(65536):
            answer += block
    assert answer.count(b"HTTP/1.1 200 OK") == 3
    assert answer.endswith(b"\r\n\r\n" + body)


def test_two_threads_do_not_send_the_same_bytes(aws: Server) -> None:
    """The thread of a request that has ended tells the next one to go on, while the server's own thread sends."""
    aws.client("s3").create_bucket(Bucket=QUEUED)
    put = lined(*ASKING, "Content-Length: 40") + b"b" * 40
    head = lined(f"GET /{QUEUED} HTTP/1.1", S3) * 2 + put[:-20]
    for attempt in range(150):
        with connected(aws) as connection:
            connection.sendall(head)
            time.sleep(attempt % 10 / 1000)
            with contextlib.suppress(OSError):  # it has hung up: the count below says so
                connection.sendall(put[-20:] + lined(f"GET /{QUEUED}/k HTTP/1.1", S3, "Connection: close"))
            answer = b""
            with contextlib.suppress(OSError):
                while block := connection.recv(65536):
                    answer += block
        assert answer.count(b"HTTP/1.1 200 OK") == 4
        assert answer.count(b"HTTP/1.1 100 Continue") <= 1  # none where all has come at once


def connected(aws: Server) -> socket.socket:
    host, port = aws.endpoint.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=30)


def lined(first: str, *headers: str) -> bytes:
    return "\r\n".join([first, "Host: 127.0.0.1", *headers, "", ""]).encode()


def polled(url: str) -> bytes:
    """A request that is answered after a second."""
    body = json.dumps({"QueueUrl": url, "WaitTimeSeconds": 1})
    kind = ("Content-Type: application/x-amz-json-1.0", S3.replace("/s3/", "/sqs/"), f"Content-Length: {len(body)}")
    return lined("POST / HTTP/1.1", "X-Amz-Target: AmazonSQS.ReceiveMessage", *kind) + body.encode()


def test_an_unknown_bucket_is_an_error_of_s3(aws: Server) -> None:
    answer = raw(aws, "GET /not-there/k HTTP/1.1", S3)
    assert answer.startswith("HTTP/1.1 404")
    assert "<Code>NoSuchBucket</Code>" in answer


def test_it_listens_on_this_machine_alone(aws: Server) -> None:
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", aws.endpoint)


def test_it_says_what_it_takes() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "localaws", "--help"], capture_output=True, text=True, check=True
    ).stdout
    told = "--help --port --state --host --time-scale --athena-memory --faults --moto-api --json"
    assert set(re.findall(r"--[a-z-]+", said)) == set(told.split())


def test_a_long_request_does_not_hold_up_the_end(aws: Server, tmp_path_factory: object) -> None:
    with Server(aws.state.parent / "long") as server:
        url = server.client("sqs").create_queue(QueueName="empty")["QueueUrl"]
        host, port = server.endpoint.removeprefix("http://").split(":")
        body = f'{{"QueueUrl": "{url}", "WaitTimeSeconds": 20}}'
        with socket.create_connection((host, int(port))) as connection:
            head = "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Amz-Target: AmazonSQS.ReceiveMessage\r\n"
            kind = f"Content-Type: application/x-amz-json-1.0\r\n{S3.replace('/s3/', '/sqs/')}\r\n"
            connection.sendall(f"{head}{kind}Content-Length: {len(body)}\r\n\r\n{body}".encode())
            time.sleep(0.5)
            server.stop()
            assert b"200 OK" not in connection.recv(1 << 16), "the end has waited for the answer"


def test_what_is_not_emulated_says_so(aws: Server) -> None:
    with pytest.raises(ClientError, match=r"NotImplemented.*ec2 is not emulated"):
        aws.client("ec2").describe_instances()


LACKING = [
    ("bedrock-runtime", "converse", {"modelId": "m", "messages": [{"role": "user", "content": [{"text": "?"}]}]}),
    ("athena", "list_engine_versions", {}),
    ("dynamodb", "list_imports", {}),
    ("iam", "list_service_specific_credentials", {}),
]


@pytest.mark.parametrize(("service", "operation", "arguments"), LACKING)
def test_an_operation_that_is_lacking_is_refused_by_name(
    aws: Server, service: str, operation: str, arguments: dict[str, object]
) -> None:
    action = operation.title().replace("_", "")
    before = aws.log.stat().st_size
    with pytest.raises(ClientError, match=f"{service} {action} is not emulated") as refused:
        getattr(aws.client(service), operation)(**arguments)
    assert refused.value.response["Error"]["Code"] == "NotImplemented"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert "Traceback" not in aws.log.read_text()[before:]


def test_a_service_that_is_lacking_is_refused_by_name(aws: Server) -> None:
    with pytest.raises(ClientError, match=r"NotImplemented.*gamelift is not emulated"):
        aws.client("gamelift").list_builds()


def test_a_workflow_that_finds_no_path_does_not_fill_the_log(aws: Server) -> None:
    choice = {"Variable": "$.absent", "IsPresent": True, "Next": "End"}
    states = {"Ask": {"Type": "Choice", "Choices": [choice], "Default": "End"}, "End": {"Type": "Succeed"}}
    machines, before = aws.client("stepfunctions"), aws.log.stat().st_size
    machine = machines.create_state_machine(
        name="quiet",
        definition=json.dumps({"StartAt": "Ask", "States": states}),
        roleArn="arn:aws:iam::123456789012:role/r",
    )["stateMachineArn"]
    run = machines.start_execution(stateMachineArn=machine)["executionArn"]
    while (status := machines.describe_execution(executionArn=run)["status"]) == "RUNNING":
        time.sleep(0.05)
    assert status == "SUCCEEDED"
    assert "NoSuchJsonPath" not in aws.log.read_text()[before:]


def test_the_port_that_is_held_is_not_bound_again() -> None:
    """BSD, and so macOS, refuses that; Linux allows it to sockets that ask for it."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        server = http.create(lambda *_: [], held)
        try:
            assert server.socket is held
            socket.create_connection(held.getsockname(), timeout=30).close()
        finally:
            server.close()
