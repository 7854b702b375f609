"""moto's backend, for HTTP, CloudFormation and the interpreter alike."""

from __future__ import annotations

import copy
import uuid
from typing import Any

from localaws.planes.stepfunctions.definitions import refuse
from localaws.planes.stepfunctions.exceptions import NotEmulated, StateMachineAlreadyExists
from localaws.planes.stepfunctions.inputs import check_input


def apply() -> None:
    """Executions are ours, names and repeated requests are treated as AWS documents, and one backend has them all."""
    from moto.stepfunctions import models
    from moto.stepfunctions.parser import models as parser

    from localaws.planes.stepfunctions.execution import Execution

    parser.Execution = Execution
    backend = parser.StepFunctionsParserBackend
    backend.start_execution = _start(backend.start_execution)
    backend.create_state_machine = _create(backend.create_state_machine)
    backend.update_state_machine = _update(backend.update_state_machine)
    backend._validate_machine_arn = _check_arn(backend._validate_machine_arn)
    backend._validate_definition = staticmethod(_judged_before)
    backend.stop_execution = stop_execution
    backend.redrive_execution = redrive_execution
    backend.list_executions = list_executions
    backend._get_executions = _running_here(backend._get_executions)
    # CloudFormation's handlers look up the backend by this name
    models.stepfunctions_backends = parser.stepfunctions_parser_backends


def stop_execution(self: Any, execution_arn: str, error: str | None = None, cause: str | None = None) -> Any:
    """The execution is ABORTED, with this error and cause."""
    execution = self.describe_execution(execution_arn)
    execution.stop(error=error, cause=cause)
    return execution


def redrive_execution(self: Any, execution_arn: str, client_token: str | None = None) -> Any:
    """The execution runs again from where it failed."""
    execution = self.describe_execution(execution_arn)
    execution.redrive(client_token)
    return execution


def list_executions(self: Any, state_machine_arn: str) -> list[Any]:
    """The state machine's executions, the newest first (AWS: ListExecutions)."""
    executions = self.describe_state_machine(state_machine_arn).executions
    return sorted(executions, key=lambda execution: execution.start_date, reverse=True)


def _start(started: Any) -> Any:
    from localaws.planes.stepfunctions.execution import life

    def start_execution(
        self: Any,
        state_machine_arn: str,
        name: str | None = None,
        execution_input: str | None = None,
        trace_header: str | None = None,
    ) -> Any:
        """One execution more, or the running one of this name and input (AWS: StartExecution)."""
        if name:
            self._validate_name(name)
        given = "{}" if execution_input is None else execution_input
        check_input(given)
        _refuse_versions(state_machine_arn)
        with life:
            return started(self, state_machine_arn, name or str(uuid.uuid4()), given, trace_header)

    return start_execution


def _create(created: Any) -> Any:
    def create_state_machine(self: Any, name: str, definition: str, roleArn: str, **named: Any) -> Any:  # noqa: N803
        """The state machine; the one of that name if it is the same, whatever its role (AWS: CreateStateMachine)."""
        refuse(definition, named.get("sm_type") or "STANDARD")
        existing = self._revision_by_name(name)
        if existing is None:
            return created(self, name, definition, roleArn, **named)
        same = existing.definition == definition and existing.type == (named.get("sm_type") or "STANDARD")
        for option in ("loggingConfiguration", "tracingConfiguration", "encryptionConfiguration"):
            same = same and (named.get(option) or getattr(existing, option)) == getattr(existing, option)
        if not same:
            raise StateMachineAlreadyExists(f"State Machine Already Exists: '{existing.arn}'")
        return existing

    return create_state_machine


def _check_arn(checked: Any) -> Any:
    from moto.stepfunctions.exceptions import InvalidArn

    def _validate_machine_arn(self: Any, machine_arn: str) -> None:
        if not machine_arn.startswith("arn:"):
            raise InvalidArn(f"Invalid Arn: 'Invalid ARN prefix: {machine_arn}'")
        checked(self, machine_arn)

    return _validate_machine_arn


def _refuse_versions(arn: str) -> None:
    """The ARN is that of a state machine.

    Raises:
        NotEmulated: it is that of a version or an alias.
    """
    if len(arn.split(":")) == 8:
        raise NotEmulated(f"localaws does not emulate executions of versions and aliases: {arn}")


def _judged_before(definition: str) -> None:
    """Nothing is left to do: `refuse` judged the definition, knowing the machine's type."""


def _update(updated: Any) -> Any:
    def update_state_machine(self: Any, arn: str, definition: str | None = None, *args: Any, **named: Any) -> Any:
        """The state machine has the new definition (AWS: UpdateStateMachine)."""
        machine = self.describe_state_machine(arn)
        if definition is not None:
            refuse(definition, machine.type)
        before = _revision(machine)
        changed = updated(self, arn, definition, *args, **named)
        if _revision(changed) != before:
            changed.revision_id = str(uuid.uuid4())
        return changed

    return update_state_machine


def _revision(machine: Any) -> list[Any]:
    """What an update changes; a machine that it does not change keeps its revision."""
    names = ("definition", "roleArn", "loggingConfiguration", "tracingConfiguration", "encryptionConfiguration")
    return [copy.deepcopy(getattr(machine, name)) for name in names]


def _running_here(listed: Any) -> Any:
    def _get_executions(self: Any, execution_status: Any = None) -> list[Any]:
        return [execution for execution in listed(self, execution_status) if execution.exec_worker is not None]

    return _get_executions
