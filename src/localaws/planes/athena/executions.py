"""Query executions: plain data that survives a restart."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from localaws.planes.athena.caller import Caller

FINAL = ("SUCCEEDED", "FAILED", "CANCELLED")


@dataclass
class Execution:
    """One query from its start on; `workgroup` is the group's name."""

    query: str
    workgroup: str
    context: dict[str, str]
    configuration: dict[str, Any]
    cutoff: int | None
    put: dict[str, Any]
    parameters: list[str]
    token: str | None
    role_arn: str | None
    access_key: str | None
    statement: str = "DML"
    substatement: str = "SELECT"
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    status: str = "QUEUED"
    reason: str | None = None
    error: dict[str, Any] | None = None
    submitted: float = field(default_factory=time.time)
    began: float | None = None
    planned: float | None = None
    ran: float | None = None
    completed: float | None = None
    scanned: int = 0
    rows: int = 0
    size: int = 0
    columns: list[dict[str, Any]] = field(default_factory=list)

    @property
    def caller(self) -> Caller:
        """Whose rights the query has."""
        return Caller(self.role_arn, self.access_key)

    @property
    def output(self) -> str:
        """Where the result is."""
        return str(self.configuration["OutputLocation"])

    @property
    def database(self) -> str:
        """The database that names without one mean."""
        return self.context.get("Database", "default").lower()

    def told(self, fields: dict[str, Any]) -> None:
        """What the process that carries the query out tells of it on its way."""
        for name, value in fields.items():
            setattr(self, name, value)

    def finish(self, status: str, reason: str | None = None, error: dict[str, Any] | None = None) -> None:
        """The execution has ended; the state comes last, since others poll it."""
        self.completed = time.time()
        self.reason, self.error = reason, error
        self.status = status

    def described(self) -> dict[str, Any]:
        """The QueryExecution of the API."""
        return {
            "QueryExecutionId": self.id,
            "Query": self.query,
            "StatementType": self.statement,
            "SubstatementType": self.substatement,
            "ResultConfiguration": self.configuration,
            "ResultReuseConfiguration": {"ResultReuseByAgeConfiguration": {"Enabled": False}},
            "QueryExecutionContext": self.context,
            "Status": self._status(),
            "Statistics": self.statistics(),
            "WorkGroup": self.workgroup,
            "EngineVersion": {
                "SelectedEngineVersion": "AUTO",
                "EffectiveEngineVersion": "Athena engine version 3",
            },
            **({"ExecutionParameters": self.parameters} if self.parameters else {}),
        }

    def _status(self) -> dict[str, Any]:
        found: dict[str, Any] = {"State": self.status, "SubmissionDateTime": self.submitted}
        if self.completed is not None and self.status in FINAL:
            found["CompletionDateTime"] = self.completed
        if self.reason is not None:
            found["StateChangeReason"] = self.reason
        if self.error is not None:
            found["AthenaError"] = self.error
        return found

    def statistics(self) -> dict[str, Any]:
        """How long each phase took, and what was scanned."""
        now = self.completed or time.time()
        began = self.began or now
        ran = self.ran or (now if self.began else began)
        return {
            "EngineExecutionTimeInMillis": _millis(began, ran),
            "DataScannedInBytes": self.scanned,
            "TotalExecutionTimeInMillis": _millis(self.submitted, now),
            "QueryQueueTimeInMillis": _millis(self.submitted, began),
            "ServicePreProcessingTimeInMillis": 0,
            "QueryPlanningTimeInMillis": _millis(began, self.planned or began),
            "ServiceProcessingTimeInMillis": _millis(ran, now),
            "ResultReuseInformation": {"ReusedPreviousResult": False},
        }


def _millis(start: float, end: float) -> int:
    return max(0, round((end - start) * 1000))
