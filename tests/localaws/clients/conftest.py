from __future__ import annotations

import importlib.util
import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import boto3
import duckdb
import pytest

from localaws.testing import Server

#: What a client finds in its environment, or in its own settings
REGION = "us-east-1"
KEY = "localaws"


@pytest.fixture
def database(aws: Server, bucket: str) -> str:
    """A database of the test's own, whose tables are in a bucket of its own."""
    name = f"db_{uuid.uuid4().hex[:12]}"
    location = {"Name": name, "LocationUri": f"s3://{bucket}/{name}"}
    aws.client("glue").create_database(DatabaseInput=location)
    return name


@pytest.fixture
def environment(aws: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment in which any client of AWS finds localaws."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.endpoint)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEY)


@pytest.fixture(scope="session")
def session() -> boto3.session.Session:
    """One that keeps what it has read of the services' models."""
    return boto3.session.Session()


@pytest.fixture
def default_session(environment: None, session: boto3.session.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment, for a client that takes boto3's default session or else makes one a call."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)


@pytest.fixture
def slow(aws: Server) -> Iterator[Callable[[str, str], None]]:
    """Makes each call of an operation wait, as long as the test lasts."""

    def ask(method: str, rule: dict[str, Any] | None = None) -> None:
        body = None if rule is None else json.dumps(rule).encode()
        urlopen(Request(f"{aws.endpoint}/_localaws/faults", body, method=method)).close()

    yield lambda service, operation: ask(
        "POST", {"service": service, "operation": operation, "fault": "delay", "seconds": 0.4, "times": "always"}
    )
    ask("DELETE")


@pytest.fixture
def duck(aws: Server) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB as anybody opens one, with its own extensions and a secret for S3."""
    config = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    with duckdb.connect(config=config) as session:
        for name in ("avro", "httpfs", "iceberg"):
            spec = importlib.util.find_spec(f"duckdb_extension_{name}")
            assert spec
            assert spec.origin
            (extension,) = Path(spec.origin).parent.rglob("*.duckdb_extension")
            session.load_extension(str(extension))
        session.execute(
            f"CREATE SECRET (TYPE s3, KEY_ID '{KEY}', SECRET '{KEY}', REGION '{REGION}', USE_SSL false, "
            f"ENDPOINT '{aws.endpoint.removeprefix('http://')}', URL_STYLE 'path')"
        )
        yield session
