"""What localaws bears by itself: requests a second, bytes a second, and its memory before and after."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.processes import measured, memory, most_memory
from localaws.testing import Server

CLIENTS = 8
SMALL, SMALL_BYTES = 2_000, 1_000
LARGE, LARGE_BYTES = 4, 256 << 20
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Figure:
    """A number with its unit; `note` says what else is to be known of it."""

    name: str
    value: float
    unit: str
    note: str = ""

    def __str__(self) -> str:
        return f"{self.value:,.0f} {self.unit}"


def measure(folder: Path, say: Callable[[str], None]) -> list[Figure]:
    """Every figure, on a server of its own."""
    found: list[Figure] = []

    def add(figure: Figure | None) -> None:
        if figure is not None:
            found.append(figure)
            say(f"  {figure.name:<44} {figure}")

    with Server(folder / "localaws") as server:
        add(_memory("memory at rest", memory(server.pid)))
        for figure in _requests(server):
            add(figure)
        for figure in _bytes(server, folder):
            add(figure)
        add(_memory(f"memory after {LARGE * LARGE_BYTES >> 30} GB went in and out", memory(server.pid)))
        add(_memory("memory at most", most_memory(server.pid)))
    return found


def _requests(server: Server) -> Iterable[Figure]:
    s3, sts, dynamodb = server.client("s3"), server.client("sts"), server.client("dynamodb")
    s3.create_bucket(Bucket="small")
    _table(dynamodb)
    body = os.urandom(SMALL_BYTES)
    yield _rate("S3 PutObject of 1 kB", lambda n: s3.put_object(Bucket="small", Key=f"{n}", Body=body))
    yield _rate("S3 GetObject of 1 kB", lambda n: s3.get_object(Bucket="small", Key=f"{n}")["Body"].read())
    yield _rate("DynamoDB PutItem", lambda n: dynamodb.put_item(TableName="small", Item={"id": {"S": f"{n}"}}))
    yield _rate("STS GetCallerIdentity", lambda _: sts.get_caller_identity())


def _rate(name: str, call: Callable[[int], Any]) -> Figure:
    def all_of_them() -> None:
        with ThreadPoolExecutor(CLIENTS) as pool:
            for _ in pool.map(call, range(SMALL)):
                pass

    took = measured(all_of_them)
    cost = "" if took.cpu is None else f"{took.cpu / SMALL * 1000:.1f} ms of the server's CPU each"
    return Figure(name, SMALL / took.seconds, "a second", cost)


def _bytes(server: Server, folder: Path) -> Iterable[Figure]:
    s3, size = server.client("s3"), LARGE * LARGE_BYTES
    s3.create_bucket(Bucket="large")
    path = folder / "large"
    with path.open("wb") as file:
        for _ in range(LARGE_BYTES // _CHUNK):
            file.write(os.urandom(_CHUNK))

    def put() -> None:
        for number in range(LARGE):
            with path.open("rb") as body:
                s3.put_object(Bucket="large", Key=f"{number}", Body=body)

    def get() -> None:
        for number in range(LARGE):
            for _ in s3.get_object(Bucket="large", Key=f"{number}")["Body"].iter_chunks(_CHUNK):
                pass

    for name, work in (("PutObject", put), ("GetObject", get)):
        took = measured(work)
        yield Figure(f"S3 {name} of {LARGE_BYTES >> 20} MB", size / took.seconds / 1e6, "MB a second")


def _memory(name: str, found: int | None) -> Figure | None:
    return None if found is None else Figure(name, found / (1 << 20), "MB")


def _table(dynamodb: Any) -> None:
    dynamodb.create_table(
        TableName="small",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )
