"""A localaws of one's own for a test or a script."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from botocore.config import Config

from localaws import clients


class Server:
    """A localaws process on a free port, with its state in a directory; a context manager."""

    def __init__(self, state: Path, *options: str, env: dict[str, str] | None = None) -> None:
        self.state = state
        self.options = options
        self.env = env
        self.endpoint = ""
        self._session = clients.of_nobody()
        self._clients: dict[tuple[object, ...], Any] = {}
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> Self:
        """The server answers requests.

        Raises:
            RuntimeError: it ended before it was ready; its last words are in the message.
        """
        self.state.mkdir(parents=True, exist_ok=True)
        self.log = self.state / "localaws.log"
        with self.log.open("a") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "localaws", "--port", "0", "--state", str(self.state), "--json", *self.options],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=self.env,
            )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._end(self._process)
            raise RuntimeError(f"localaws did not start; {self.log} ends with: {self.log.read_text()[-2000:]}")
        self.endpoint = json.loads(line)["endpoint"]
        return self

    @property
    def pid(self) -> int:
        """The process that serves.

        Raises:
            RuntimeError: it is not running.
        """
        if self._process is None:
            raise RuntimeError("this localaws is not running: start it first")
        return self._process.pid

    def client(self, service: str, **credentials: str) -> Any:
        """A boto3 client on this server, as the administrator unless credentials are given; the same one each time."""
        wanted = (service, self.endpoint, *sorted(credentials.items()))
        if wanted not in self._clients:
            credentials = credentials or {"aws_access_key_id": "localaws", "aws_secret_access_key": "localaws"}
            config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, max_pool_connections=32)
            self._clients[wanted] = self._session.client(
                service, region_name="us-east-1", endpoint_url=self.endpoint, config=config, **credentials
            )
        return self._clients[wanted]

    def stop(self) -> None:
        """The server has ended in order."""
        if self._process:
            self._process.terminate()
            self._end(self._process)

    def kill(self) -> None:
        """The server has ended as by a power cut."""
        if self._process:
            self._process.kill()
            self._end(self._process)

    def _end(self, process: subprocess.Popen[str]) -> None:
        process.wait(timeout=60)
        if process.stdout:
            process.stdout.close()
        self._process = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
