"""Execution histories in CloudWatch Logs (AWS: "Using CloudWatch Logs to log execution history")."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

_LOG = logging.getLogger(__name__)
_DATA = ("input", "inputDetails", "output", "outputDetails")


class Log:
    """Where a state machine's LoggingConfiguration wants the events of an execution, and which of them."""

    def __init__(self, execution: Any) -> None:
        self.execution = execution
        self.configuration = execution.state_machine.loggingConfiguration or {}
        self.arn = _group_arn(self.configuration)
        self.stream = f"states/{execution.state_machine.name}/{datetime.now(UTC):%Y-%m-%d-%H-%M}/{execution.name}"

    def write(self, event: dict[str, Any]) -> None:
        """The event is in the log group, if its level wants it; a group that is not there takes nothing."""
        from moto.stepfunctions.parser.asl.eval.event.logging import is_logging_enabled_for

        level = self.configuration.get("level", "OFF")
        if self.arn is None or not is_logging_enabled_for(level, event["type"]):
            return
        try:
            self._put(_message(event, self.execution, data=bool(self.configuration.get("includeExecutionData"))))
        except Exception as error:  # noqa: BLE001 - AWS delivers logs as well as it can
            _LOG.warning("no log of %s: %s", self.execution.exec_arn, error)

    def _put(self, message: dict[str, Any]) -> None:
        from moto.logs.models import logs_backends

        _, _, _, region, account, _, group = str(self.arn).split(":", 6)
        backend = logs_backends[account][region]
        group = group.removesuffix(":*")
        if self.stream not in backend.groups[group].streams:
            backend.create_log_stream(group, self.stream)
        event = {"timestamp": int(message["event_timestamp"]), "message": json.dumps(message, default=str)}
        backend.put_log_events(group, self.stream, [event])


def _group_arn(configuration: dict[str, Any]) -> str | None:
    destinations = configuration.get("destinations") or []
    arns = [(item.get("cloudWatchLogsLogGroup") or {}).get("logGroupArn") for item in destinations]
    return next((str(arn) for arn in arns if arn), None)


def _message(event: dict[str, Any], execution: Any, *, data: bool) -> dict[str, Any]:
    details: dict[str, Any] = next((value for value in event.values() if isinstance(value, dict)), {})
    if not data:
        details = {key: value for key, value in details.items() if key not in _DATA}
    return {
        "id": str(event["id"]),
        "type": str(event["type"].value),
        "details": details,
        "redrive_count": str(execution.redrive_count),
        "previous_event_id": str(event["previousEventId"]),
        "event_timestamp": str(int(datetime.now(UTC).timestamp() * 1000)),
        "execution_arn": execution.exec_arn,
    }
