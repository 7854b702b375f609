"""What a case is: states, an input, and what AWS makes of them.

Expected histories follow recordings of AWS: of LocalStack's validated tests (`tests/aws/services/stepfunctions/v2`,
2023 to 2026: each of its snapshots has the date of its recording) and of Floci's (issues 2735, 2868 and 2870, August
and September 2026), which say what was measured in us-east-1. Each case names the AWS page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

ECHO: dict[str, Any] = {"StartAt": "E", "States": {"E": {"Type": "Pass", "End": True}}}
BOOM: dict[str, Any] = {"StartAt": "Boom", "States": {"Boom": {"Type": "Fail", "Error": "Boom", "Cause": "so"}}}
LOST: dict[str, Any] = {"StartAt": "L", "States": {"L": {"Type": "Pass", "Parameters": {"m.$": "$.no"}, "End": True}}}

NOTHING: Any = object()


@dataclass(frozen=True)
class Case:
    """Either an output or an error and a part of its cause, and the history where it matters.

    `events` are drawn as `3<2 ParallelStateStarted`: the event's number, the number of the one that it follows.
    """

    name: str
    page: str
    states: dict[str, Any]
    data: Any = field(default_factory=dict)
    output: Any = NOTHING
    error: str | None = None
    cause: str = ""
    events: str = ""


def only(kind: str, **fields: Any) -> dict[str, Any]:
    """A machine of one state that ends."""
    end = {} if kind in ("Succeed", "Fail", "Choice") else {"End": True}
    return {"S": {"Type": kind, **fields, **end}}


def caught(state: dict[str, Any], *errors: str, **fields: Any) -> dict[str, Any]:
    """A state S whose failures of these names go to a state that passes them on."""
    catcher = {"ErrorEquals": list(errors), "Next": "Caught", **fields}
    return {"S": {**state, "Catch": [catcher]}, "Caught": {"Type": "Pass", "End": True}}


def at(cause: str, entered: int = 2, state: str = "S") -> str:
    """The cause as the interpreter gives it: with the state and the event of its entry."""
    return f"An error occurred while executing the state '{state}' (entered at the event id #{entered}). {cause}"
