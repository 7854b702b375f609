"""One state's fields (AWS: the page of each state)."""

from __future__ import annotations

import re
from typing import Any

from localaws.planes.stepfunctions.comparisons import moment
from localaws.planes.stepfunctions.validation import paths
from localaws.planes.stepfunctions.validation.choices import choice
from localaws.planes.stepfunctions.validation.errors import handlers
from localaws.planes.stepfunctions.validation.grammar import DISTRIBUTED, ENDS, FIELDS, REQUIRED
from localaws.planes.stepfunctions.validation.report import Report

#: The account is not looked at: an example of AWS's own has `111122223333;` (AWS::StepFunctions::StateMachine).
_RESOURCE = re.compile(r"arn:aws[a-zA-Z-]*:(states:[\w-]*:\d*:(?!$).+|lambda:[\w-]+:[^:]+:function:.+)")
_WAITS = ("Seconds", "SecondsPath", "Timestamp", "TimestampPath")
#: AWS: the largest TimeoutSeconds and Seconds.
LONGEST = 99_999_999


def state(report: Report, value: Any, at: str, *, express: bool) -> None:
    """The state has its type's fields, and each says something that can be carried out."""
    if not isinstance(value, dict):
        report.error("Expected value of type Object", at)
        return
    kind = value.get("Type")
    if "Type" not in value:
        report.error("These fields are required: [Type]", at)
    elif not isinstance(kind, str) or kind not in FIELDS:
        report.error(f"Value must be one of [{', '.join(sorted(FIELDS))}]", f"{at}/Type")
    if kind not in FIELDS:
        return
    report.fields(value, at, required=REQUIRED.get(kind, ()), allowed=FIELDS[kind])
    _flow(report, value, kind, at)
    _data(report, value, at)
    if kind in _JUDGES:
        _JUDGES[kind](report, value, at)
    if kind == "Task" and express:
        _express(report, value, at)


def _flow(report: Report, value: dict[str, Any], kind: str, at: str) -> None:
    report.kind(value, "Next", at, str)
    report.kind(value, "End", at, bool)
    if kind in (*ENDS, "Choice"):
        return
    if "Next" in value and value.get("End") is True:
        report.error("Only one of these fields is allowed: [Next, End]", at)
    elif "Next" not in value and value.get("End") is not True:
        report.error("One of these fields is required: [Next, End]", at)


def _data(report: Report, value: dict[str, Any], at: str) -> None:
    for name in ("InputPath", "OutputPath"):
        paths.path(report, value, name, at, nullable=True)
    paths.reference(report, value, "ResultPath", at, nullable=True)
    for name in ("Parameters", "ResultSelector", "ItemSelector"):
        paths.template(report, value, name, at)
    paths.assign(report, value, at)
    handlers(report, value, at)


def _seconds(report: Report, value: dict[str, Any], name: str, at: str, least: int = 1) -> None:
    if report.kind(value, name, at, int) and not least <= value[name] <= LONGEST:
        report.error(f"Expected value between {least} and {LONGEST}, got {value[name]}", f"{at}/{name}")
    paths.reference(report, value, f"{name}Path", at)
    if name in value and f"{name}Path" in value:
        report.error(f"Only one of these fields is allowed: [{name}, {name}Path]", at)


def _task(report: Report, value: dict[str, Any], at: str) -> None:
    if report.kind(value, "Resource", at, str) and not _RESOURCE.fullmatch(value["Resource"]):
        report.error("Value is not a valid resource ARN", f"{at}/Resource", "INVALID_RESOURCE")
    _seconds(report, value, "TimeoutSeconds", at)
    _seconds(report, value, "HeartbeatSeconds", at)
    timeout, beat = value.get("TimeoutSeconds"), value.get("HeartbeatSeconds")
    if isinstance(timeout, int) and isinstance(beat, int) and beat >= timeout:
        report.error("HeartbeatSeconds must be smaller than TimeoutSeconds", f"{at}/HeartbeatSeconds")


def _express(report: Report, value: dict[str, Any], at: str) -> None:
    resource = str(value.get("Resource"))
    for pattern in (".waitForTaskToken", ".sync:2", ".sync"):
        if resource.endswith(pattern):
            message = f"Express state machine does not support '{pattern}' service integration "
            report.error(message, f"{at}/Resource")
            return


def _pass(report: Report, value: dict[str, Any], at: str) -> None:
    result = value.get("Result")
    if isinstance(result, dict) and any(key.endswith(".$") for key in result):
        report.warning("The Result of a Pass state is taken as it is", f"{at}/Result", "PASS_RESULT_IS_STATIC")


def _wait(report: Report, value: dict[str, Any], at: str) -> None:
    if len([name for name in _WAITS if name in value]) != 1:
        report.error(f"Exactly one of these fields is required: [{', '.join(_WAITS)}]", at)
    _seconds(report, {key: item for key, item in value.items() if key in ("Seconds", "SecondsPath")}, "Seconds", at, 0)
    paths.reference(report, value, "TimestampPath", at)
    if report.kind(value, "Timestamp", at, str) and moment(value["Timestamp"]) is None:
        report.error("Expected a timestamp such as 2016-03-14T01:59:00Z", f"{at}/Timestamp")


def _fail(report: Report, value: dict[str, Any], at: str) -> None:
    for name in ("Error", "Cause"):
        report.kind(value, name, at, str)
        paths.or_function(report, value, f"{name}Path", at)
        if name in value and f"{name}Path" in value:
            report.error(f"Only one of these fields is allowed: [{name}, {name}Path]", at)


def _map(report: Report, value: dict[str, Any], at: str) -> None:
    if ("ItemProcessor" in value) == ("Iterator" in value):
        report.error("Exactly one of these fields is required: [ItemProcessor, Iterator]", at)
    if "ItemSelector" in value and "Parameters" in value:
        report.error("Only one of these fields is allowed: [ItemSelector, Parameters]", at)
    paths.reference(report, value, "ItemsPath", at)
    paths.reference(report, value, "MaxConcurrencyPath", at)
    if report.kind(value, "MaxConcurrency", at, int) and value["MaxConcurrency"] < 0:
        report.error(f"Expected value of at least 0, got {value['MaxConcurrency']}", f"{at}/MaxConcurrency")
    if not _is_distributed(value):
        for name in sorted(DISTRIBUTED & value.keys()):
            report.error(f"Field '{name}' is not supported for a Map state in INLINE mode", at)


def _is_distributed(value: dict[str, Any]) -> bool:
    processor = value.get("ItemProcessor")
    config = processor.get("ProcessorConfig") if isinstance(processor, dict) else None
    return isinstance(config, dict) and config.get("Mode") == "DISTRIBUTED"


_JUDGES = {"Pass": _pass, "Task": _task, "Choice": choice, "Wait": _wait, "Fail": _fail, "Map": _map}
