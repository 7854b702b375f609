from __future__ import annotations

from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from copperline.job.gateway import remember_names


class Counting:
    """Stands for a name in the JVM: notes what it is asked for."""

    def __init__(self, asked: list[str], **members: object) -> None:
        self._asked, self._members = asked, members

    def __getattr__(self, name: str) -> object:
        self._asked.append(name)
        if name not in self._members:
            raise AttributeError(name)
        return self._members[name]


def test_a_name_and_each_of_its_methods_are_asked_for_once() -> None:
    outer: list[str] = []
    inner: list[str] = []
    jvm: Any = Counting(outer, functions=Counting(inner, col=str.upper), PythonUtils=Counting(inner))
    remember_names(jvm)
    remember_names(jvm)
    assert [jvm.functions.col(letter) for letter in "abc"] == ["A", "B", "C"]
    assert (outer, inner) == (["functions", "PythonUtils"], ["col"])


def test_what_is_not_there_is_still_not_there() -> None:
    jvm: Any = Counting([], functions=Counting([]), PythonUtils=Counting([]))
    remember_names(jvm)
    with pytest.raises(AttributeError, match="no_such_function"):
        jvm.functions.no_such_function  # noqa: B018 - it is the question that counts


@pytest.mark.spark
def test_expressions_are_the_same(spark: SparkSession) -> None:
    remember_names(spark.sparkContext._jvm)
    row = spark.range(1).select(F.array(F.lit(1), F.col("id")).alias("both"), F.when(F.lit(True), "yes")).first()
    assert row is not None
    assert list(row) == [[1, 0], "yes"]
