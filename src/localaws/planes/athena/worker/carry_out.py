"""A statement is carried out: its result is in S3, or the reason is told why not."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Iterator
from typing import Any

from localaws.planes.athena import definitions, engine, parameters, render, results, utilities
from localaws.planes.athena.catalog import GlueCatalog
from localaws.planes.athena.complaints import in_words_of_athena
from localaws.planes.athena.errors import Cancelled, QueryError, exhausted, unknown_statement
from localaws.planes.athena.result_columns import column_info, metadata_file, text_column
from localaws.planes.athena.sql import translated
from localaws.planes.athena.sql.analysis import Analysis, Translated
from localaws.planes.athena.sql.dialect import parse
from localaws.planes.athena.task import Task
from localaws.planes.athena.worker.interruption import Interruption

_BATCH = 4096
Told = dict[str, Any]


def carry_out(task: Task, interruption: Interruption) -> Iterator[Told]:
    """What is told of the query on its way; the last of it has its `end`: status, reason and error."""
    yield {}  # it has begun
    try:
        yield from _answer(task, interruption)
    except Cancelled as error:
        yield {"end": ["CANCELLED", str(error), None]}
    except QueryError as error:
        yield _failed(error)
    except MemoryError:
        yield _failed(exhausted())
    except Exception as error:  # noqa: BLE001 - whatever happens, the query ends
        traceback.print_exception(error, file=sys.stderr)
        yield _failed(QueryError("INTERNAL_ERROR", f"localaws failed: {type(error).__name__}"))
    else:
        yield {"end": ["SUCCEEDED", None, None]}


def _failed(error: QueryError) -> Told:
    return {"end": ["FAILED", str(error), error.described()]}


def _answer(task: Task, interruption: Interruption) -> Iterator[Told]:
    catalog, kind = GlueCatalog(task.keys), task.substatement
    if task.statement == "UTILITY" and (kind.startswith("SHOW") or kind == "DESCRIBE"):
        found = utilities.run(task.sql, catalog, task.database)
        yield from _written(task, [text_column(name) for name in found.columns], _encoded(found.lines))
    elif task.statement == "DDL" and kind.split("_")[0] in ("CREATE", "DROP"):
        definitions.run(task.sql, catalog, task.database)
        yield from _written(task, [], iter(()))
    elif kind in ("SELECT", "EXECUTE"):
        yield from _query(task, catalog, interruption)
    else:
        raise unknown_statement(kind.replace("_", " "))


def _encoded(lines: list[str]) -> Iterator[bytes]:
    return (f"{line}\n".encode() for line in lines)


def _query(task: Task, catalog: GlueCatalog, interruption: Interruption) -> Iterator[Told]:
    plan = translated(Analysis(catalog, task.database), parse(_filled_in(task)))
    yield {"planned": time.time(), "scanned": plan.bytes}
    if task.cutoff is not None and plan.bytes > task.cutoff:
        raise Cancelled("Query cancelled! : Bytes scanned limit was exceeded")
    count = _Count()
    cursor = engine.cursor(task.keys)
    try:
        with interruption.interruptible(task.id, cursor):
            lines = results.csv_lines([name for name, _ in plan.columns], count.counted(_rows(cursor, plan)))
            yield from _written(task, [column_info(name, of) for name, of in plan.columns], lines)
    finally:
        cursor.close()
    yield {"rows": count.rows}


def _filled_in(task: Task) -> str:
    if task.substatement == "EXECUTE":
        return parameters.filled_in(task.sql, parameters.given(task.using, task.parameters))
    if task.parameters or "?" in task.sql:
        return parameters.filled_in(task.sql, task.parameters)
    return task.sql


class _Count:
    """How many rows have gone by."""

    rows = 0

    def counted(self, rows: Iterator[results.Row]) -> Iterator[results.Row]:
        for row in rows:
            self.rows += 1
            yield row


def _rows(cursor: Any, plan: Translated) -> Iterator[results.Row]:
    """The rows of the result as text."""
    types = [of for _, of in plan.columns]
    try:
        cursor.execute(plan.sql)
        while batch := cursor.fetchmany(_BATCH):
            for row in batch:
                yield [render.shown(value, of) for value, of in zip(row, types, strict=True)]
    except Exception as error:
        raise in_words_of_athena(error) from error


def _written(task: Task, columns: list[dict[str, Any]], lines: Iterator[bytes]) -> Iterator[Told]:
    """The lines are in S3, and beside them what columns they have."""
    size = results.write(task.keys, task.output, task.put, lines)
    yield {"ran": time.time(), "size": size, "columns": columns}
    if columns:
        described = metadata_file(task.id, columns)
        results.write(task.keys, f"{task.output}.metadata", task.put, [described])
