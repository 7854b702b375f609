from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from pyspark.sql import SparkSession

from copperline.job.gateway import remember_names
from copperline.job.session import SETTINGS
from localaws.spark import submit_env
from localaws.testing import Server

pytest_plugins = ["tests.support.slow", "tests.support.histories", "tests.support.workers", "pytester"]


@pytest.fixture(scope="session")
def aws_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The account that the shared Spark session works in."""
    with Server(tmp_path_factory.mktemp("account")) as server:
        yield server


@pytest.fixture(scope="session")
def spark(aws_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """The one session of all tests, with the house's settings."""
    environment = submit_env(aws_server.endpoint, "us-east-1", work=tmp_path_factory.mktemp("spark"))
    os.environ |= environment | {"AWS_ACCESS_KEY_ID": "localaws", "AWS_SECRET_ACCESS_KEY": "localaws"}
    builder = SparkSession.builder.appName("tests")
    for key, value in SETTINGS.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    remember_names(session.sparkContext._jvm)
    yield session
    session.stop()
