from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from localaws.testing import Server
from tests.localaws.clients.cli import Cli, installed


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests of this room: each test uses names of its own."""
    with Server(tmp_path_factory.mktemp("state")) as server:
        yield server


@pytest.fixture
def s3(aws: Server) -> Any:
    return aws.client("s3")


@pytest.fixture
def bucket(s3: Any) -> str:
    """An empty bucket of the test's own."""
    name = f"b-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=name)
    return name


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What is done with the AWS CLI is done with each version that is installed."""
    if "cli" in metafunc.fixturenames:
        there = [major for major in (1, 2) if isinstance(installed(major), Cli)]
        metafunc.parametrize("cli", there, indirect=True, ids=[f"v{major}" for major in there])


@pytest.fixture
def cli(request: pytest.FixtureRequest, aws: Server, tmp_path: Path) -> Cli:
    """The AWS CLI in a folder of the test's own."""
    found = installed(request.param)
    assert isinstance(found, Cli)
    return replace(found, endpoint=aws.endpoint, folder=tmp_path)
