"""A server that is killed while many write: it comes back as of one moment, all services together."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from localaws.testing import Server
from tests.localaws.policies import make_role
from tests.localaws.waiting import until

WRITERS = 4
WAIT = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 3600, "End": True}}}
SERVICES = ("s3", "dynamodb", "glue", "sqs", "stepfunctions")
#: seconds that the state may lag behind where the processors are few and busy: a bound that is promised, not a speed
FEW = 20.0


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path / "state") as server:
        for service in SERVICES:
            server.client(service)
        yield server


def prepared(server: Server) -> str:
    """The machine of the writers' executions."""
    server.client("s3").create_bucket(Bucket="chain")
    server.client("sqs").create_queue(QueueName="chain")
    server.client("glue").create_database(DatabaseInput={"Name": "chain"})
    server.client("dynamodb").create_table(
        TableName="chain",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    role = make_role(server.client("iam"), "chain", "states")
    machine = server.client("stepfunctions").create_state_machine(
        name="chain", definition=json.dumps(WAIT), roleArn=role
    )
    return str(machine["stateMachineArn"])


def written(name: str) -> bytes:
    return name.encode() * 5000


def link(server: Server, machine: str, name: str) -> None:
    """One thing after another, in five services: none of them is there without the one before it."""
    server.client("s3").put_object(Bucket="chain", Key=name, Body=written(name))
    server.client("dynamodb").put_item(TableName="chain", Item={"pk": {"S": name}})
    server.client("glue").create_table(DatabaseName="chain", TableInput={"Name": name})
    server.client("stepfunctions").start_execution(stateMachineArn=machine, name=name)
    server.client("dynamodb").transact_write_items(
        TransactItems=[{"Put": {"TableName": "chain", "Item": {"pk": {"S": f"{side}-{name}"}}}} for side in ("l", "r")]
    )


def write_until_killed(server: Server, machine: str, writer: int, at: dict[str, float], dead: threading.Event) -> None:
    number = 0
    while True:
        number += 1
        name = f"w{writer}n{number}"
        try:
            link(server, machine, name)
        except (BotoCoreError, ClientError):
            assert dead.is_set()
            return
        at[name] = time.time()


def found(server: Server) -> dict[str, set[str]]:
    """The names that there are in each service."""

    def all_of(service: str, operation: str, part: str, **given: Any) -> list[Any]:
        pages = server.client(service).get_paginator(operation).paginate(**given)
        return [each for page in pages for each in page.get(part, [])]

    machines = server.client("stepfunctions").list_state_machines()["stateMachines"]
    (machine,) = [each["stateMachineArn"] for each in machines]
    items = {each["pk"]["S"] for each in all_of("dynamodb", "scan", "Items", TableName="chain")}
    return {
        "s3": {each["Key"] for each in all_of("s3", "list_objects_v2", "Contents", Bucket="chain")},
        "rows": {name for name in items if "-" not in name},
        "glue": {each["Name"] for each in all_of("glue", "get_tables", "TableList", DatabaseName="chain")},
        "executions": {
            each["name"] for each in all_of("stepfunctions", "list_executions", "executions", stateMachineArn=machine)
        },
        "l": {name[2:] for name in items if name.startswith("l-")},
        "r": {name[2:] for name in items if name.startswith("r-")},
    }


@pytest.mark.slow("writers write until a state was saved while they did, and the server starts again")
def test_a_kill_under_load_leaves_one_moment(server: Server) -> None:
    machine = prepared(server)
    snapshot, dead = server.state / "snapshot", threading.Event()
    at: dict[str, float] = {}
    with ThreadPoolExecutor(WRITERS) as threads:
        writers = [threads.submit(write_until_killed, server, machine, n, at, dead) for n in range(WRITERS)]
        until(lambda: len(at) > 4 * WRITERS, "begun")
        begun = snapshot.stat().st_mtime_ns
        until(lambda: snapshot.stat().st_mtime_ns != begun, "saved under load")
        before = snapshot.stat().st_mtime_ns
        until(lambda: snapshot.stat().st_mtime_ns != before, "saved again")
        time.sleep(0.7)
        dead.set()
        killed = time.time()
        server.kill()
        for writer in writers:
            writer.result()
    server.start()
    names = found(server)
    chain = ["s3", "rows", "glue", "executions", "l"]
    for earlier, later in pairwise(chain):
        assert names[later] <= names[earlier], f"{later} without {earlier}"
    assert names["l"] == names["r"], "half a transaction"
    assert names["l"]
    as_of_one_moment(server, names, at)
    told_and_recent(server, killed)
    aborted(server, machine, names["executions"])


def test_a_stop_under_load_loses_nothing_that_was_answered(server: Server) -> None:
    machine, dead = prepared(server), threading.Event()
    at: dict[str, float] = {}
    with ThreadPoolExecutor(WRITERS) as threads:
        writers = [threads.submit(write_until_killed, server, machine, n, at, dead) for n in range(WRITERS)]
        until(lambda: len(at) > 4 * WRITERS, "begun")
        dead.set()  # from now on a writer may find nobody
        server.stop()
        for writer in writers:
            writer.result()
    server.start()
    names = found(server)
    for service, there in names.items():
        assert set(at) <= there, f"answered, and not in {service}"
    assert "was killed" not in server.log.read_text()
    aborted(server, machine, names["executions"])


def as_of_one_moment(server: Server, names: dict[str, set[str]], at: dict[str, float]) -> None:
    """Every object is whole; no writer's earlier link is missing where a later one is there."""
    for name in names["s3"]:
        assert server.client("s3").get_object(Bucket="chain", Key=name)["Body"].read() == written(name)
    for writer in range(WRITERS):
        kept = sorted(int(name.partition("n")[2]) for name in names["l"] if name.startswith(f"w{writer}n"))
        assert kept == list(range(1, len(kept) + 1))
    lost = [when for name, when in at.items() if name not in names["l"]]
    there = [when for name, when in at.items() if name in names["l"]]
    assert not lost or max(there) <= min(lost) + 1.0, "what is lost is what came last, whoever wrote it"


def told_and_recent(server: Server, killed: float) -> None:
    """The server says that it was killed, and as of when its state is: a few seconds before."""
    (said,) = [line for line in server.log.read_text().splitlines() if "was killed" in line]
    moment = datetime.fromisoformat(said.partition("as it was at ")[2].partition(",")[0])
    assert moment.tzinfo == UTC
    assert 0 <= killed - moment.timestamp() <= FEW
    assert said.endswith("the executions that ran then are ABORTED")


def aborted(server: Server, machine: str, names: set[str]) -> None:
    """What ran then is ABORTED, says why, and can go on."""
    machines = server.client("stepfunctions")
    prefix = machine.replace(":stateMachine:", ":execution:")
    for name in names:
        execution = machines.describe_execution(executionArn=f"{prefix}:{name}")
        assert execution["status"] == "ABORTED"
        assert "localaws was stopped while this execution was running" in execution["cause"]
        assert execution["stopDate"] >= execution["startDate"]
    last = machines.get_execution_history(executionArn=f"{prefix}:{min(names)}", reverseOrder=True)["events"][0]
    assert last["type"] == "ExecutionAborted"
    machines.redrive_execution(executionArn=f"{prefix}:{min(names)}")
    assert machines.describe_execution(executionArn=f"{prefix}:{min(names)}")["status"] == "RUNNING"


def test_a_kill_in_the_first_moment_and_again_and_again(server: Server) -> None:
    for _ in range(2):
        server.kill()
        server.start()
    assert server.client("s3").list_buckets()["Buckets"] == []
    server.stop()
    server.start()
    assert server.log.read_text().count("was killed") == 2


def test_a_query_that_ran_is_cancelled_and_says_so(server: Server) -> None:
    from tests.localaws.athena.conftest import Lake
    from tests.localaws.athena.test_processes import FOREVER, running
    from tests.localaws.test_state import saved

    lake = Lake(server)
    query = running(lake, FOREVER)
    saved(server)
    server.kill()
    server.start()
    found = server.client("athena").get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]
    assert (found["State"], found["StateChangeReason"]) == ("CANCELLED", "localaws was stopped while the query ran")
