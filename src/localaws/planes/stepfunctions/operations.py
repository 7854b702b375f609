"""Answers of the Step Functions API that moto lacks or gives by half (AWS: Step Functions API Reference)."""

from __future__ import annotations

from typing import Any

from localaws.planes.stepfunctions.definitions import judge
from localaws.planes.stepfunctions.pages import page
from localaws.planes.stepfunctions.validation.report import ERROR

#: AWS: ValidateStateMachineDefinition, maxResults.
MOST_DIAGNOSTICS = 100


def apply() -> None:
    """The operations below answer; what is not emulated says so by its name."""
    from moto.stepfunctions.responses import StepFunctionResponse

    StepFunctionResponse._describe_state_machine = _with_revision(StepFunctionResponse._describe_state_machine)
    StepFunctionResponse.update_state_machine = _updated(StepFunctionResponse.update_state_machine)
    for operation in (
        describe_execution,
        describe_state_machine_for_execution,
        get_execution_history,
        list_executions,
        redrive_execution,
        send_task_failure,
        start_sync_execution,
        stop_execution,
        test_state,
        validate_state_machine_definition,
    ):
        setattr(StepFunctionResponse, operation.__name__, operation)


def describe_execution(self: Any) -> Any:
    """DescribeExecution."""
    execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
    reason = execution.not_redrivable()
    answer = {
        **_item(execution),
        "input": execution.execution_input,
        "inputDetails": {"included": True},
        "redriveStatus": "NOT_REDRIVABLE" if reason else "REDRIVABLE",
        "redriveStatusReason": reason,
        "error": execution.error,
        "cause": execution.cause,
    }
    if execution.status == "SUCCEEDED":
        answer |= {"output": execution.output, "outputDetails": {"included": True}}
    return _answer(answer)


def list_executions(self: Any) -> Any:
    """ListExecutions."""
    executions = self.stepfunction_backend.list_executions(self._get_param("stateMachineArn"))
    status, redriven = self._get_param("statusFilter"), self._get_param("redriveFilter")
    if status:
        executions = [execution for execution in executions if execution.status == status]
    if redriven:
        executions = [
            execution for execution in executions if (execution.redrive_count > 0) == (redriven == "REDRIVEN")
        ]
    asked = f"{self._get_param('stateMachineArn')} {status} {redriven}"
    items, token = page(executions, self._get_param("maxResults"), self._get_param("nextToken"), asked)
    return _answer({"executions": [_item(execution) for execution in items], "nextToken": token})


def get_execution_history(self: Any) -> Any:
    """GetExecutionHistory."""
    execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
    events = execution.to_history_output()["events"]
    if self._get_param("reverseOrder"):
        events.reverse()
    if self._get_param("includeExecutionData") is False:
        events = [_without_data(event) for event in events]
    asked = f"{execution.exec_arn} {bool(self._get_param('reverseOrder'))}"
    items, token = page(events, self._get_param("maxResults"), self._get_param("nextToken"), asked)
    return _answer({"events": items, "nextToken": token})


def describe_state_machine_for_execution(self: Any) -> Any:
    """DescribeStateMachineForExecution: the definition with which the execution was started."""
    execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
    machine = execution.state_machine
    return _answer(
        {
            "stateMachineArn": machine.arn,
            "name": machine.name,
            "definition": machine.definition,
            "roleArn": execution.role_arn,
            "updateDate": machine.update_date,
            "loggingConfiguration": _logging(machine),
            "tracingConfiguration": machine.tracingConfiguration,
            "encryptionConfiguration": machine.encryptionConfiguration,
        }
    )


def stop_execution(self: Any) -> Any:
    """StopExecution."""
    arn, error, cause = (self._get_param(name) for name in ("executionArn", "error", "cause"))
    return _answer({"stopDate": self.stepfunction_backend.stop_execution(arn, error, cause).stop_date})


def redrive_execution(self: Any) -> Any:
    """RedriveExecution."""
    arn, token = self._get_param("executionArn"), self._get_param("clientToken")
    return _answer({"redriveDate": self.stepfunction_backend.redrive_execution(arn, token).redrive_date})


def send_task_failure(self: Any) -> Any:
    """SendTaskFailure, with its cause."""
    token, error, cause = (self._get_param(name) for name in ("taskToken", "error", "cause"))
    self.stepfunction_backend.send_task_failure(token, error=error, cause=cause)
    return _answer({})


def validate_state_machine_definition(self: Any) -> Any:
    """ValidateStateMachineDefinition: everything that CreateStateMachine would refuse, and warnings where wanted."""
    found = judge(self._get_param("definition") or "", self._get_param("type") or "STANDARD")
    if (self._get_param("severity") or ERROR) == ERROR:
        found = [problem for problem in found if problem.severity == ERROR]
    most = int(self._get_param("maxResults") or MOST_DIAGNOSTICS)
    failed = any(problem.severity == ERROR for problem in found)
    return _answer(
        {
            "result": "FAIL" if failed else "OK",
            "diagnostics": [problem.members() for problem in found[:most]],
            "truncated": len(found) > most,
        }
    )


def _with_revision(described: Any) -> Any:
    """DescribeStateMachine: with the revision of a machine that was updated."""

    def _describe_state_machine(self: Any, state_machine_arn: str) -> Any:
        answer = described(self, state_machine_arn)
        machine = self.stepfunction_backend.describe_state_machine(state_machine_arn)
        answer.result["loggingConfiguration"] = _logging(machine)
        if getattr(machine, "revision_id", None):
            answer.result["revisionId"] = machine.revision_id
        return answer

    return _describe_state_machine


def _logging(machine: Any) -> dict[str, Any]:
    """The configuration with AWS's default."""
    return {"includeExecutionData": False, **(machine.loggingConfiguration or {"level": "OFF"})}


def _updated(updated: Any) -> Any:
    """UpdateStateMachine: with the revision."""

    def update_state_machine(self: Any) -> Any:
        answer = updated(self)
        machine = self.stepfunction_backend.describe_state_machine(self._get_param("stateMachineArn"))
        if getattr(machine, "revision_id", None):
            answer.result["revisionId"] = machine.revision_id
        return answer

    return update_state_machine


def start_sync_execution(self: Any) -> Any:
    """StartSyncExecution: of a standard machine AWS refuses it, of an express one we do.

    Raises:
        StateMachineTypeNotSupported: it is a standard one.
        NotEmulated: it is an express one.
    """
    from localaws.planes.stepfunctions.exceptions import NotEmulated, StateMachineTypeNotSupported

    machine = self.stepfunction_backend.describe_state_machine(self._get_param("stateMachineArn"))
    if machine.type != "EXPRESS":
        raise StateMachineTypeNotSupported("This operation is not supported by this type of state machine")
    raise NotEmulated("localaws does not emulate stepfunctions StartSyncExecution")


def test_state(self: Any) -> Any:
    """TestState: what the interpreter makes of one state."""
    from localaws.planes.stepfunctions.single import answer

    names = ("definition", "input", "roleArn", "inspectionLevel", "variables")
    given = {name: self._get_param(name) for name in names}
    others = {name: self._get_param(name) for name in ("mock", "context", "stateName", "stateConfiguration")}
    backend = self.stepfunction_backend
    return _answer(answer(given, others, (backend.account_id, backend.region_name)))


def _item(execution: Any) -> dict[str, Any]:
    return {
        "executionArn": execution.exec_arn,
        "stateMachineArn": execution.state_machine.arn,
        "name": execution.name,
        "status": execution.status,
        "startDate": execution.start_date,
        "stopDate": execution.stop_date,
        "redriveCount": execution.redrive_count,
        "redriveDate": execution.redrive_date,
    }


def _answer(members: dict[str, Any]) -> Any:
    from moto.core.responses import ActionResult

    return ActionResult({name: value for name, value in members.items() if value is not None})


def _without_data(event: dict[str, Any]) -> dict[str, Any]:
    hidden = ("input", "output")
    return {
        key: {name: item for name, item in value.items() if name not in hidden} if isinstance(value, dict) else value
        for key, value in event.items()
    }
