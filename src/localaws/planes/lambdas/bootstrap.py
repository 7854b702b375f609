"""The process in which a handler runs: it reads events from one pipe and writes results to another.

It is run as a file, without the packages of localaws, as `python -I -S bootstrap.py EVENTS RESULTS PATH...`: what a
handler can import is the standard library, its own zip, its layers and boto3, as on AWS ("Lambda runtimes").
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import queue
import resource
import sys
import threading
import time
import traceback

TYPE_CHECKING = False  # without the import of typing: a cold start counts
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, BinaryIO

MARK = "\0end of "
_FORMAT = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"


class Context:
    """What AWS calls the context object ("Using the Lambda context object to retrieve Python function information")."""

    def __init__(self, request: dict[str, Any]) -> None:
        self.aws_request_id = request["id"]
        self.invoked_function_arn = request["arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity: object = None
        self.client_context = request.get("client_context")
        self._deadline = request["deadline"]

    def get_remaining_time_in_millis(self) -> int:
        """The milliseconds until the function times out."""
        return max(int((self._deadline - time.time()) * 1000), 0)


class _Formatter(logging.Formatter):
    converter = staticmethod(time.gmtime)
    request_id = ""

    def format(self, record: logging.LogRecord) -> str:
        record.aws_request_id = self.request_id
        return super().format(record)


class _Stdout(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        sys.stdout.write(self.format(record) + "\n")


def _failure(error_type: str, message: str, stack: Sequence[str] = ()) -> dict[str, Any]:
    return {"errorMessage": message, "errorType": error_type, "requestId": "", "stackTrace": list(stack)}


def _import(handler: str) -> tuple[Callable[..., object] | None, dict[str, Any] | None]:
    """The handler, or why there is none, as AWS words it."""
    module, _, name = handler.rpartition(".")
    try:
        found = importlib.import_module(module.replace("/", "."))
    except ImportError as error:
        return None, _failure("Runtime.ImportModuleError", f"Unable to import module '{module}': {error}")
    except SyntaxError as error:
        where = f"Syntax error in module '{module}': {error}"
        return None, _failure("Runtime.UserCodeSyntaxError", where, traceback.format_exception_only(error))
    except Exception as error:  # noqa: BLE001 - it is the handler's, and the answer
        return None, _of(error)
    if not hasattr(found, name):
        return None, _failure("Runtime.HandlerNotFound", f"Handler '{name}' missing on module '{module}'")
    return getattr(found, name), None


def _of(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename != __file__ and not frame.filename.startswith("<frozen")]
    return _failure(type(error).__name__, str(error), traceback.format_list(own))


def _call(handler: Callable[..., object], request: dict[str, Any]) -> tuple[str | None, dict[str, Any] | None]:
    """The result as JSON text, or the failure."""
    try:
        result = handler(request["event"], Context(request))
    except Exception as error:  # noqa: BLE001 - the same
        return None, _of(error)
    try:
        return json.dumps(result), None
    except (TypeError, ValueError) as error:
        return None, _failure("Runtime.MarshalError", f"Unable to marshal response: {error}")


def _say(failure: dict[str, Any]) -> None:
    lines = [f"[ERROR] {failure['errorType']}: {failure['errorMessage']}"]
    if failure["stackTrace"]:
        lines += ["Traceback (most recent call last):", *(line.rstrip("\n") for line in failure["stackTrace"])]
    sys.stdout.write("\n".join(lines) + "\n")


def _write(file: BinaryIO, **fields: object) -> None:
    file.write(json.dumps(fields).encode() + b"\n")
    file.flush()


def _flush(request_id: str) -> None:
    sys.stdout.write(f"{MARK}{request_id}\n")
    sys.stdout.flush()
    sys.stderr.flush()


def _listen(events: int, lines: queue.SimpleQueue[bytes]) -> None:
    """Events are handed on; when there can be no more, localaws is gone, and so is whatever runs here."""
    with os.fdopen(events, "rb") as source:
        for line in source:
            lines.put(line)
    os._exit(0)


def _megabytes() -> int:
    """The most memory that this process has used; where there is no /proc, that of its parent when it forked counts."""
    try:
        with open("/proc/self/status") as status:  # noqa: PTH123 - pathlib would cost a cold start
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) >> 10
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 20


def main(events: int, results: int, paths: list[str]) -> None:
    """Answer events for ever."""
    for descriptor in (events, results):
        os.set_inheritable(descriptor, False)
    sys.path[:0] = paths[:-1]
    sys.path.append(paths[-1])
    to_stdout = _Stdout()
    to_stdout.setFormatter(_Formatter(_FORMAT, "%Y-%m-%dT%H:%M:%S"))
    logging.getLogger().addHandler(to_stdout)
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(events, lines), daemon=True).start()
    with os.fdopen(results, "wb") as target:
        handler, broken = _import(os.environ["_HANDLER"])
        _write(target, ready=True)
        while True:
            request = json.loads(lines.get())
            _Formatter.request_id = request["id"]
            result, failure = _call(handler, request) if handler else (None, dict(broken or {}))
            if failure:
                failure["requestId"] = request["id"]
                _say(failure)
            _flush(request["id"])
            _write(target, result=result, failure=failure, memory=_megabytes())


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
