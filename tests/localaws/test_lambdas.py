from __future__ import annotations

import base64
import json
import os
import uuid
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localaws.testing import Server
from tests.localaws.handlers import zipped
from tests.localaws.policies import make_role
from tests.localaws.waiting import until


def function(aws: Server, code: str, **options: Any) -> str:
    name = f"f-{uuid.uuid4().hex[:8]}"
    role = make_role(aws.client("iam"), name, "lambda")
    settings = {"Runtime": "python3.11", "Handler": "h.f", "Timeout": 20, "Code": {"ZipFile": zipped(h=code)}}
    aws.client("lambda").create_function(FunctionName=name, Role=role, **{**settings, **options})
    return name


def call(aws: Server, name: str, event: Any = None, **options: Any) -> tuple[Any, dict[str, Any]]:
    answer = aws.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event).encode(), **options)
    return json.loads(answer["Payload"].read() or b"null"), answer


def logged(aws: Server, name: str) -> list[str]:
    try:
        events = aws.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]
    except ClientError:
        return []
    return [event["message"] for event in events]


def sleeper(folder: Path) -> str:
    """A handler that says who it is and does not end."""
    say = f"open({str(folder / 'pid')!r}, 'w').write(str(os.getpid()))"
    return f"import os, time\ndef f(e, c):\n {say}\n time.sleep(60)"


def test_a_handler_gets_its_event_and_context(aws: Server) -> None:
    code = """
def f(event, context):
    left = context.get_remaining_time_in_millis()
    return [event, context.function_name, context.invoked_function_arn, context.memory_limit_in_mb, 0 < left <= 20000]
"""
    name = function(aws, code, MemorySize=256)
    result, answer = call(aws, name, {"a": "é"})
    assert result == [{"a": "é"}, name, f"arn:aws:lambda:us-east-1:123456789012:function:{name}", "256", True]
    assert "FunctionError" not in answer
    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST")


def test_a_handler_acts_as_the_role_of_its_function(aws: Server) -> None:
    name = function(aws, "import boto3\ndef f(e, c): return boto3.client('sts').get_caller_identity()['Arn']")
    result, _ = call(aws, name)
    assert result.startswith(f"arn:aws:sts::123456789012:assumed-role/{name}/")


def test_a_handler_sees_its_zip_and_boto3_and_nothing_else(aws: Server) -> None:
    code = """
import importlib.util, os, boto3
def f(event, context):
    names = ("pytest", "localaws", "moto", "numpy", "boto3", "other")
    found = [name for name in names if importlib.util.find_spec(name)]
    return [found, os.environ["COLOUR"], os.environ["AWS_LAMBDA_FUNCTION_NAME"] == context.function_name]
"""
    zipfile = zipped(h=code, other="")
    name = function(aws, "", Code={"ZipFile": zipfile}, Environment={"Variables": {"COLOUR": "red"}})
    assert call(aws, name)[0] == [["boto3", "other"], "red", True]


def test_a_zip_may_bring_its_own_boto3(aws: Server) -> None:
    code = {"ZipFile": zipped(h="import boto3\ndef f(e, c): return boto3.mine", boto3="mine = 7")}
    assert call(aws, function(aws, "", Code=code))[0] == 7


def test_a_layer_is_importable(aws: Server) -> None:
    layer = f"l-{uuid.uuid4().hex[:8]}"
    content = {"ZipFile": zipped(**{"python/layered": "x = 5"})}
    arn = aws.client("lambda").publish_layer_version(LayerName=layer, Content=content)["LayerVersionArn"]
    name = function(aws, "import layered\ndef f(e, c): return layered.x", Layers=[arn])
    assert call(aws, name)[0] == 5


def test_an_error_is_told_with_its_place(aws: Server) -> None:
    name = function(aws, "def f(e, c):\n    raise ValueError('no ' + e)")
    result, answer = call(aws, name, "way")
    assert answer["FunctionError"] == "Unhandled"
    assert (result["errorType"], result["errorMessage"]) == ("ValueError", "no way")
    assert "raise ValueError" in result["stackTrace"][0]
    assert "[ERROR] ValueError: no way" in logged(aws, name)


@pytest.mark.parametrize(
    ("code", "handler", "kind", "words"),
    [
        ("import nothing_there", "h.f", "Runtime.ImportModuleError", "No module named 'nothing_there'"),
        ("x = 1", "h.f", "Runtime.HandlerNotFound", "Handler 'f' missing on module 'h'"),
        ("def f(:", "h.f", "Runtime.UserCodeSyntaxError", "Syntax error in module 'h'"),
        ("def f(e, c): return {1, 2}", "h.f", "Runtime.MarshalError", "not JSON serializable"),
        ("import os\ndef f(e, c): os._exit(3)", "h.f", "Runtime.ExitError", "exit status 3"),
        ("x = 1 / 0", "h.f", "ZeroDivisionError", "division by zero"),
    ],
)
def test_what_is_wrong_with_a_function_is_named(aws: Server, code: str, handler: str, kind: str, words: str) -> None:
    result, answer = call(aws, function(aws, code, Handler=handler))
    assert (answer["FunctionError"], result["errorType"]) == ("Unhandled", kind)
    assert words in result["errorMessage"]


def test_a_handler_that_takes_too_long_is_ended(aws: Server, tmp_path: Path) -> None:
    code = (
        f"import os, time\ndef f(e, c):\n open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\n time.sleep(60)"
    )
    result, answer = call(aws, function(aws, code, Timeout=1))
    assert answer["FunctionError"] == "Unhandled"
    assert result["errorMessage"].endswith("Task timed out after 1.00 seconds")
    assert not Path(f"/proc/{(tmp_path / 'pid').read_text()}").exists()


def test_logs_are_as_lambda_writes_them(aws: Server) -> None:
    code = """
import logging
logging.getLogger().setLevel("INFO")
def f(event, context):
    print("printed")
    logging.info("logged %s", 1)
"""
    name = function(aws, code)
    _, answer = call(aws, name, LogType="Tail")
    lines = logged(aws, name)
    assert lines[0].startswith("START RequestId: ")
    assert lines[1] == "printed"
    assert lines[2].startswith("[INFO]\t20")
    assert lines[2].endswith("\tlogged 1")
    assert lines[3].startswith("END RequestId: ")
    assert "Billed Duration: " in lines[4]
    assert "Init Duration: " in lines[4]
    assert "printed" in base64.b64decode(answer["LogResult"]).decode()
    (stream,) = aws.client("logs").describe_log_streams(logGroupName=f"/aws/lambda/{name}")["logStreams"]
    assert "/[$LATEST]" in stream["logStreamName"]


def test_a_process_is_used_again_until_the_function_changes(aws: Server) -> None:
    name = function(aws, "import os\nn = 0\ndef f(e, c):\n global n\n n += 1\n return [os.getpid(), n]")
    (first, one), (second, two) = call(aws, name)[0], call(aws, name)[0]
    assert (first, one, two) == (second, 1, 2)
    aws.client("lambda").update_function_code(FunctionName=name, ZipFile=zipped(h="def f(e, c): return 'new'"))
    assert call(aws, name)[0] == "new"


def test_an_event_is_answered_before_it_is_handled(aws: Server) -> None:
    bucket = f"b-{uuid.uuid4().hex[:8]}"
    aws.client("s3").create_bucket(Bucket=bucket)
    code = f"import boto3\ndef f(e, c): boto3.client('s3').put_object(Bucket='{bucket}', Key=e, Body=b'')"
    name = function(aws, code)
    result, answer = call(aws, name, "done", InvocationType="Event")
    assert (result, answer["StatusCode"]) == (None, 202)
    until(lambda: aws.client("s3").list_objects_v2(Bucket=bucket)["KeyCount"], "handled")


def test_a_failed_event_is_tried_three_times(tmp_path: Path) -> None:
    with Server(tmp_path, "--time-scale", "0.001") as server:
        name = function(server, "def f(e, c): raise ValueError('again')")
        call(server, name, InvocationType="Event")
        until(lambda: logged(server, name).count("[ERROR] ValueError: again") == 3, "three attempts")


def test_a_new_object_is_told_with_its_slashes(aws: Server) -> None:
    bucket = f"b-{uuid.uuid4().hex[:8]}"
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=bucket)
    name = function(aws, "def f(e, c): print('key', e['Records'][0]['s3']['object']['key'])")
    arn = aws.client("lambda").get_function(FunctionName=name)["Configuration"]["FunctionArn"]
    told = {"LambdaFunctionConfigurations": [{"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}]}
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=told)
    s3.put_object(Bucket=bucket, Key="a/b c", Body=b"1")
    until(lambda: "key a/b+c" in logged(aws, name), "told")


def test_a_queue_feeds_a_function(aws: Server) -> None:
    sqs, name = aws.client("sqs"), function(aws, "def f(e, c):\n for r in e['Records']: print('got', r['body'])")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    aws.client("lambda").create_event_source_mapping(FunctionName=name, EventSourceArn=queue, BatchSize=2)
    for number in range(3):
        sqs.send_message(QueueUrl=url, MessageBody=str(number))
    until(lambda: {"got 0", "got 1", "got 2"} <= set(logged(aws, name)), "all seen")
    count = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    until(
        lambda: set(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=count)["Attributes"].values()) == {"0"},
        "empty",
    )


def test_code_from_a_bucket_runs(aws: Server) -> None:
    bucket = f"b-{uuid.uuid4().hex[:8]}"
    aws.client("s3").create_bucket(Bucket=bucket)
    aws.client("s3").put_object(Bucket=bucket, Key="code.zip", Body=zipped(h="def f(e, c): return 'from s3'"))
    name = function(aws, "", Code={"S3Bucket": bucket, "S3Key": "code.zip"})
    assert call(aws, name)[0] == "from s3"


def test_other_runtimes_are_refused_by_name(aws: Server) -> None:
    name = function(aws, "", Runtime="nodejs20.x")
    with pytest.raises(ClientError, match=r"NotImplemented.*nodejs20\.x"):
        call(aws, name)


def test_a_killed_server_takes_its_handlers_along(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        call(server, function(server, sleeper(tmp_path), Timeout=90), InvocationType="Event")
        pid = until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text(), "running")
        server.kill()
        until(lambda: not Path(f"/proc/{pid}").exists(), "gone")


def test_a_stop_ends_all_processes(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        idle = call(server, function(server, "import os\ndef f(e, c): return os.getpid()"))[0]
        call(server, function(server, sleeper(tmp_path), Timeout=90), InvocationType="Event")
        busy = until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text(), "running")
    for pid in (idle, busy):
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid), 0)


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("432143214321", {"AWS": "arn:aws:iam::432143214321:root"}),
        ("arn:aws:iam::432143214321:role/r", {"AWS": "arn:aws:iam::432143214321:role/r"}),
        ("s3.amazonaws.com", {"Service": "s3.amazonaws.com"}),
        ("alexa-appkit.amazon.com", {"Service": "alexa-appkit.amazon.com"}),
        ("*", "*"),
    ],
)
def test_a_permission_names_whom_it_is_for_as_policies_do(aws: Server, given: str, written: Any) -> None:
    name, functions = function(aws, "def f(e, c): return 1"), aws.client("lambda")
    functions.add_permission(FunctionName=name, StatementId="p", Action="lambda:InvokeFunction", Principal=given)
    policy = json.loads(functions.get_policy(FunctionName=name)["Policy"])
    assert policy["Statement"][0]["Principal"] == written
    functions.remove_permission(FunctionName=name, StatementId="p")


def test_a_permission_for_nobody_is_refused(aws: Server) -> None:
    name = function(aws, "def f(e, c): return 1")
    with pytest.raises(ClientError, match="The provided principal was invalid"):
        aws.client("lambda").add_permission(
            FunctionName=name, StatementId="p", Action="lambda:InvokeFunction", Principal="nobody"
        )
