"""What a case of the crawler is, and the files that many cases share."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
from pyarrow import parquet

BUILT_IN = "Defining and managing classifiers"
CUSTOM = "Writing custom classifiers"
PARTITIONS = "How does a crawler determine when to create partitions?"
PATTERNS = "Include and exclude patterns"
OPTIONS = "Setting crawler configuration options"
CRAWLERS = "How crawlers work"
SINGLE_SCHEMA = "Creating a single schema for each Amazon S3 include path"
LEVEL = "Specifying the table location and partitioning level"

Columns = list[tuple[str, str]]


@dataclass
class Case:
    """What a crawler is given, and what it makes of that.

    `page` is the page of the AWS Glue Developer Guide that the case follows; `inferred` says what of the expectation is
    not written there. Where `later` is given, there is a second crawl after those files came, changed or (None) went,
    and what is expected is what the catalog holds then.
    """

    name: str
    page: str
    files: dict[str, bytes]
    tables: dict[str, Columns]
    keys: dict[str, list[str]] = field(default_factory=dict)
    partitions: dict[str, list[list[str]]] = field(default_factory=dict)
    facts: dict[str, dict[str, str]] = field(default_factory=dict)
    deprecated: list[str] = field(default_factory=list)
    path: str = "in/"
    exclusions: list[str] = field(default_factory=list)
    configuration: dict[str, Any] = field(default_factory=dict)
    classifiers: list[dict[str, dict[str, Any]]] = field(default_factory=list)
    prefix: str = ""
    update: str = "UPDATE_IN_DATABASE"
    delete: str = "LOG"
    later: dict[str, bytes | None] | None = None
    failed: str = ""
    inferred: str = ""


def rows(**columns: Any) -> bytes:
    """A Parquet file."""
    target = io.BytesIO()
    parquet.write_table(pa.table(columns), target)
    return target.getvalue()


ID_NAME: Columns = [("id", "bigint"), ("name", "string")]
CODES: Columns = [("code", "string"), ("amount", "double"), ("city", "string"), ("zip", "bigint")]
CSV = b"id,name\n1,a\n2,b\n"
OTHER = b"code;amount;city;zip\nx;1.5;Rio;1\ny;2.5;SP;2\n"
WIDER = b"id,name,more\n1,a,2.5\n2,b,3\n"
PQ = rows(Id=[1, 2], name=["a", "b"])
LINES = b'{"id": 1, "name": "a"}\n{"id": 2, "name": "b"}\n'
JSON_COLUMNS: Columns = [("id", "int"), ("name", "string")]
COMBINE = {"Grouping": {"TableGroupingPolicy": "CombineCompatibleSchemas"}}


def level(number: int) -> dict[str, Any]:
    """The configuration that makes the folders of this level the tables; the bucket is level 1."""
    return {"Grouping": {"TableLevelConfiguration": number}}
