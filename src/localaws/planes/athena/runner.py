"""Queries running: in threads of their own, stopped when asked to."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from localaws import state
from localaws.planes.athena import definitions, engine, parameters, render, results, utilities
from localaws.planes.athena.catalog import GlueCatalog
from localaws.planes.athena.complaints import in_words_of_athena
from localaws.planes.athena.errors import Cancelled, QueryError, unknown_statement
from localaws.planes.athena.executions import FINAL, Execution
from localaws.planes.athena.result_columns import column_info, metadata_file, text_column
from localaws.planes.athena.sql import translated
from localaws.planes.athena.sql.analysis import Analysis, Translated
from localaws.planes.athena.sql.dialect import parse
from localaws.planes.athena.statements import bare

_THREADS = 8
_BATCH = 4096
_lock = threading.Lock()
_pool: list[ThreadPoolExecutor] = []
#: executions of this process: id → the cursor it runs on, if it does
_live: dict[str, Any] = {}
_stopped: set[str] = set()


def submit(execution: Execution, backend: Any) -> None:
    """The query will run as soon as a thread is free."""
    with _lock:
        if not _pool:
            _pool.append(ThreadPoolExecutor(_THREADS, thread_name_prefix="athena"))
        _live[execution.id] = None
        _pool[0].submit(_run, execution, backend)


def stop(execution: Execution) -> None:
    """The query ends CANCELLED, unless it has ended."""
    with _lock:
        if execution.status in FINAL:
            return
        _stopped.add(execution.id)
        cursor = _live.get(execution.id)
        if execution.status == "QUEUED":
            execution.finish("CANCELLED", "Query cancelled by user")
    if cursor is not None:
        cursor.interrupt()


def shut() -> None:
    """No query runs any more."""
    with _lock:
        cursors = [cursor for cursor in _live.values() if cursor is not None]
        _stopped.update(_live)
        pools = list(_pool)
        _pool.clear()
    for cursor in cursors:
        cursor.interrupt()
    for pool in pools:
        pool.shutdown(wait=True, cancel_futures=True)


def _run(execution: Execution, backend: Any) -> None:
    try:
        if execution.status == "QUEUED":
            execution.began = time.time()
            execution.status = "RUNNING"
            _answer(execution, backend)
            execution.finish("SUCCEEDED")
    except Exception as error:  # noqa: BLE001 - whatever happens, the execution ends
        _fail(execution, error)
    finally:
        with _lock:
            _live.pop(execution.id, None)
            _stopped.discard(execution.id)
        state.changed()


def _fail(execution: Execution, error: Exception) -> None:
    if isinstance(error, Cancelled) or execution.id in _stopped:
        execution.finish("CANCELLED", str(error) if isinstance(error, Cancelled) else "Query cancelled by user")
        return
    if not isinstance(error, QueryError):
        traceback.print_exception(error, file=sys.stderr)
        error = QueryError("INTERNAL_ERROR", f"localaws failed: {type(error).__name__}")
    details = {
        "ErrorCategory": error.category,
        "ErrorType": error.type,
        "Retryable": False,
        "ErrorMessage": str(error),
    }
    execution.finish("FAILED", str(error), details)


def _answer(execution: Execution, backend: Any) -> None:
    """The statement has been carried out and its result, if any, is in S3."""
    catalog = GlueCatalog(execution.caller)
    sql, kind = execution.query, execution.substatement
    if execution.statement == "UTILITY" and (kind.startswith("SHOW") or kind == "DESCRIBE"):
        found = utilities.run(sql, catalog, execution.database)
        execution.columns = [text_column(name) for name in found.columns]
        _write(execution, (f"{line}\n".encode() for line in found.lines))
    elif kind in ("PREPARE", "DEALLOCATE"):
        _prepared(kind, execution, backend)
    elif execution.statement == "DDL" and kind.split("_")[0] in ("CREATE", "DROP"):
        definitions.run(sql, catalog, execution.database)
        _write(execution, iter(()))
    elif kind in ("SELECT", "EXECUTE"):
        _query(execution, backend, catalog)
    else:
        raise unknown_statement(kind.replace("_", " "))


def _prepared(kind: str, execution: Execution, backend: Any) -> None:
    act = parameters.prepare if kind == "PREPARE" else parameters.deallocate
    act(backend, execution.workgroup, execution.query)
    _write(execution, iter(()))


def _query(execution: Execution, backend: Any, catalog: GlueCatalog) -> None:
    sql = execution.query
    if execution.substatement == "EXECUTE":
        sql = parameters.prepared(backend, execution.workgroup, bare(sql), execution.parameters)
    elif execution.parameters or "?" in sql:
        sql = parameters.filled_in(sql, execution.parameters)
    plan = translated(Analysis(catalog, execution.database), parse(sql))
    execution.planned = time.time()
    execution.scanned = plan.bytes
    if execution.cutoff is not None and plan.bytes > execution.cutoff:
        raise Cancelled("Query cancelled! : Bytes scanned limit was exceeded")
    execution.columns = [column_info(name, of) for name, of in plan.columns]
    cursor = engine.cursor(execution.caller)
    try:
        with _lock:
            _live[execution.id] = cursor
            if execution.id in _stopped:
                raise Cancelled("Query cancelled by user")
        rows = _rows(execution, cursor, plan)
        _write(execution, results.csv_lines([name for name, _ in plan.columns], rows))
    finally:
        cursor.close()


def _rows(execution: Execution, cursor: Any, plan: Translated) -> Iterator[results.Row]:
    """The rows of the result as text."""
    types = [of for _, of in plan.columns]
    try:
        cursor.execute(plan.sql)
        while batch := cursor.fetchmany(_BATCH):
            for row in batch:
                execution.rows += 1
                yield [render.shown(value, of) for value, of in zip(row, types, strict=True)]
    except Exception as error:
        raise in_words_of_athena(error) from error
    execution.ran = time.time()


def _write(execution: Execution, lines: Iterator[bytes]) -> None:
    caller, uri = execution.caller, execution.output
    execution.size = results.write(caller, uri, execution.put, lines)
    execution.ran = execution.ran or time.time()
    if execution.columns:
        described = metadata_file(execution.id, execution.columns)
        results.write(caller, f"{uri}.metadata", execution.put, [described])
