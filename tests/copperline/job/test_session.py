from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest
from pyspark.sql import SparkSession

from copperline.job import session
from copperline.job.session import SETTINGS, open_session


@pytest.mark.spark
def test_a_session_has_the_settings_of_the_house(spark: SparkSession) -> None:
    opened = open_session("job")
    assert {name: opened.conf.get(name) for name in SETTINGS} == SETTINGS
    assert opened.sparkContext is spark.sparkContext


@pytest.mark.spark
def test_where_glue_is_its_own_context_is_taken(spark: SparkSession, monkeypatch: pytest.MonkeyPatch) -> None:
    class GlueContext:
        """Stands for what AWS's images have."""

        def __init__(self, context: Any) -> None:
            self.spark_session = ("glue's session on", context)

    module = ModuleType("awsglue.context")
    monkeypatch.setattr(module, "GlueContext", GlueContext, raising=False)
    monkeypatch.setitem(sys.modules, "awsglue.context", module)
    monkeypatch.setattr(session, "_on_glue", lambda _: True)
    opened: Any = open_session("job")
    assert opened == ("glue's session on", spark.sparkContext)


def test_money_days_and_moments_mean_the_same_everywhere() -> None:
    pinned = {name: SETTINGS[f"spark.sql.{name}"] for name in ("session.timeZone", "legacy.timeParserPolicy")}
    assert pinned == {"session.timeZone": "UTC", "legacy.timeParserPolicy": "CORRECTED"}
