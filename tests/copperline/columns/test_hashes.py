from __future__ import annotations

import hashlib
import hmac
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from copperline.columns.hashes import PADS, keyed_hash, pads, with_pads
from copperline.frames.local import local_frame
from tests.support.events import event_log

pytestmark = pytest.mark.spark
KEY = b"a key that is found nowhere else"
TEXT = T.StructType([T.StructField("value", T.StringType())])
TEXTS = [
    "",
    " ",
    "Maria",
    "São Paulo",
    "𝄞",
    "e\u0301",
    "\u00e9",
    "\0",
    "a\nb",
    "x" * 63,
    "x" * 64,
    "x" * 65,
    "y" * 100_000,
]


def hashed(spark: SparkSession, texts: list[str | None], key: bytes = KEY) -> DataFrame:
    """The texts beside their hashes."""
    rows = local_frame(spark, [[text] for text in texts], TEXT)
    return with_pads(rows, local_frame(spark, [pads(key)], PADS)).select("value", keyed_hash(F.col("value")).alias("h"))


def pythons(text: str, key: bytes = KEY) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


@pytest.mark.parametrize("key", [KEY, b"k", b"b" * 64, b"longer than a block " * 9], ids=["usual", "1", "64", "180"])
def test_a_keyed_hash_is_the_hmac_of_the_standard(spark: SparkSession, key: bytes) -> None:
    got = {row["value"]: row["h"] for row in hashed(spark, list(TEXTS), key).collect()}
    assert got == {text: pythons(text, key) for text in TEXTS}


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(st.text(), max_size=80))
def test_it_is_so_for_any_text(spark: SparkSession, texts: list[str]) -> None:
    got = [(row["value"], row["h"]) for row in hashed(spark, list(texts)).collect()]
    assert sorted(got) == sorted((text, pythons(text)) for text in texts)


def test_no_value_has_no_hash(spark: SparkSession) -> None:
    assert hashed(spark, [None]).first() == (None, None)


def test_a_number_is_hashed_as_its_digits(spark: SparkSession) -> None:
    rows = with_pads(spark.range(42, 43), local_frame(spark, [pads(KEY)], PADS))
    assert rows.select(keyed_hash(F.col("id"))).first() == (pythons("42"),)


def traces(text: str) -> list[str]:
    """The spellings of the key, or of one of its pads, that stand in the text."""
    spelled = []
    for secret in (KEY, *pads(KEY)):
        signed = ", ".join(str(byte - 256 if byte > 127 else byte) for byte in secret[:8])
        octets = " ".join(f"{byte:02X}" for byte in secret[:8])
        spelled += [secret[:16].decode("latin-1"), secret[:8].hex(), signed, octets]
    return [one for one in spelled if one.lower() in text.lower()]


def explained(df: DataFrame) -> str:
    session: Any = df.sparkSession
    execution: Any = df._jdf.queryExecution()
    return str(session._jvm.PythonSQLUtils.explainString(execution, "extended"))


def test_a_plan_does_not_tell_the_key(spark: SparkSession) -> None:
    plan = explained(hashed(spark, ["Maria"]))
    assert "_inner_pad" in plan
    assert traces(plan) == []


def test_a_failure_does_not_tell_the_key(spark: SparkSession) -> None:
    failing = hashed(spark, ["Maria"]).withColumn("boom", F.assert_true(F.length("h") > 64, F.lit("too short")))
    with pytest.raises(Exception, match="too short") as caught:
        failing.collect()
    assert traces(str(caught.value) + repr(caught.value)) == []
    with pytest.raises(Exception, match="nope") as caught:
        hashed(spark, ["Maria"]).select("nope")
    assert traces(str(caught.value)) == []


def test_an_event_log_does_not_tell_the_key(spark: SparkSession, tmp_path: Path) -> None:
    with event_log(spark, tmp_path):
        hashed(spark, ["Maria"]).collect()
    (file,) = tmp_path.iterdir()
    text = file.read_text(encoding="utf-8")
    assert "SparkListenerSQLExecutionStart" in text
    assert traces(text) == []
    assert "Maria" not in text


def test_the_traces_that_are_sought_would_be_found(spark: SparkSession) -> None:
    literal = spark.range(1).select(F.concat(F.lit(pads(KEY)[0]), F.col("id").cast("binary")))
    assert traces(explained(literal)) != []
