from __future__ import annotations

import pytest
from pyspark.sql import SparkSession

from glue_jobs.bronze_to_silver.ratings import parse_posted_on, take_rating_out

pytestmark = pytest.mark.spark

COMMENTS = [
    # delivered                                  comment                rating
    ("Adorei! #Fonedeouvido Nota 5",             "Adorei!",             5),
    ("Ok, mas caro. #SmartTV55 Nota 3  ",        "Ok, mas caro.",       3),
    ("Sem hashtag. Nota 4",                      "Sem hashtag.",        4),
    ("Nota 1? Não: #TVBox Nota 5",               "Nota 1? Não:",        5),
    ("Duas linhas.\nFim. #Tablet Nota 2",        "Duas linhas.\nFim.",  2),
    ("Dez! #Tablet Nota 10",                     "Dez!",                10),
    ("Sem nota. #Tablet",                        "Sem nota. #Tablet",   None),
    ("Nota 4 no meio",                           "Nota 4 no meio",      None),
    ("#Tablet Nota 99999999999",                 "",                    None),
    ("",                                         "",                    None),
    (None,                                       None,                  None),
]  # fmt: skip


def test_the_rating_leaves_the_text(spark: SparkSession) -> None:
    delivered = spark.createDataFrame([(text,) for text, _, _ in COMMENTS], "comment string")
    got = delivered.transform(take_rating_out).select("comment", "rating").collect()
    assert [tuple(row) for row in got] == [(comment, rating) for _, comment, rating in COMMENTS]


def test_a_day_that_does_not_exist_is_null(spark: SparkSession) -> None:
    texts = ["2021-02-28", "2021-02-30", "2021-2-3", "28/02/2021", "", None]
    got = spark.createDataFrame([(text,) for text in texts], "Data string").transform(parse_posted_on)
    assert [str(row.posted_on) for row in got.collect()] == ["2021-02-28", *["None"] * 5]
