"""Queries running: each waits until a process is free, is carried out there, and is stopped when asked to."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from localaws import state
from localaws.planes.athena import pool, prepared, results
from localaws.planes.athena.errors import QueryError
from localaws.planes.athena.executions import FINAL, Execution
from localaws.planes.athena.process import Died, NeverBegan, Process
from localaws.planes.athena.statements import bare
from localaws.planes.athena.task import Task

AT_ONCE = 2  # queries that run; the others are QUEUED
_GRACE = 2.0  # seconds that a query has to stop by itself
_BY_USER, _BY_END = "Query cancelled by user", "localaws was stopped while the query ran"

_lock = threading.Lock()
_threads: list[ThreadPoolExecutor] = []
#: the queries that have begun and not ended, and who carries each out, if somebody does
_running: dict[str, Process | None] = {}
#: why queries are to end that have not ended yet
_stopped: dict[str, str] = {}


def submit(execution: Execution, backend: Any) -> None:
    """The query will run as soon as a process is free."""
    with _lock:
        if not _threads:
            _threads.append(ThreadPoolExecutor(AT_ONCE, thread_name_prefix="athena"))
        _threads[0].submit(_run, execution, backend)


def stop(execution: Execution) -> None:
    """The query ends CANCELLED, unless it has ended; its process does so too where it does not stop by itself."""
    with _lock:
        if execution.status in FINAL:
            return
        if execution.status == "QUEUED":
            execution.finish("CANCELLED", _BY_USER)
            return
        _stopped[execution.id] = _BY_USER
        process = _running.get(execution.id)
    if process is not None:
        process.stop(execution.id)
        reminder = threading.Timer(_GRACE, _insist, (execution.id, process))
        reminder.daemon = True
        reminder.start()


def shut() -> None:
    """No query runs any more."""
    with _lock:
        _stopped.update(dict.fromkeys(_running, _BY_END))
        threads = list(_threads)
        _threads.clear()
    pool.close()
    for executor in threads:
        executor.shutdown(wait=True, cancel_futures=True)


def _insist(query: str, process: Process) -> None:
    with _lock:
        if _running.get(query) is process:
            process.kill()


def _run(execution: Execution, backend: Any) -> None:
    if not _begun(execution):
        return
    try:
        _answer(execution, backend)
    except Exception as error:  # noqa: BLE001 - whatever happens, the execution ends
        _fail(execution, error)
    finally:
        with _lock:
            _running.pop(execution.id, None)
            _stopped.pop(execution.id, None)
        state.changed()


def _begun(execution: Execution) -> bool:
    with _lock:
        if execution.status != "QUEUED":
            return False
        _running[execution.id] = None
        execution.began = time.time()
        execution.status = "RUNNING"
        return True


def _answer(execution: Execution, backend: Any) -> None:
    kind, sql, using = execution.substatement, execution.query, None
    if kind in ("PREPARE", "DEALLOCATE"):
        _kept(kind, execution, backend)
        return
    if kind == "EXECUTE":
        sql, using = prepared.meant(backend, execution.workgroup, bare(sql))
    _carried_out(execution, _task(execution, sql, using))


def _kept(kind: str, execution: Execution, backend: Any) -> None:
    act = prepared.prepare if kind == "PREPARE" else prepared.deallocate
    act(backend, execution.workgroup, execution.query)
    results.write(execution.caller.keys(), execution.output, execution.put, ())
    execution.ran = time.time()
    execution.finish("SUCCEEDED")


def _task(execution: Execution, sql: str, using: str | None) -> Task:
    return Task(
        id=execution.id,
        sql=sql,
        statement=execution.statement,
        substatement=execution.substatement,
        database=execution.database,
        output=execution.output,
        keys=execution.caller.keys(),
        put=execution.put,
        cutoff=execution.cutoff,
        parameters=execution.parameters,
        using=using,
    )


def _carried_out(execution: Execution, task: Task) -> None:
    try:
        end = _by(pool.take(task.keys), execution, task)
    except NeverBegan:
        end = _by(pool.take(task.keys), execution, task)
    execution.finish(*end)


def _by(process: Process, execution: Execution, task: Task) -> tuple[Any, ...]:
    """How the query ended; its process is free before anybody sees that, so that the next query finds it."""
    end: tuple[Any, ...] = ()
    try:
        with _lock:
            _running[execution.id] = process
            if execution.id in _stopped:
                process.stop(execution.id)
        for told in process.carry_out(task):
            end = told.pop("end", ())
            execution.told(told)
    finally:
        with _lock:
            _running[execution.id] = None
        free = pool.give_back if end else pool.end  # what it has not told yet is not the next query's
        free(process)
    return end


def _fail(execution: Execution, error: Exception) -> None:
    if execution.id in _stopped:
        execution.finish("CANCELLED", _stopped[execution.id])
        return
    if isinstance(error, Died):
        error = QueryError("INTERNAL_ERROR", f"localaws lost the process that ran the query: {error}")
    elif not isinstance(error, QueryError):
        traceback.print_exception(error, file=sys.stderr)
        error = QueryError("INTERNAL_ERROR", f"localaws failed: {type(error).__name__}")
    execution.finish("FAILED", str(error), error.described())
