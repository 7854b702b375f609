"""Sixteen clients at once: no error, no lost write, and each answer belongs to its asker."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localaws.testing import Server
from tests.localaws.athena.conftest import PARQUET, Lake
from tests.localaws.policies import make_role

CLIENTS, ROUNDS = 16, 4
LOST = (
    "ConditionalCheckFailedException",
    "TransactionCanceledException",
    "PreconditionFailed",
    "ConditionalRequestConflict",
)


@pytest.fixture(scope="module")
def crowd(aws: Server) -> Lake:
    """What all clients share: a bucket, a database with a table, an item that counts, a machine that says it again."""
    lake = Lake(aws)
    lake.put_parquet("t/a.parquet", {"id": list(range(100))})
    lake.table("t", "id bigint", PARQUET)
    aws.client("dynamodb").create_table(
        TableName=lake.name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    put(lake, "count", 0)
    for service in ("s3", "glue", "dynamodb", "stepfunctions", "athena"):
        aws.client(service)  # boto3 does not make two clients at once
    return lake


def put(lake: Lake, key: str, number: int, **condition: Any) -> None:
    item = {"pk": {"S": key}, "n": {"N": str(number)}}
    lake.aws.client("dynamodb").put_item(TableName=lake.name, Item=item, **condition)


def count(lake: Lake, key: str) -> int:
    found = lake.aws.client("dynamodb").get_item(TableName=lake.name, Key={"pk": {"S": key}}, ConsistentRead=True)
    return int(found["Item"]["n"]["N"])


def took(act: Callable[[], object]) -> bool:
    """Whether the condition of the write held."""
    try:
        act()
    except ClientError as error:
        if error.response["Error"]["Code"] not in LOST:
            raise
        return False
    return True


def count_up(lake: Lake) -> None:
    """One more, by nobody else's leave: read, and write on condition that nobody did meanwhile."""

    def once() -> None:
        seen = count(lake, "count")
        values = {":seen": {"N": str(seen)}}
        put(lake, "count", seen + 1, ConditionExpression="n = :seen", ExpressionAttributeValues=values)

    while not took(once):
        pass


def objects(lake: Lake, me: int, turn: int) -> None:
    """A put is seen by its own get and list, and by nobody else's prefix."""
    key, body = f"{me}/{turn}", f"{me} {turn} ".encode() * 1000 * (turn + 1)
    lake.s3.put_object(Bucket=lake.data, Key=key, Body=body, Metadata={"me": str(me)})
    found = lake.s3.get_object(Bucket=lake.data, Key=key)
    assert (found["Body"].read(), found["Metadata"]) == (body, {"me": str(me)})
    listed = lake.s3.list_objects_v2(Bucket=lake.data, Prefix=f"{me}/")["Contents"]
    assert [each["Key"] for each in listed] == [f"{me}/{number}" for number in range(turn + 1)]


def tables(lake: Lake, me: int, turn: int) -> None:
    """A table of its own, and a version of it."""
    name = f"of_{me}"
    act = lake.glue.update_table if turn else lake.glue.create_table
    act(DatabaseName=lake.name, TableInput={"Name": name, "Parameters": {"turn": str(turn)}})
    assert lake.glue.get_table(DatabaseName=lake.name, Name=name)["Table"]["Parameters"] == {"turn": str(turn)}


def executions(lake: Lake, machine: str, me: int, turn: int) -> None:
    """The machine says to each client what that client said."""
    machines = lake.aws.client("stepfunctions")
    said = {"me": me, "turn": turn}
    run = machines.start_execution(stateMachineArn=machine, input=json.dumps(said))["executionArn"]
    while (found := machines.describe_execution(executionArn=run))["status"] == "RUNNING":
        time.sleep(0.02)
    assert json.loads(found["output"]) == said


def queries(lake: Lake, me: int, turn: int) -> None:
    rows = lake.rows(f"SELECT {me} AS me, {turn} AS turn, count(*) AS n FROM t WHERE id >= {me}")
    assert rows == [["me", "turn", "n"], [str(me), str(turn), str(100 - me)]]


@pytest.mark.slow("sixteen clients call five services in turns, on however few processors there are")
def test_sixteen_clients_at_once(aws: Server, crowd: Lake) -> None:
    machine = said_again(aws, crowd.name)
    begin = threading.Barrier(CLIENTS)

    def client(me: int) -> None:
        begin.wait()
        for turn in range(ROUNDS):
            work: list[Callable[[], object]] = [
                partial(objects, crowd, me, turn),
                partial(tables, crowd, me, turn),
                partial(count_up, crowd),
                partial(put, crowd, f"{me}-{turn}", me),
                partial(executions, crowd, machine, me, turn),
                partial(queries, crowd, me, turn),
            ]
            for step in range(len(work)):
                work[(step + me) % len(work)]()

    before = aws.log.stat().st_size
    with ThreadPoolExecutor(CLIENTS) as threads:
        for done in [threads.submit(client, me) for me in range(CLIENTS)]:
            done.result()
    assert count(crowd, "count") == CLIENTS * ROUNDS
    assert all(count(crowd, f"{me}-{turn}") == me for me in range(CLIENTS) for turn in range(ROUNDS))
    listed = crowd.s3.get_paginator("list_objects_v2").paginate(Bucket=crowd.data, PaginationConfig={"PageSize": 10})
    assert sum(len(page["Contents"]) for page in listed) == CLIENTS * ROUNDS + 1
    assert "Traceback" not in aws.log.read_text()[before:]


def said_again(aws: Server, name: str) -> str:
    role = make_role(aws.client("iam"), name, "states")
    definition = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
    made = aws.client("stepfunctions").create_state_machine(name=name, definition=json.dumps(definition), roleArn=role)
    return str(made["stateMachineArn"])


@pytest.mark.parametrize("kind", ["put", "update", "transaction"])
def test_of_sixteen_conditional_writes_one_holds(aws: Server, crowd: Lake, kind: str) -> None:
    """moto alone lets two of them win in one of a hundred rounds."""
    dynamodb, rounds, begin = aws.client("dynamodb"), 40, threading.Barrier(CLIENTS)

    def write(me: int, number: int) -> bool:
        key = {"pk": {"S": f"{kind}-{number}"}}
        new = {"TableName": crowd.name, "ConditionExpression": "attribute_not_exists(n)"}
        item, value = {**key, "n": {"N": str(me)}}, {":me": {"N": str(me)}}
        acts: dict[str, Callable[[], object]] = {
            "put": lambda: dynamodb.put_item(Item=item, **new),
            "update": lambda: dynamodb.update_item(
                Key=key, UpdateExpression="SET n = :me", ExpressionAttributeValues=value, **new
            ),
            "transaction": lambda: dynamodb.transact_write_items(TransactItems=[{"Put": {"Item": item, **new}}]),
        }
        begin.wait()
        return took(acts[kind])

    with ThreadPoolExecutor(CLIENTS) as threads:
        for number in range(rounds):
            won = list(threads.map(write, range(CLIENTS), [number] * CLIENTS))
            assert (won.count(True), count(crowd, f"{kind}-{number}")) == (1, won.index(True))


def test_of_sixteen_writers_of_a_new_key_one_wins(aws: Server, crowd: Lake) -> None:
    begin = threading.Barrier(CLIENTS)

    def item(me: int) -> bool:
        begin.wait()
        return took(lambda: put(crowd, "once", me, ConditionExpression="attribute_not_exists(pk)"))

    def whole(me: int) -> bool:
        begin.wait()
        body = str(me).encode()
        return took(lambda: crowd.s3.put_object(Bucket=crowd.results, Key="once", Body=body, IfNoneMatch="*"))

    with ThreadPoolExecutor(CLIENTS) as threads:
        won = list(threads.map(item, range(CLIENTS)))
        written = list(threads.map(whole, range(CLIENTS)))
    assert (won.count(True), count(crowd, "once")) == (1, won.index(True))
    body = crowd.s3.get_object(Bucket=crowd.results, Key="once")["Body"].read()
    assert (written.count(True), int(body)) == (1, written.index(True))
