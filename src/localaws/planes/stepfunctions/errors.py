"""Names of errors, and what catches them (AWS: "Handling errors in Step Functions workflows")."""

from __future__ import annotations

from typing import Any

from localaws.mend import edit

#: States.ALL catches all but this. AWS's page says the same of States.DataLimitExceeded, but AWS catches it in a
#: recording of LocalStack's (error_handling/test_states_errors, March 21, 2024).
_TERMINAL = ("States.Runtime",)
#: What States.TaskFailed does not catch when it stands for every other error.
_NO_TASK_FAILURE = (*_TERMINAL, "States.Timeout")


def apply() -> None:
    """Retriers and catchers see the names that AWS documents."""
    from moto.stepfunctions.parser.asl.component.common.error_name import error_equals_decl
    from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import iteration_worker
    from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
        state_task_service,
        state_task_service_dynamodb,
        state_task_service_sfn,
    )

    iteration_worker.CustomErrorName = error_name_of  # of a Distributed Map
    error_equals_decl.ErrorEqualsDecl._eval_body = _matches
    edit(
        state_task_service_sfn.StateTaskServiceSfn,
        "_from_error",
        'f"StepFunctions.{error_code}Exception"',
        "f\"StepFunctions.{error_code.removesuffix('Exception')}Exception\"",
    )
    edit(  # a mended method has no super()
        state_task_service_sfn.StateTaskServiceSfn,
        "_from_error",
        "super()._from_error(env=env, ex=ex)",
        "StateTaskServiceCallback._from_error(self, env=env, ex=ex)",
    )
    _mend_roles()
    _mend_dynamodb(state_task_service_dynamodb.StateTaskServiceDynamoDB, state_task_service.StateTaskService)


def error_name_of(error_name: str | None = None) -> Any:
    """The name as moto's own type: an error of a branch or iteration may well be one of `States.*`."""
    from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
    from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName

    if error_name is not None and error_name.startswith("States."):
        try:
            return StatesErrorName.from_name(error_name)
        except ValueError:
            pass
    return ErrorName(error_name=error_name)


def _matches(self: Any, env: Any) -> None:
    error = env.stack.pop()
    name = error.error_name if error is not None else None
    wanted = {declared.error_name for declared in self.error_names}
    everything = "States.ALL" in wanted and name not in _TERMINAL
    any_task = "States.TaskFailed" in wanted and name not in _NO_TASK_FAILURE
    heartbeat = "States.HeartbeatTimeout" in wanted and getattr(error, "heartbeat", False)
    env.stack.append(everything or any_task or heartbeat or name in wanted)


def _mend_dynamodb(dynamodb: Any, base: Any) -> None:
    """The optimized integration names DynamoDB's own errors; all else, a timeout say, keeps its name."""
    from botocore.exceptions import ClientError

    named = dynamodb._from_error

    def _from_error(self: Any, env: Any, ex: Exception) -> Any:
        if isinstance(ex, ClientError):
            return named(self, env=env, ex=ex)
        return base._from_error(self, env=env, ex=ex)

    dynamodb._from_error = _from_error


def _mend_roles() -> None:
    """A role that Step Functions cannot take is States.Permissions."""
    from moto.stepfunctions.parser.api import HistoryEventType
    from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent
    from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState

    from localaws.iam.trust import AccessDenied

    named = ExecutionState._from_error

    def _from_error(self: Any, env: Any, ex: Exception) -> Any:
        if not isinstance(ex, AccessDenied):
            return named(self, env, ex)
        name = "States.Permissions"
        details = {"taskFailedEventDetails": {"error": name, "cause": str(ex)}}
        return FailureEvent(env, error_name_of(name), HistoryEventType.TaskFailed, details)

    ExecutionState._from_error = _from_error
