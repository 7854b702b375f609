"""One state, run by itself (AWS: "Using TestState API to test a state in Step Functions")."""

from __future__ import annotations

import copy
import json
import threading
import uuid
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from localaws.planes.stepfunctions.definitions import refuse
from localaws.planes.stepfunctions.exceptions import NotEmulated
from localaws.planes.stepfunctions.failures import StateError, as_state_error
from localaws.planes.stepfunctions.inputs import check_input
from localaws.planes.stepfunctions.inspection import Retriable, watch
from localaws.planes.stepfunctions.journal import Journal
from localaws.planes.stepfunctions.logs import Log
from localaws.planes.stepfunctions.texts import written
from localaws.planes.stepfunctions.worker import History, environment

#: The name that AWS gives the state.
NAME = "StateName"
#: AWS: TestState runs at most five minutes.
LONGEST = 300.0
_PATTERNS = (".sync", ".sync:2", ".waitForTaskToken")


def machine_of(text: str) -> str:
    """The definition of a machine with the state, and an end for wherever it leads.

    Raises:
        NotEmulated: a Map or Parallel state, whose parts TestState takes from mocks.
        ValueError: an integration pattern or an activity, which AWS's TestState does not run.
    """
    state = json.loads(text) if text.strip() else None
    if not isinstance(state, dict):
        return text  # the judge says it better
    if state.get("Type") in ("Map", "Parallel"):
        raise NotEmulated(f"localaws does not emulate TestState of a {state['Type']} state")
    resource = str(state.get("Resource", ""))
    if resource.endswith(_PATTERNS) or ":activity:" in resource:
        raise ValueError(f"TestState does not support the resource {resource}")
    targets = {rule.get("Next") for rule in (*_rules(state, "Choices"), *_rules(state, "Catch"))}
    targets |= {state.get("Next"), state.get("Default")}
    ends = {name: {"Type": "Succeed"} for name in targets if isinstance(name, str)}
    return json.dumps({"StartAt": NAME, "States": {NAME: state, **ends}}, ensure_ascii=False)


def _rules(state: dict[str, Any], field: str) -> list[dict[str, Any]]:
    found = state.get(field)
    return [rule for rule in found if isinstance(rule, dict)] if isinstance(found, list) else []


def answer(given: dict[str, Any], others: dict[str, Any], place: tuple[str, str]) -> dict[str, Any]:
    """What TestState answers; at level INFO without the data on the way.

    Raises:
        NotEmulated: mocks, a context of one's own, a state out of a whole machine, a Map or Parallel state.
        InvalidDefinition: the state is none.
        InvalidExecutionInput: the input is not JSON, or the variables are no JSON object.
    """
    from moto.stepfunctions.parser.api import InvalidDefinition

    for name in [name for name, value in others.items() if value]:
        raise NotEmulated(f"localaws does not emulate TestState with {name}")
    text = given["input"] or "{}"
    check_input(text)
    variables = _variables(given["variables"] or "{}")
    try:
        definition = machine_of(given["definition"] or "")
    except ValueError as error:
        raise InvalidDefinition(message=f"Invalid State Machine Definition: '{error}'") from error
    refuse(definition)
    found = Single(definition, text, given["roleArn"], place, variables).run()
    if (given["inspectionLevel"] or "INFO") == "INFO":
        found.pop("inspectionData")
    return found


def _variables(text: str) -> dict[str, Any]:
    from moto.stepfunctions.parser.api import InvalidExecutionInput

    check_input(text)
    found = json.loads(text)
    if not isinstance(found, dict):
        raise InvalidExecutionInput(f"Invalid variables: expected a JSON object, got {text[:80]}")
    return found


class Single:
    """A state, an input and variables, and what becomes of them."""

    def __init__(self, definition: str, given: str, role: str | None, place: tuple[str, str], variables: Any) -> None:
        from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

        account, region = place
        execution = _execution(given, role, account, region)
        self.program = copy.deepcopy(AmazonStateLanguageParser.parse(definition)[0])
        self.state = self.program._get_state(NAME)
        self.env = environment(execution)
        self.env.states.context_object.context_object_data["Execution"].pop("RedriveCount")
        self.env.event_manager = History([], Log(execution), (execution.input_data, given))
        self.env.journal = Journal({})
        self.env.next_state_name = NAME
        for name, value in variables.items():
            self.env.variable_store.set(name, value)

    def run(self) -> dict[str, Any]:
        """The answer of TestState, with what was found on the way in `inspectionData`."""
        data: dict[str, str] = {"input": written(self.env.states.get_input())}
        watch(self.state, data)
        timer = threading.Timer(LONGEST, self.env.set_timed_out)
        timer.start()
        try:
            answer = self._ended()
        except Retriable as failure:
            answer = {"status": "RETRIABLE", **failure.details}
        except Exception as error:  # noqa: BLE001 - whatever fails is the answer
            answer = {"status": "FAILED", **_details(self.env, error)}
        finally:
            timer.cancel()
        return {**answer, "inspectionData": data}

    def _ended(self) -> dict[str, Any]:
        from moto.stepfunctions.parser.asl.eval.program_state import ProgramTimedOut

        self.state.eval(self.env)
        if isinstance(self.env.program_state(), ProgramTimedOut):
            return {"status": "FAILED", "error": "States.Timeout"}
        answer = {"status": "SUCCEEDED", "output": written(self.env.states.get_input())}
        caught = getattr(self.state, "caught", None)
        if caught is not None:
            answer |= {"status": "CAUGHT_ERROR", **caught}
        following = self.env.next_state_name
        return answer if following in (None, NAME) else {**answer, "nextState": following}


def _details(env: Any, error: Exception) -> dict[str, str]:
    from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException

    found = as_state_error(env, error)
    if isinstance(found, StateError):
        return found.details()
    failure: FailureEventException = error
    return dict(failure.get_execution_failed_event_details() or {})


def _execution(given: str, role: str | None, account: str, region: str) -> Any:
    machine, name = str(uuid.uuid4()), str(uuid.uuid4())
    at = f"arn:aws:states:{region}:{account}"
    arn = f"{at}:stateMachine:{machine}"
    return SimpleNamespace(
        account_id=account,
        region_name=region,
        role_arn=role,
        sm_type="EXPRESS",
        exec_arn=f"{at}:express:{machine}:{name}",
        name=name,
        input_data=json.loads(given),
        execution_input=given,
        start_date=datetime.now(UTC),
        redrive_count=0,
        redrive_date=None,
        state_machine=SimpleNamespace(arn=arn, name=machine, loggingConfiguration=None),
    )
