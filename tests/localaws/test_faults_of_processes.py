"""Job runs and Lambdas that die or sleep at what they ask for, and the requests that there are to strike."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from localaws import processes
from localaws.testing import Server
from tests.localaws.test_faults import applied, ask, refusal
from tests.localaws.test_glue_jobs import Bench
from tests.localaws.test_lambdas import call, function
from tests.localaws.waiting import until

PUT = """
import boto3
def f(event, context):
    s3 = boto3.client("s3")
    for key in event["keys"]:
        s3.put_object(Bucket=event["bucket"], Key=key, Body=b"1")
    return "done"
"""


@pytest.fixture
def fault(aws: Server) -> Iterator[Callable[..., None]]:
    """Puts a rule; afterwards there is none."""
    yield lambda **rule: ask(aws, "POST", {"service": "s3", "operation": "PutObject", **rule})
    ask(aws, "DELETE")


def requests(aws: Server, method: str = "GET") -> Any:
    asked = urllib.request.Request(f"{aws.endpoint}/_localaws/requests", method=method)
    with urllib.request.urlopen(asked) as answer:
        return json.load(answer)


def keys(aws: Server, bucket: str) -> list[str]:
    return [item["Key"] for item in aws.client("s3").list_objects_v2(Bucket=bucket).get("Contents", [])]


@pytest.mark.parametrize(("when", "there"), [("before", ["a"]), ("after", ["a", "b"])])
def test_a_lambda_is_killed_at_its_second_put(
    aws: Server, bucket: str, fault: Callable[..., None], when: str, there: list[str]
) -> None:
    name = function(aws, PUT)
    fault(fault="kill", when=when, skip=1)
    result, answer = call(aws, name, {"bucket": bucket, "keys": ["a", "b", "c"]})
    assert (result["errorType"], answer["FunctionError"]) == ("Runtime.ExitError", "Unhandled")
    assert "SIGKILL" in result["errorMessage"]
    assert (keys(aws, bucket), applied(aws)) == (there, [1])
    assert call(aws, name, {"bucket": bucket, "keys": ["d"]})[0] == "done"


@pytest.mark.parametrize(("when", "there"), [("before", []), ("after", ["k"])])
def test_a_job_run_is_killed(aws: Server, fault: Callable[..., None], when: str, there: list[str]) -> None:
    bench = Bench(aws)
    bench.job(f"import boto3\nboto3.client('s3').put_object(Bucket={bench.name!r}, Key='k', Body=b'1')")
    fault(fault="kill", when=when, caller=bench.name)
    run = bench.run()
    assert run["JobRunState"] == "FAILED"
    assert [key for key in keys(aws, bench.name) if key != "script.py"] == there
    assert bench.run()["JobRunState"] == "SUCCEEDED"


def test_a_client_of_ones_own_is_left_alone(aws: Server, bucket: str, fault: Callable[..., None]) -> None:
    fault(fault="kill")
    aws.client("s3").put_object(Bucket=bucket, Key="k", Body=b"1")
    assert (keys(aws, bucket), applied(aws)) == (["k"], [0])


@pytest.mark.parametrize(("when", "there"), [("before", []), ("after", ["a"])])
def test_who_sleeps_goes_on_when_told_to(
    aws: Server, bucket: str, fault: Callable[..., None], when: str, there: list[str]
) -> None:
    name = function(aws, PUT)
    fault(fault="stop", when=when)
    with ThreadPoolExecutor(1) as pool:
        answered = pool.submit(call, aws, name, {"bucket": bucket, "keys": ["a", "b"]})
        until(lambda: applied(aws) == [1], "put to sleep")
        until(lambda: keys(aws, bucket) == there, "as it is meanwhile")
        time.sleep(0.3)
        assert keys(aws, bucket) == there
        assert not answered.done()
        (awake,) = ask(aws, "POST", path="/continue")["continued"]
        assert awake.startswith(f"{name}/")
        assert answered.result()[0] == "done"
    assert keys(aws, bucket) == ["a", "b"]
    assert ask(aws, "POST", path="/continue") == {"continued": []}


def test_who_sleeps_wakes_by_itself(aws: Server, bucket: str, fault: Callable[..., None]) -> None:
    fault(fault="stop", seconds=0.2)
    assert call(aws, function(aws, PUT), {"bucket": bucket, "keys": ["a"]})[0] == "done"
    assert (keys(aws, bucket), applied(aws)) == (["a"], [1])


def test_requests_that_change_something_are_told(aws: Server, bucket: str) -> None:
    name, table = function(aws, PUT), f"t-{uuid.uuid4().hex[:8]}"
    dynamodb, glue = aws.client("dynamodb"), aws.client("glue")
    text = {"AttributeType": "S"}
    assert requests(aws, "POST") == {"recording": True, "requests": []}
    call(aws, name, {"bucket": bucket, "keys": ["a"]})
    dynamodb.create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": "pk"} | text, {"AttributeName": "sk"} | text],
    )
    item = {"sk": {"S": "two"}, "pk": {"S": "one"}, "other": {"S": "three"}}
    dynamodb.transact_write_items(TransactItems=[{"Put": {"TableName": table, "Item": item}}])
    dynamodb.get_item(TableName=table, Key={"pk": {"S": "one"}, "sk": {"S": "two"}})
    glue.create_database(DatabaseInput={"Name": table})
    glue.create_table(DatabaseName=table, TableInput={"Name": "sales"})
    aws.client("s3").delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a"}, {"Key": "b"}]})
    found = requests(aws)["requests"]
    told = [(one["caller"], one["operation"], one["targets"]) for one in found]
    assert told[1:] == [
        (name, "PutObject", [f"s3://{bucket}/a"]),
        ("administrator", "CreateTable", [f"table/{table}"]),
        ("administrator", "TransactWriteItems", [f"{table} one two"]),
        ("administrator", "CreateDatabase", [f"database/{table}"]),
        ("administrator", "CreateTable", [f"table/{table}/sales"]),
        ("administrator", "DeleteObjects", [f"s3://{bucket}/a", f"s3://{bucket}/b"]),
    ]
    assert [one["number"] for one in found] == list(range(1, 8))
    assert [bool(one["process"]) for one in found] == [False, True] + [False] * 5
    assert requests(aws, "DELETE") == {"recording": False, "requests": []}
    dynamodb.delete_table(TableName=table)
    assert requests(aws) == {"recording": False, "requests": []}


def test_only_these_methods(aws: Server) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        requests(aws, "PUT")
    with refused.value as answer:
        assert answer.code == 405
    assert refusal(aws, "GET", None, "/continue")[0] == 404


def test_a_name_is_in_no_other_token() -> None:
    token = processes.marked("AQoEXAMPLE+/=", "promote/1")
    assert processes.named(token) == "promote/1"
    assert [processes.named(other) for other in ("AQoEXAMPLE+/=", "", "a.%%")] == ["", "", ""]


def test_a_process_that_is_gone_is_left_alone() -> None:
    processes.begun("gone", 2**22 + 1)
    processes.gone("gone")
    for change in (processes.kill, processes.stop):
        change("gone")
    assert not processes.go_on("gone")
    assert processes.asleep() == []
