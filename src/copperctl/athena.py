"""Questions to Athena."""

from __future__ import annotations

import time
from dataclasses import dataclass

from copperctl.aws import Aws
from copperline.errors import CopperlineError, UsageError, expected

_POLL = 0.05  # seconds
_USERS = 2  # Athena: page "AthenaError": a category 2 is an error of the user


class QueryFailed(CopperlineError):
    """Athena could not answer, for a reason that is not in the query: the message holds its own words."""


class QueryRefused(CopperlineError):
    """The query is not one that Athena can run: the message holds its own words, which say where."""

    exit_code = 3


@dataclass(frozen=True)
class Answer:
    """Columns and rows, all as text; None is NULL."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]


def ask(aws: Aws, sql: str, database: str = "") -> Answer:
    """The answer of the stack's workgroup, whole.

    Raises:
        UsageError: there is no query.
        QueryRefused: it is not one that Athena can run.
        QueryFailed: Athena could not run it.
    """
    if not sql.strip():
        raise UsageError(expected("query", "SQL", "a statement or the name of a named query", "nothing", "give one"))
    athena = aws.client("athena")
    started = athena.start_query_execution(
        QueryString=sql,
        WorkGroup=aws.output("AthenaWorkgroup"),
        QueryExecutionContext={"Database": database or aws.output("GoldDatabase")},
    )
    query = started["QueryExecutionId"]
    while True:
        status = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]
        if status["State"] in ("SUCCEEDED", "FAILED", "CANCELLED"):
            break
        time.sleep(_POLL)
    if status["State"] != "SUCCEEDED":
        users = status.get("AthenaError", {}).get("ErrorCategory") == _USERS
        raise (QueryRefused if users else QueryFailed)(f"Athena: {status.get('StateChangeReason', status['State'])}")
    return _answer(aws, query)


def ask_named(aws: Aws, name: str) -> Answer:
    """The answer of a named query of the workgroup.

    Raises:
        UsageError: there is no such query.
    """
    athena, workgroup = aws.client("athena"), aws.output("AthenaWorkgroup")
    found: dict[str, dict[str, str]] = {}
    for page in athena.get_paginator("list_named_queries").paginate(WorkGroup=workgroup):
        described = athena.batch_get_named_query(NamedQueryIds=page["NamedQueryIds"])["NamedQueries"]
        found |= {query["Name"]: query for query in described}
    if name not in found:
        raise UsageError(expected("query", "name", f"one of {', '.join(sorted(found))}", name, "or give SQL"))
    return ask(aws, found[name]["QueryString"], found[name]["Database"])


def _answer(aws: Aws, query: str) -> Answer:
    pages = aws.client("athena").get_paginator("get_query_results").paginate(QueryExecutionId=query)
    rows: list[tuple[str | None, ...]] = []
    columns: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    for page in pages:
        described = page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
        columns = tuple(column["Name"] for column in described)
        types = tuple(column["Type"] for column in described)
        rows += [tuple(cell.get("VarCharValue") for cell in row["Data"]) for row in page["ResultSet"]["Rows"]]
    header = rows and rows[0] == columns  # Athena answers a SELECT's column names as its first row
    return Answer(columns, types, tuple(rows[1:] if header else rows))
