"""The columns that every table of the house has beside those of its contract; their names start with an underscore."""

from __future__ import annotations

from pyspark.sql import types as T

from copperline.contract.model import CURRENT, VALID_FROM, VALID_TO

#: Where a silver row came from and which run wrote it; together, in this order, delivered_at, source_file and
#: source_row are a row's version: a later delivery wins, and within it the later file and place.
SILVER = T.StructType(
    [
        T.StructField("_delivered_at", T.TimestampType()),
        T.StructField("_source_file", T.StringType()),
        T.StructField("_source_row", T.LongType()),
        T.StructField("_run", T.StringType()),
    ]
)
#: Which run wrote a gold row.
GOLD = T.StructType([T.StructField("_run", T.StringType())])
VERSION = ("_delivered_at", "_source_file", "_source_row")
#: For how long a row holds, where a contract asks for history.
HISTORY = T.StructType(
    [
        T.StructField(VALID_FROM, T.TimestampType()),
        T.StructField(VALID_TO, T.TimestampType()),
        T.StructField(CURRENT, T.BooleanType()),
    ]
)

COMMENTS = {
    "_delivered_at": "When the file that the row stands in was delivered, UTC.",
    "_source_file": "The file in bronze that the row stands in.",
    "_source_row": "The row's place in that file, from 0.",
    "_run": "The run that wrote the row.",
    VALID_FROM: "The moment from which the row holds, UTC: its source's version, or else its delivery.",
    VALID_TO: "The moment from which another row holds in its place, UTC; empty for the one that holds now.",
    CURRENT: "Whether the row holds now.",
}
