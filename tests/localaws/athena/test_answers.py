"""What Trino 476 answered on 21 November 2026 to the queries in answers.jsonl, which DuckDB must answer too."""

from __future__ import annotations

import base64
import json
import math
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy
import pytest

from localaws.planes.athena.complaints import in_words_of_athena
from localaws.planes.athena.errors import QueryError
from localaws.planes.athena.macros import MACROS
from localaws.planes.athena.render import shown
from localaws.planes.athena.sql import translated
from localaws.planes.athena.sql.analysis import Analysis, Source, TableName, View
from localaws.planes.athena.sql.dialect import parse
from localaws.planes.athena.sql.types import Type, field_names

ANSWERS = [json.loads(line) for line in Path(__file__).with_name("answers.jsonl").read_text().splitlines()]


class NoTables:
    def find(self, name: TableName) -> Source | View:
        raise QueryError("TABLE_NOT_FOUND", f"Table '{name}' does not exist", name.at)


@pytest.fixture(scope="module")
def duck() -> Any:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for macro in MACROS:
        connection.execute(f"CREATE MACRO {macro}")
    return connection


def answer(duck: Any, sql: str) -> tuple[list[list[str]], list[list[Any]]]:
    plan = translated(Analysis(NoTables(), "default"), parse(sql))
    try:
        rows = duck.execute(plan.sql).fetchall()
    except duckdb.Error as error:
        raise in_words_of_athena(error) from error
    types = [of for _, of in plan.columns]
    values = [[as_json(value, of) for value, of in zip(row, types, strict=True)] for row in rows]
    return [[name, str(of)] for name, of in plan.columns], values


def as_json(value: Any, of: Type) -> Any:
    """A value as Trino's protocol writes it."""
    if value is None or of.name in ("boolean", "tinyint", "smallint", "integer", "bigint", "varchar"):
        return value
    if isinstance(value, float):
        shortest = float(str(numpy.float32(value))) if of.name == "real" else value
        return shortest if math.isfinite(value) else shown(value, of)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if of.name == "array":
        return [as_json(each, of.parts[0]) for each in value]
    if of.name == "row":
        return [as_json(value[name], part) for name, part in zip(field_names(of), of.parts, strict=True)]
    if of.name == "map":
        return {shown(k, of.parts[0]): as_json(v, of.parts[1]) for k, v in value.items()}
    assert isinstance(value, date | datetime | timedelta) or of.name == "decimal"
    return shown(value, of)


@pytest.mark.parametrize("case", ANSWERS, ids=[case["sql"][:60] for case in ANSWERS])
def test_the_answer_is_trinos(duck: Any, case: dict[str, Any]) -> None:
    if "error" in case:
        with pytest.raises(QueryError) as caught:
            answer(duck, case["sql"])
        assert caught.value.name == case["error"]
        return
    columns, rows = answer(duck, case["sql"])
    assert columns == case["columns"]
    if not case["ordered"]:
        rows, case = sorted(rows, key=str), {**case, "rows": sorted(case["rows"], key=str)}
    assert rows == case["rows"]
