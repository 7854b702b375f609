"""One invocation: a process, an event, a result, and what is logged of it."""

from __future__ import annotations

import json
import math
import threading
import time
import uuid
import zipfile
from collections import Counter
from dataclasses import dataclass
from typing import Any

from localaws.planes.lambdas import pool
from localaws.planes.lambdas.errors import NotEmulatedError, TooManyRequestsError
from localaws.planes.lambdas.worker import Ended, Worker

_TAIL = 4096

_lock = threading.Lock()
_running: Counter[str] = Counter()


@dataclass(frozen=True)
class Outcome:
    """What an invocation came to."""

    payload: str
    failed: bool
    log: str  # the last 4 KB
    request_id: str = ""


def run(function: Any, event: Any) -> Outcome:
    """The handler has seen the event, in a process of its own and as the function's role.

    Raises:
        NotEmulatedError: the function is no Python in a zip.
        TooManyRequestsError: its reserved concurrency is used up.
    """
    if function.package_type != "Zip" or not str(function.run_time).startswith("python3"):
        kind = function.run_time if function.package_type == "Zip" else "an image"
        raise NotEmulatedError(
            f"{function.function_name}: expected a zip for python3, got {kind}; others are not emulated"
        )
    _begin(function)
    try:
        return _run(function, event)
    finally:
        with _lock:
            _running[function.function_arn] -= 1


def failed(error_type: str, message: str, request_id: str | None = None) -> Outcome:
    """An invocation that came to nothing: no handler has run."""
    request_id = request_id or str(uuid.uuid4())
    return Outcome(_failure(request_id, error_type, message), failed=True, log="", request_id=request_id)


def _begin(function: Any) -> None:
    limit = function.reserved_concurrency
    with _lock:
        if limit is not None and _running[function.function_arn] >= int(limit):
            raise TooManyRequestsError
        _running[function.function_arn] += 1


def _run(function: Any, event: Any) -> Outcome:
    request_id = str(uuid.uuid4())
    request = {"id": request_id, "arn": function.function_arn, "event": event}
    try:
        worker = pool.take(function)
    except zipfile.BadZipFile as error:
        return failed("Runtime.InvalidZip", f"The code is no zip: {error}", request_id)
    first, begun = worker.init_ms is None, time.monotonic()
    memory = 0
    try:
        answer, lines = worker.call(request, float(function.timeout or 3))
        failure, memory = answer["failure"], answer["memory"]
        payload = json.dumps(failure) if failure else answer["result"]
    except Ended as ended:
        message = str(ended) if request_id in str(ended) else f"RequestId: {request_id} Error: {ended}"
        failure = payload = _failure(request_id, ended.error_type, message)
        lines = [*worker.left_lines(), message]
    finally:
        pool.give_back(function, worker)
    took = (time.monotonic() - begun) * 1000 - (worker.init_ms or 0 if first else 0)
    lines = _framed(function, worker, request_id, lines, max(took, 0.01), memory, first=first)
    _log(function, worker.stream, lines)
    return Outcome(payload, failed=bool(failure), log="\n".join(lines)[-_TAIL:], request_id=request_id)


def _failure(request_id: str, error_type: str, message: str) -> str:
    return json.dumps({"errorType": error_type, "errorMessage": message, "requestId": request_id})


def _framed(
    function: Any, worker: Worker, request_id: str, lines: list[str], took: float, memory: int, *, first: bool
) -> list[str]:
    """The lines between those that AWS writes itself ("Viewing CloudWatch logs for Lambda functions")."""
    report = [
        f"REPORT RequestId: {request_id}",
        f"Duration: {took:.2f} ms",
        f"Billed Duration: {math.ceil(took)} ms",
        f"Memory Size: {function.memory_size} MB",
        f"Max Memory Used: {memory} MB",
    ]
    if first and worker.init_ms is not None:
        report.append(f"Init Duration: {worker.init_ms:.2f} ms")
    start = f"START RequestId: {request_id} Version: {function.version}"
    return [start, *lines, f"END RequestId: {request_id}", "\t".join(report)]


def _log(function: Any, stream: str, lines: list[str]) -> None:
    backend, group = function.logs_backend, function.logs_group_name
    backend.ensure_log_group(group)
    if stream not in backend.groups[group].streams:
        backend.create_log_stream(group, stream)
    now = int(time.time() * 1000)
    backend.put_log_events(group, stream, [{"timestamp": now, "message": line} for line in lines])
