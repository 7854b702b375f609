"""Status change events (AWS: "Automating Step Functions event delivery with EventBridge")."""

from __future__ import annotations

from datetime import datetime
from typing import Any

#: AWS leaves input and output out of an event when both together are longer.
LONGEST = 248 * 1024


def announce(execution: Any) -> None:
    """EventBridge's default bus has an event with the execution's status; rules get it in the background."""
    from localaws.planes.events import bus

    bus.publish(
        account=execution.account_id,
        region=execution.region_name,
        source="aws.states",
        detail_type="Step Functions Execution Status Change",
        resources=[execution.exec_arn],
        detail=detail(execution),
    )


def detail(execution: Any) -> dict[str, Any]:
    """What the event says of the execution."""
    output = execution.output if execution.status == "SUCCEEDED" else None
    fits = len(execution.execution_input.encode()) + len((output or "").encode()) <= LONGEST
    reason = execution.not_redrivable()
    return {
        "executionArn": execution.exec_arn,
        "stateMachineArn": execution.state_machine.arn,
        "name": execution.name,
        "status": execution.status,
        "startDate": _milliseconds(execution.start_date),
        "stopDate": _milliseconds(execution.stop_date),
        "input": execution.execution_input if fits else None,
        "output": output if fits else None,
        "inputDetails": {"included": fits},
        "outputDetails": None if output is None else {"included": fits},
        "error": execution.error,
        "cause": execution.cause,
        "stateMachineVersionArn": None,
        "stateMachineAliasArn": None,
        "redriveCount": execution.redrive_count,
        "redriveDate": _milliseconds(execution.redrive_date),
        "redriveStatus": "NOT_REDRIVABLE" if reason else "REDRIVABLE",
        "redriveStatusReason": reason,
    }


def _milliseconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp() * 1000)
