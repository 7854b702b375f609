from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest
from pyspark.sql import SparkSession

from copperline.job import session
from copperline.job.session import LARGE, SETTINGS, compile_if_large, open_session


@pytest.mark.spark
def test_a_session_has_the_settings_of_the_house(spark: SparkSession) -> None:
    opened = open_session("job")
    assert {name: opened.conf.get(name) for name in SETTINGS} == SETTINGS
    assert opened.sparkContext is spark.sparkContext


@pytest.mark.spark
def test_plans_are_compiled_where_much_is_to_be_read(spark: SparkSession) -> None:
    name = "spark.sql.codegen.wholeStage"
    spark.conf.set(name, "false")
    compile_if_large(spark, LARGE - 1)
    assert spark.conf.get(name) == "false"
    compile_if_large(spark, LARGE)
    assert spark.conf.get(name) == "true"
    spark.conf.set(name, "false")


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
