"""The AWS CLI, as it is installed; `cloudformation package` and `deploy` are tested beside the stacks."""

from __future__ import annotations

import json
import os
import random
import time
import uuid
import zipfile
from typing import Any
from urllib.request import urlopen

import pytest

from localaws.testing import Server
from tests.localaws.clients.cli import Cli, installed

LARGE = 20 << 20  # the CLI sends parts of 8 MB


def told(cli: Cli, *arguments: str) -> Any:
    """The answer, as JSON."""
    return json.loads(cli(*arguments, "--output", "json"))


def name(stem: str = "cli") -> str:
    return f"{stem}-{uuid.uuid4().hex[:8]}"


@pytest.mark.parametrize("major", [1, 2])
def test_each_version_is_tried(major: int) -> None:
    found = installed(major)
    if isinstance(found, str):
        pytest.skip(f"every test of the CLI is done without it: {found}")
    assert found.version[0] == major


@pytest.mark.slow("ten commands, each a process of Python that loads its models")
def test_buckets_and_files(cli: Cli) -> None:
    where = f"s3://{name()}"
    cli("s3", "mb", where)
    for path in ("in/a b.txt", "in/é/+%.txt"):
        (cli.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (cli.folder / path).write_text(path)
        os.utime(cli.folder / path, (1e9, 1e9))  # S3 keeps whole seconds: a file of this one would count as newer
    cli("s3", "sync", "in", f"{where}/in")
    assert cli("s3", "sync", "in", f"{where}/in") == ""
    listed = cli("s3", "ls", f"{where}/in/", "--recursive")
    assert [line.split(maxsplit=3)[3] for line in listed.splitlines()] == ["in/a b.txt", "in/é/+%.txt"]
    cli("s3", "cp", f"{where}/in/", f"{where}/out/", "--recursive")
    cli("s3", "sync", f"{where}/out", "back")
    assert (cli.folder / "back" / "é" / "+%.txt").read_text() == "in/é/+%.txt"
    assert cli("s3", "cp", f"{where}/in/a b.txt", "-") == "in/a b.txt"
    cli("s3", "mv", f"{where}/in/a b.txt", f"{where}/c.txt")
    cli("s3", "rb", where, "--force")
    assert cli.run("s3", "ls", where).returncode


def test_a_large_file_goes_up_in_parts_and_comes_back(cli: Cli, bucket: str) -> None:
    whole = random.Random(3).randbytes(LARGE)
    (cli.folder / "up").write_bytes(whole)
    cli("s3", "cp", "up", f"s3://{bucket}/large")
    assert told(cli, "s3api", "head-object", "--bucket", bucket, "--key", "large")["ETag"].endswith('-3"')
    cli("s3", "cp", f"s3://{bucket}/large", f"s3://{bucket}/copy")
    cli("s3", "cp", f"s3://{bucket}/copy", "down")
    assert (cli.folder / "down").read_bytes() == whole


def test_objects_one_by_one(cli: Cli, bucket: str) -> None:
    (cli.folder / "body").write_text("one")
    at = ("--bucket", bucket, "--key", "k")
    made = told(cli, "s3api", "put-object", *at, "--body", "body", "--checksum-algorithm", "SHA256")
    assert made["ChecksumSHA256"]
    again = cli.run("s3api", "put-object", *at, "--body", "body", "--if-none-match", "*")
    assert "PreconditionFailed" in again.stderr
    cli("s3api", "put-object-tagging", *at, "--tagging", "TagSet=[{Key=x,Value=y}]")
    assert cli("s3api", "get-object-tagging", *at, "--query", "TagSet[0].Value", "--output", "text") == "y"
    assert told(cli, "s3api", "get-object", *at, "--range", "bytes=1-", "part")["ContentLength"] == 2
    assert (cli.folder / "part").read_text() == "ne"
    with urlopen(cli("s3", "presign", f"s3://{bucket}/k")) as answer:
        assert answer.read() == b"one"


def test_the_catalog_in_pages(cli: Cli) -> None:
    database = name("db").replace("-", "_")
    cli("glue", "create-database", "--database-input", f"Name={database},Description=mine")
    for number in range(3):
        columns = {"Columns": [{"Name": "n", "Type": "int"}], "Location": "s3://somewhere/"}
        table = json.dumps({"Name": f"t{number}", "StorageDescriptor": columns})
        cli("glue", "create-table", "--database-name", database, "--table-input", table)
    mine = ("glue", "get-tables", "--database-name", database)
    assert cli(*mine, "--query", "TableList[].Name", "--output", "text").split() == ["t0", "t1", "t2"]
    first = told(cli, *mine, "--max-items", "2")
    rest = told(cli, *mine, "--starting-token", first["NextToken"])
    assert [table["Name"] for table in first["TableList"] + rest["TableList"]] == ["t0", "t1", "t2"]
    assert "EntityNotFoundException" in cli.run("glue", "get-table", "--database-name", database, "--name", "x").stderr


def test_items_and_a_waiter(cli: Cli) -> None:
    table = ("--table-name", name())
    key = ("--attribute-definitions", "AttributeName=k,AttributeType=S", "--key-schema", "AttributeName=k,KeyType=HASH")
    cli("dynamodb", "create-table", *table, *key, "--billing-mode", "PAY_PER_REQUEST")
    cli("dynamodb", "wait", "table-exists", *table)
    cli("dynamodb", "put-item", *table, "--item", '{"k": {"S": "é"}, "n": {"N": "1"}}')
    assert told(cli, "dynamodb", "scan", *table)["Items"] == [{"k": {"S": "é"}, "n": {"N": "1"}}]


def test_a_workflow_runs(cli: Cli) -> None:
    (cli.folder / "m.json").write_text('{"StartAt": "S", "States": {"S": {"Type": "Pass", "Result": 7, "End": true}}}')
    made = ("--definition", "file://m.json", "--role-arn", "arn:aws:iam::123456789012:role/r")
    machine = told(cli, "stepfunctions", "create-state-machine", "--name", name(), *made)["stateMachineArn"]
    run = told(cli, "stepfunctions", "start-execution", "--state-machine-arn", machine)["executionArn"]
    while (found := told(cli, "stepfunctions", "describe-execution", "--execution-arn", run))["status"] == "RUNNING":
        time.sleep(0.1)
    assert (found["status"], found["output"]) == ("SUCCEEDED", "7")


def test_a_function_is_invoked(cli: Cli, aws: Server) -> None:
    with zipfile.ZipFile(cli.folder / "f.zip", "w") as archive:
        archive.writestr("f.py", "def handler(event, context): return {'got': event['n'] + 1}")
    who = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    trust = ("--assume-role-policy-document", json.dumps({"Statement": [who]}))
    arn = told(cli, "iam", "create-role", "--role-name", name("role"), *trust)
    function = ("--function-name", name("f"))
    code = ("--runtime", "python3.11", "--handler", "f.handler", "--zip-file", "fileb://f.zip")
    cli("lambda", "create-function", *function, *code, "--role", arn["Role"]["Arn"])
    cli("lambda", "wait", "function-active", *function)
    (cli.folder / "event.json").write_text('{"n": 41}')
    raw = ("--cli-binary-format", "raw-in-base64-out") if cli.version[0] == 2 else ()
    cli("lambda", "invoke", *function, *raw, "--payload", "file://event.json", "out.json")
    assert json.loads((cli.folder / "out.json").read_text()) == {"got": 42}


def test_a_query_is_answered(cli: Cli, bucket: str) -> None:
    where = ("--result-configuration", f"OutputLocation=s3://{bucket}/results/")
    query = told(cli, "athena", "start-query-execution", "--query-string", "select 6 * 7 as n", *where)
    at = ("--query-execution-id", query["QueryExecutionId"])
    while told(cli, "athena", "get-query-execution", *at)["QueryExecution"]["Status"]["State"] in ("QUEUED", "RUNNING"):
        time.sleep(0.1)
    rows = told(cli, "athena", "get-query-results", *at)["ResultSet"]["Rows"]
    assert [row["Data"][0]["VarCharValue"] for row in rows] == ["n", "42"]


def test_who_am_i(cli: Cli) -> None:
    assert cli("sts", "get-caller-identity", "--query", "Account", "--output", "text") == "123456789012"


LISTS = {"sns": "list-topics", "sqs": "list-queues", "scheduler": "list-schedules", "cloudwatch": "list-metrics"}


@pytest.mark.parametrize(("service", "command"), LISTS.items())
def test_services_of_other_protocols_answer(cli: Cli, service: str, command: str) -> None:
    # version 1 looks for SQS at its oldest address, whatever the environment says
    there = ("--endpoint-url", cli.endpoint) if (service, cli.version[0]) == ("sqs", 1) else ()
    cli(service, command, *there)
