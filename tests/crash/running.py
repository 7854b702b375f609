"""One point: the state is had again, the process dies where it is to, the workflow goes on, and all is compared."""

from __future__ import annotations

import json
import time
import urllib.request
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from copperctl.redrive import failed_pipelines
from copperctl.watch import ENDED
from copperline.errors import UsageError
from tests.crash import reader, states
from tests.crash.instances import Restored
from tests.crash.points import Point, Request, requests
from tests.crash.states import State
from tests.end_to_end.stack import Stack

_LONGEST = 400.0  # seconds: a lease is waited for, and each run of a job takes its time
_ATTEMPTS = 3
LAMBDAS = ("promote", "plan")


@dataclass(frozen=True)
class Undisturbed:
    """What a run comes to that nobody disturbs, whole and after its Lambdas alone; and its requests."""

    scenario: str
    requests: list[Request]
    whole: State
    before_jobs: State
    columns: dict[str, str]
    published: dict[str, list[str]]  # contents of each table, in order, as a reader may see them
    publications: dict[str, int]  # the how manieth change of each table's metadata moved main


@dataclass
class Outcome:
    """What came of one point: `struck` tells whether the request came that it waits for."""

    struck: bool = False
    resumed: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    questions: int = 0
    seconds: float = 0.0

    @property
    def word(self) -> str:
        """`equal`, `differs`, or `not reached`."""
        return "differs" if self.problems else "equal" if self.struck else "not reached"

    def as_dict(self) -> dict[str, Any]:
        """As the record keeps it."""
        return {"outcome": self.word, **asdict(self), "seconds": round(self.seconds, 1)}


def control(stack: Stack, path: str, method: str = "GET", value: Any = None) -> Any:
    """What localaws answers to its administrator."""
    body = None if value is None else json.dumps(value).encode()
    asked = urllib.request.Request(f"{stack.instance.endpoint}/_localaws/{path}", body, method=method)
    with urllib.request.urlopen(asked) as answer:
        return json.load(answer)


def undisturbed(scenario: str, saved: Path, folder: Path) -> Undisturbed:
    """The run of the saved state, twice: Lambdas alone, and whole."""
    stack = Restored(saved, folder)
    try:
        promote_and_plan(stack, Outcome())
        before_jobs = states.before_jobs(stack)
    finally:
        stack.down()
    stack = Restored(saved, folder)
    try:
        control(stack, "requests", "POST")
        known = reader.columns(stack)
        before = {table: reader.Reader(stack, known).content(table) for table in known}
        ended = stack.run()
        assert ended["status"] == "SUCCEEDED", ended
        recorded = control(stack, "requests")["requests"]
        columns = reader.columns(stack)
        after = {table: reader.Reader(stack, columns).content(table) for table in columns}
        published = {
            table: list(dict.fromkeys([before.get(table, reader.ABSENT), content])) for table, content in after.items()
        }
        found = requests(scenario, recorded, actors(stack, recorded))
        moved = states.publications(stack)
        return Undisturbed(scenario, found, states.whole(stack), before_jobs, columns, published, moved)
    finally:
        stack.down()


def actors(stack: Stack, recorded: list[dict[str, Any]]) -> dict[str, str]:
    """Whose each process is: a Lambda's name, or the layer that a job run writes."""
    runs = {run["Id"]: run.get("Arguments", {}).get("--tables", "") for run in stack.job_runs()}
    found = {}
    for process in {one["process"] for one in recorded}:
        if process in runs:
            found[process] = runs[process].partition(".")[0]
        elif "/" in process:
            found[process] = process.partition("/")[0].removeprefix(f"{stack.instance.stack}-")
    return found


def carry_out(
    point: Point, base: Undisturbed, saved: Path, folder: Path, *, whole: bool, redrive: bool, late: bool = False
) -> Outcome:
    """The process died at the point, somebody resumed, and what is there now was compared with the undisturbed run.

    With `whole` an execution of medallion runs; else the Lambdas alone, whose state all the rest begins with. With
    `late` the execution that failed is redriven after a newer one has done its work.
    """
    outcome, began = Outcome(), time.monotonic()
    stack = Restored(saved, folder)
    try:
        control(stack, "faults", "POST", point.rule())
        if whole:
            with reader.Reader(stack, base.columns) as somebody:
                failed = _execute(stack, outcome, redrive=redrive)
                if late and failed:
                    _redrive_late(stack, outcome, failed[0])
            outcome.questions = somebody.questions
            outcome.problems += reader.strange(somebody.seen, base.published)
        else:
            promote_and_plan(stack, outcome)
        outcome.struck = any(rule["applied"] for rule in control(stack, "faults")["rules"])
        if not outcome.problems:
            _compare(stack, base, outcome, whole=whole)
    finally:
        stack.down()
    outcome.seconds = time.monotonic() - began
    return outcome


def _compare(stack: Stack, base: Undisturbed, outcome: Outcome, *, whole: bool) -> None:
    if not whole:
        outcome.problems += states.differences(states.before_jobs(stack), base.before_jobs)
        return
    outcome.problems += states.differences(states.whole(stack), base.whole)
    outcome.problems += [f"left behind: {branch}" for branch in states.branches(stack)]
    left = invoke(stack, "plan")
    if not left.get("nothing"):
        outcome.problems.append(f"something is still planned: {json.dumps(left)}")


def promote_and_plan(stack: Stack, outcome: Outcome) -> None:
    """Both Lambdas have done their work, as often as they had to be called."""
    for name in LAMBDAS:
        for _ in range(_ATTEMPTS):
            answer = invoke(stack, name)
            if "errorType" in answer:
                outcome.resumed.append(f"{name} again")
            elif not answer.get("more"):
                break
        else:
            outcome.problems.append(f"{name} failed {_ATTEMPTS} times: {answer}")
            return


def invoke(stack: Stack, name: str) -> dict[str, Any]:
    """What the Lambda answers."""
    given = {"FunctionName": f"{stack.instance.stack}-{name}", "Payload": b'{"execution": "by hand"}'}
    answered: dict[str, Any] = json.load(stack.aws.client("lambda").invoke(**given)["Payload"])
    return answered


def _execute(stack: Stack, outcome: Outcome, *, redrive: bool) -> list[str]:
    """An execution has run, and whatever it left unfinished was resumed, until one has succeeded.

    Answers the pipelines that the first one left failed.
    """
    first = arn = stack.start()
    for attempt in range(_ATTEMPTS):
        status = _until_ended(stack, arn)
        if status == "SUCCEEDED":
            break
        if attempt == _ATTEMPTS - 1 or status == "RUNNING":
            outcome.problems.append(f"{arn}: {status} after {outcome.resumed}")
            break
        arn, how = _resume(stack, arn, redrive=redrive)
        outcome.resumed.append(how)
    return _failed(stack, first)


def _redrive_late(stack: Stack, outcome: Outcome, failed: str) -> None:
    """The failed pipeline went on, and found that nothing was left to do."""
    before = states.places(stack)
    stack.aws.client("stepfunctions").redrive_execution(executionArn=failed)
    outcome.resumed.append("redrive, late")
    if (status := _until_ended(stack, failed)) != "SUCCEEDED":
        outcome.problems.append(f"{failed}: {status} when it was redriven late")
    if changed := sorted(set(states.places(stack).items()) - set(before.items())):
        outcome.problems.append(f"a late redrive changed {changed}")


def _until_ended(stack: Stack, arn: str) -> str:
    deadline = time.monotonic() + _LONGEST
    while time.monotonic() < deadline:
        status: str = stack.aws.client("stepfunctions").describe_execution(executionArn=arn)["status"]
        if status in ENDED:
            return status
        time.sleep(0.3)
    return "RUNNING"


def _resume(stack: Stack, arn: str, *, redrive: bool) -> tuple[str, str]:
    """The failed pipeline goes on where it failed, if there is one and it is asked for; else a new execution runs."""
    if redrive and (failed := _failed(stack, arn)):
        stack.aws.client("stepfunctions").redrive_execution(executionArn=failed[0])
        return failed[0], "redrive"
    return stack.start(), "new execution"


def _failed(stack: Stack, arn: str) -> list[str]:
    try:
        return failed_pipelines(stack.aws, arn)
    except UsageError:  # there is none: a Lambda died, or a redrive has mended it
        return []
