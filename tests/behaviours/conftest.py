from __future__ import annotations

import pytest
from pyspark.sql import SparkSession

from localaws.testing import Server
from tests.support.lake import Lake


@pytest.fixture
def lake(aws_server: Server, spark: SparkSession) -> Lake:
    """An empty lakehouse of the test's own."""
    return Lake(aws_server, spark, "behaviours")
