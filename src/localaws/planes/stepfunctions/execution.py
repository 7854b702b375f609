"""An execution: its life from start over redrives to its end, and what of it outlives the process."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.backend.execution import Execution as _Execution

from localaws import endings, state
from localaws.planes.stepfunctions import status_events
from localaws.planes.stepfunctions.exceptions import ExecutionNotRedrivable
from localaws.planes.stepfunctions.journal import Records
from localaws.planes.stepfunctions.texts import written
from localaws.planes.stepfunctions.worker import Outcome, Worker

#: AWS: "Restarting state machine executions with redrive": within 14 days of the end.
REDRIVABLE_FOR = timedelta(days=14)

#: Beginnings and ends of executions happen one at a time.
life = threading.RLock()

_ENDINGS = {
    "SUCCEEDED": ("ExecutionSucceeded", "executionSucceededEventDetails"),
    "FAILED": ("ExecutionFailed", "executionFailedEventDetails"),
    "TIMED_OUT": ("ExecutionTimedOut", "executionTimedOutEventDetails"),
    "ABORTED": ("ExecutionAborted", "executionAbortedEventDetails"),
}


class Execution(_Execution):  # type: ignore[misc]
    """moto's execution with a history, a journal and redrives, all of them plain data that can be pickled."""

    stop_date: datetime | None
    error: str | None
    cause: str | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.journal: Records = {}
        self.history: list[dict[str, Any]] = []
        self.redrive_count = 0
        self.redrive_date: datetime | None = None
        self.redrive_token: str | None = None

    def start(self) -> None:
        """The execution is RUNNING."""
        self.exec_status = ExecutionStatus.RUNNING
        self.exec_worker = worker = Worker(self)
        details = {"input": self.execution_input, "inputDetails": {"truncated": False}, "roleArn": self.role_arn}
        worker.add("ExecutionStarted", "executionStartedEventDetails", details)
        worker.env.event_history_context.source_event_id = 0
        state.changed()
        status_events.announce(self)
        worker.start()

    def redrive(self, token: str | None = None) -> None:
        """The execution is RUNNING again from where it failed, with the same definition, ARN and history.

        Raises:
            ExecutionNotRedrivable: it runs, has succeeded, or ended too long ago.
        """
        with life:
            if token and token == self.redrive_token:
                return  # AWS: RedriveExecution, clientToken: a repeated request is answered, not repeated
            if reason := self.not_redrivable():
                raise ExecutionNotRedrivable(reason)
            self.redrive_count += 1
            self.redrive_date, self.redrive_token = datetime.now(UTC), token
            self.exec_status = ExecutionStatus.RUNNING
            self.stop_date = self.error = self.cause = None
            self.exec_worker = worker = Worker(self, redriven=True)
            worker.add("ExecutionRedriven", "executionRedrivenEventDetails", {"redriveCount": self.redrive_count})
            status_events.announce(self)
            worker.start()

    def finish(self, worker: Worker | None, outcome: Outcome) -> None:
        """The execution has ended so; whoever comes second, or belongs to an earlier run, changes nothing."""
        with life:
            if self.status != "RUNNING" or worker is not self.exec_worker:
                return
            self.stop_date = datetime.now(UTC)
            self.error, self.cause = outcome.error, outcome.cause
            if outcome.status == "SUCCEEDED":
                self.output = written(outcome.output)
            self._write_end(worker, outcome)
            self.exec_status = ExecutionStatus(outcome.status)
            status_events.announce(self)
        state.changed()
        endings.announce()

    def stop(self, stop_date: datetime | None = None, error: str | None = None, cause: str | None = None) -> None:
        """The execution is ABORTED at once; its program and what that started wind down behind it.

        One that has ended stays as it is (AWS: StopExecution).
        """
        worker = self.exec_worker
        self.finish(worker, Outcome("ABORTED", error=error, cause=cause))
        if worker is not None:
            worker.stop(error=error, cause=cause)

    def not_redrivable(self) -> str | None:
        """Why it cannot be redriven, in the words of DescribeExecution's redriveStatusReason; None when it can."""
        if self.status in ("RUNNING", "SUCCEEDED"):
            return f"Execution is {self.status} and cannot be redriven"
        if self.stop_date and datetime.now(UTC) - self.stop_date > REDRIVABLE_FOR:
            return "Execution redrivable period exceeded"
        return None

    def to_history_output(self) -> dict[str, Any]:
        """The events, oldest first."""
        return {"events": list(self.history)}

    def _write_end(self, worker: Worker | None, outcome: Outcome) -> None:
        if worker is None:  # it ran in another process, whose thread is gone
            worker = Worker(self)
        event, name = _ENDINGS[outcome.status]
        details: dict[str, Any] = {
            key: value for key, value in (("error", outcome.error), ("cause", outcome.cause)) if value is not None
        }
        if outcome.status == "SUCCEEDED":
            details = {"output": self.output, "outputDetails": {"truncated": False}}
        worker.add(event, name, details)
        worker.close()

    def __getstate__(self) -> dict[str, Any]:
        kept = dict(self.__dict__)
        kept["exec_worker"] = None
        kept["journal"], kept["history"] = dict(self.journal), list(self.history)
        return kept
