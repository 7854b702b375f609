"""The thread that runs an execution, with the interpreter's environment: nothing of it is kept over a stop."""

from __future__ import annotations

import copy
import threading
from dataclasses import dataclass
from typing import Any

from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.evaluation_details import AWSExecutionDetails
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventHistoryContext, EventManager
from moto.stepfunctions.parser.asl.eval.program_state import ProgramEnded, ProgramError, ProgramTimedOut
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

from localaws.planes.stepfunctions.failures import Fatal
from localaws.planes.stepfunctions.journal import Journal
from localaws.planes.stepfunctions.logs import Log
from localaws.planes.stepfunctions.parameters import iso

#: AWS: "Step Functions service quotas", events in one execution history.
MOST_EVENTS = 25_000
#: Ends from outside, which AWS puts after no event.
_FOLLOW_NOTHING = ("ExecutionAborted", "ExecutionTimedOut")


@dataclass(frozen=True)
class Outcome:
    """How an execution ended."""

    status: str
    output: Any = None
    error: str | None = None
    cause: str | None = None


class History(EventManager):  # type: ignore[misc]
    """Events are written to the execution's own list until it ends: what comes later did not happen."""

    def __init__(self, events: list[dict[str, Any]], log: Log, given_input: tuple[Any, str] | None = None) -> None:
        super().__init__(None)
        self.given_input = given_input  # as data and as text: causes show it as it was given
        self._history_event_list = events
        self.log = log
        self._event_id_gen._next_id = len(events) + 1
        self.open = True

    def add_event(self, context: Any, *args: Any, **kwargs: Any) -> int:
        """The event is in the history, unless the execution has ended or the branch that it belongs to was cut.

        Raises:
            Fatal: it would be the last event that a history can have, which is the execution's end.
        """
        if not self.open or getattr(context, "silent", False):
            return 0
        if self._event_id_gen._next_id >= MOST_EVENTS and not kwargs.pop("last", False):
            raise Fatal(f"The execution reached the maximum number of history events ({MOST_EVENTS}).", located=True)
        kwargs.pop("last", None)
        return int(super().add_event(context, *args, **kwargs))

    def _publish_history_event(self, *args: Any, **kwargs: Any) -> None:
        super()._publish_history_event(*args, **kwargs)
        self.log.write(self._history_event_list[-1])


class Worker:
    """One run of an execution: its first, or one more for each redrive."""

    def __init__(self, execution: Any, *, redriven: bool = False) -> None:
        self.execution = execution
        self.program = AmazonStateLanguageParser.parse(execution.state_machine.definition)[0]
        self.env = environment(execution)
        given = (execution.input_data, execution.execution_input)
        self.env.event_manager = History(execution.history, Log(execution), given)
        self.env.event_history_context = EventHistoryContext(len(execution.history))
        resume = dict(execution.journal) if redriven else {}
        self.env.journal = Journal(execution.journal, resume)

    def start(self) -> None:
        """The execution runs in the background."""
        threading.Thread(target=self._run, daemon=True, name=self.execution.exec_arn).start()

    def stop(self, **why: Any) -> None:
        """The program winds down; what it started is cancelled."""
        if self.env.is_running():
            self.env.set_stop(stop_date=None, cause=why.get("cause"), error=why.get("error"))

    def add(self, event_type: str, name: str, details: dict[str, Any]) -> None:
        """The event is in the history."""
        from moto.stepfunctions.parser.api import HistoryEventType

        context = EventHistoryContext(0) if event_type in _FOLLOW_NOTHING else self.env.event_history_context
        self.env.event_manager.add_event(context, HistoryEventType(event_type), {name: details}, last=True)

    def close(self) -> None:
        """What the program still does as it winds down is not recorded."""
        self.env.event_manager.open = False
        self.env.journal.open = False

    def _run(self) -> None:
        try:
            self.program.eval(self.env)
            outcome = _outcome(self.env)
        except Exception as error:  # noqa: BLE001 - an execution that broke must end
            outcome = Outcome("FAILED", error="States.Runtime", cause=f"{type(error).__name__}: {error}")
        self.execution.finish(self, outcome)


def _outcome(env: Any) -> Outcome:
    state = env.program_state()
    if isinstance(state, ProgramEnded):
        return Outcome("SUCCEEDED", output=env.states.get_input())
    if isinstance(state, ProgramError):
        details = state.error or {}
        return Outcome("FAILED", error=details.get("error"), cause=details.get("cause"))
    if isinstance(state, ProgramTimedOut):
        return Outcome("TIMED_OUT")
    return Outcome("ABORTED", error=state.error, cause=state.cause)


def environment(execution: Any) -> Any:
    """Where a program runs as the execution's role, and what the context object says."""
    details = AWSExecutionDetails(execution.account_id, execution.region_name, execution.role_arn)
    return Environment(
        aws_execution_details=details,
        execution_type=execution.sm_type,
        context={"Execution": _context(execution), "StateMachine": _machine(execution)},
        event_history_context=EventHistoryContext(0),
        cloud_watch_logging_session=None,
        activity_store={},
    )


def _context(execution: Any) -> dict[str, Any]:
    """AWS: "Accessing execution data from the Context object"."""
    context = {
        "Id": execution.exec_arn,
        "Input": copy.deepcopy(execution.input_data),
        "Name": execution.name,
        "RoleArn": execution.role_arn,
        "StartTime": iso(execution.start_date),
        "RedriveCount": execution.redrive_count,
    }
    if execution.redrive_date:
        context["RedriveTime"] = iso(execution.redrive_date)
    return context


def _machine(execution: Any) -> dict[str, str]:
    return {"Id": execution.state_machine.arn, "Name": execution.state_machine.name}
