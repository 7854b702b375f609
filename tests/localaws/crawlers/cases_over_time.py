"""A second crawl: what changed, what vanished, and what the crawler's policy makes of it."""

from __future__ import annotations

import gzip

from tests.localaws.crawlers.case import CSV, ID_NAME, LEVEL, OPTIONS, OTHER, WIDER, Case, level

WIDE = [*ID_NAME, ("more", "double")]
MERGE = {"CrawlerOutput": {"Tables": {"AddOrUpdateBehavior": "MergeNewColumns"}}}
INHERIT = {"CrawlerOutput": {"Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}}}
CODES = {"codes": [("code", "string"), ("amount", "double"), ("city", "string"), ("zip", "bigint")]}
GONE_IS = "that a table is gone when no file of it is left"


def policy(update: str, delete: str) -> Case:
    """A table whose schema changes beside one whose files vanish, under one policy."""
    wide = update == "UPDATE_IN_DATABASE"
    left = {} if delete == "DELETE_FROM_DATABASE" else CODES
    return Case(
        f"{update} and {delete}",
        OPTIONS,
        {"in/people/a.csv": CSV, "in/codes/b.csv": OTHER},
        {"people": WIDE if wide else ID_NAME, **left},
        later={"in/people/a.csv": WIDER, "in/codes/b.csv": None},
        update=update,
        delete=delete,
        deprecated=["codes"] if delete == "DEPRECATE_IN_DATABASE" else [],
        inferred=GONE_IS,
    )


def vanished(delete: str, left: list[list[str]]) -> Case:
    """A partition whose files vanish."""
    return Case(
        f"a partition vanishes: {delete}",
        OPTIONS,
        {"in/day=1/a.csv": CSV, "in/day=2/a.csv": CSV},
        {"in": ID_NAME},
        keys={"in": ["day"]},
        partitions={"in": left},
        later={"in/day=2/a.csv": None},
        delete=delete,
    )


POLICIES = [
    policy(update, delete)
    for update in ("UPDATE_IN_DATABASE", "LOG")
    for delete in ("LOG", "DELETE_FROM_DATABASE", "DEPRECATE_IN_DATABASE")
]

CHANGES = [
    Case(
        "missing columns are removed and types change",
        OPTIONS,
        {"in/a.csv": WIDER},
        {"in": [("id", "double"), ("name", "string")]},
        later={"in/a.csv": b"id,name\n1.5,a\n2,b\n"},
    ),
    Case(
        "a new table comes under LOG",
        OPTIONS,
        {"in/people/a.csv": CSV},
        {"people": ID_NAME, **CODES},
        later={"in/codes/b.csv": OTHER},
        update="LOG",
        inferred="that the table of the one folder keeps its name when a second folder comes",
    ),
    Case(
        "new partitions come under LOG",
        OPTIONS,
        {"in/day=1/a.csv": CSV},
        {"in": ID_NAME},
        keys={"in": ["day"]},
        partitions={"in": [["1"], ["2"]]},
        later={"in/day=2/a.csv": WIDER},
        configuration=level(2),
        update="LOG",
    ),
    Case(
        "new columns and partitions are added",
        LEVEL,
        {"in/day=1/a.csv": CSV},
        {"in": WIDE},
        keys={"in": ["day"]},
        partitions={"in": [["1"], ["2"]]},
        later={"in/day=2/a.csv": WIDER},
        configuration={**INHERIT, **level(2)},
    ),
    Case(
        "MergeNewColumns keeps columns and their types",
        OPTIONS,
        {"in/a.csv": WIDER},
        {"in": [*WIDE, ("fresh", "bigint")]},
        later={"in/a.csv": b"id,fresh,name\n1.5,2,a\n2,3,b\n"},
        configuration=MERGE,
    ),
    Case(
        "MergeNewColumns overrides LOG",
        OPTIONS,
        {"in/a.csv": CSV},
        {"in": WIDE},
        later={"in/a.csv": WIDER},
        configuration=MERGE,
        update="LOG",
    ),
    Case(
        "MergeNewColumns and another delimiter",
        OPTIONS,
        {"in/a.csv": CSV},
        {"in": ID_NAME},
        later={"in/a.csv": WIDER.replace(b",", b";")},
        configuration=MERGE,
        facts={"in": {"delimiter": ","}},
        deprecated=["in"],
    ),
    Case(
        "MergeNewColumns and another compression",
        OPTIONS,
        {"in/a.csv": CSV},
        {"in": ID_NAME},
        later={"in/a.csv": gzip.compress(CSV)},
        configuration=MERGE,
        facts={"in": {"compressionType": "none"}},
        deprecated=["in"],
    ),
    vanished("LOG", [["1"], ["2"]]),
    vanished("DEPRECATE_IN_DATABASE", [["1"], ["2"]]),
    vanished("DELETE_FROM_DATABASE", [["1"]]),
]

OVER_TIME = [*POLICIES, *CHANGES]
