"""One process that runs one function, an event after another, as AWS reuses an execution environment."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any

from localaws import processes
from localaws.identity import child_env
from localaws.planes.lambdas import bootstrap, code

_INIT = 10.0  # seconds that the init phase may take ("Understanding the Lambda execution environment lifecycle")
_LAST_WORDS = 1.0


class Ended(Exception):
    """The process ended, or had to be ended, before it gave a result; the text is what AWS says of it."""

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(message)
        self.error_type = error_type


class Worker:
    """The process; `stream` is the log stream of its life."""

    def __init__(self, function: Any, stream: str) -> None:
        self.stream = stream
        self._name = f"{function.function_name}/{stream.rpartition(']')[2]}"
        self.init_ms: float | None = None
        self.idle_since = self._born = time.monotonic()
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        events_read, events_write = os.pipe()
        results_read, results_write = os.pipe()
        try:
            self._process = self._start(function, events_read, results_write)
        finally:
            os.close(events_read)
            os.close(results_write)
        self._events, self._results = os.fdopen(events_write, "wb"), os.fdopen(results_read, "rb")
        processes.begun(self._name, self._process.pid)
        assert self._process.stdout is not None
        threading.Thread(target=self._listen, args=(self._process.stdout,), daemon=True).start()

    def call(self, request: dict[str, Any], seconds: float) -> tuple[dict[str, Any], list[str]]:
        """What the handler answered, and the lines that it logged.

        Raises:
            Ended: it did not answer; the process is gone, and `left_lines` are its last words.
        """
        if self.init_ms is None:
            self._read(time.monotonic() + max(_INIT, seconds), "")
            self.init_ms = (time.monotonic() - self._born) * 1000
        request["deadline"] = time.time() + seconds
        timed_out = f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime())}Z {request['id']} Task timed out after "
        with contextlib.suppress(BrokenPipeError):
            self._events.write(json.dumps(request).encode() + b"\n")
            self._events.flush()
        answer = self._read(time.monotonic() + seconds, f"{timed_out}{seconds:.2f} seconds")
        return answer, self._lines_until(f"{bootstrap.MARK}{request['id']}")

    def left_lines(self) -> list[str]:
        """What the process wrote before it ended."""
        return self._lines_until(None)

    def alive(self) -> bool:
        """Whether it can take an event."""
        return self._process.poll() is None

    def end(self) -> None:
        """The process and those that it started are gone."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        processes.gone(self._name)
        with contextlib.suppress(BrokenPipeError):
            self._events.close()
        self._results.close()

    def _start(self, function: Any, events: int, results: int) -> subprocess.Popen[bytes]:
        paths = code.paths_of(function)
        command = [sys.executable, "-I", "-S", bootstrap.__file__, str(events), str(results), *paths]
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=(events, results),
            cwd=paths[0],
            env=_environment(function, self.stream, Path(paths[0]), self._name),
            start_new_session=True,
        )

    def _read(self, deadline: float, timed_out: str) -> dict[str, Any]:
        """The next message of the process."""
        found, _, _ = select.select([self._results], [], [], max(deadline - time.monotonic(), 0))
        line = self._results.readline() if found else b""
        if line:
            return dict(json.loads(line))
        if found:
            status = self._process.wait()
            how = f"signal: {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
            self.end()
            raise Ended("Runtime.ExitError", f"Runtime exited with error: {how}")
        self.end()
        raise Ended("Sandbox.Timedout", timed_out or "Task timed out in its init phase")

    def _listen(self, stdout: IO[bytes]) -> None:
        with stdout:
            for line in stdout:
                self._lines.put(line.decode("utf-8", "replace").rstrip("\n"))
        self._lines.put(None)

    def _lines_until(self, mark: str | None) -> list[str]:
        """The lines up to the mark, or to the end of the output."""
        lines: list[str] = []
        with contextlib.suppress(queue.Empty):
            while (line := self._lines.get(timeout=_LAST_WORDS)) is not None and line != mark:
                lines.append(line)
        return lines


def _environment(function: Any, stream: str, folder: Path, process: str) -> dict[str, str]:
    """What AWS defines, overlaid on what the function defines ("Defined runtime environment variables")."""
    own = {str(name): str(value) for name, value in (function.environment_vars or {}).items()}
    return {
        **own,
        **child_env(function.role, function.region, process),
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.run_time}",
        "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_size),
        "AWS_LAMBDA_FUNCTION_VERSION": str(function.version),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": function.logs_group_name,
        "AWS_LAMBDA_LOG_STREAM_NAME": stream,
        "LAMBDA_TASK_ROOT": str(folder),
        "TZ": ":UTC",
        "_HANDLER": str(function.handler),
    }
