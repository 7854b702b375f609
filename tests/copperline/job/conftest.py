from __future__ import annotations

import re

import pytest
from pyspark.sql import SparkSession

from localaws.testing import Server
from tests.support.lake import Lake


@pytest.fixture
def lake(aws_server: Server, spark: SparkSession, request: pytest.FixtureRequest) -> Lake:
    """An empty lakehouse of the test's own."""
    name = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower()).strip("-")
    return Lake(aws_server, spark, name[-40:].strip("-"))
