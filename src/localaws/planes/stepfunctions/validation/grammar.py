"""Which fields each state may have (AWS: the page of each state, "... workflow state")."""

from __future__ import annotations

_COMMON = frozenset({"Type", "Comment", "QueryLanguage"})
_PATHS = frozenset({"InputPath", "OutputPath"})
_FLOW = frozenset({"Next", "End", "Assign"})
_RESULT = frozenset({"ResultPath", "ResultSelector", "Parameters", "Retry", "Catch"})
_TASK = frozenset(
    {
        "Resource",
        "TimeoutSeconds",
        "TimeoutSecondsPath",
        "HeartbeatSeconds",
        "HeartbeatSecondsPath",
        "Credentials",
    }
)
#: Fields of a Map state that only a Distributed Map has.
DISTRIBUTED = frozenset(
    {
        "ItemReader",
        "ItemBatcher",
        "ResultWriter",
        "Label",
        "ToleratedFailureCount",
        "ToleratedFailureCountPath",
        "ToleratedFailurePercentage",
        "ToleratedFailurePercentagePath",
    }
)
_MAP = frozenset(
    {"ItemProcessor", "Iterator", "ItemsPath", "ItemSelector", "MaxConcurrency", "MaxConcurrencyPath"} | DISTRIBUTED
)
FIELDS: dict[str, frozenset[str]] = {
    "Pass": _COMMON | _PATHS | _FLOW | {"Result", "ResultPath", "Parameters"},
    "Task": _COMMON | _PATHS | _FLOW | _RESULT | _TASK,
    "Choice": _COMMON | _PATHS | {"Choices", "Default", "Assign"},
    "Wait": _COMMON | _PATHS | _FLOW | {"Seconds", "SecondsPath", "Timestamp", "TimestampPath"},
    "Succeed": _COMMON | _PATHS,
    "Fail": _COMMON | {"Error", "ErrorPath", "Cause", "CausePath"},
    "Parallel": _COMMON | _PATHS | _FLOW | _RESULT | {"Branches"},
    "Map": _COMMON | _PATHS | _FLOW | _RESULT | _MAP,
}
REQUIRED: dict[str, tuple[str, ...]] = {"Task": ("Resource",), "Choice": ("Choices",), "Parallel": ("Branches",)}
ENDS = ("Succeed", "Fail")
MACHINE = frozenset({"States", "StartAt", "Comment", "QueryLanguage", "Version", "TimeoutSeconds"})
BRANCH = frozenset({"States", "StartAt", "Comment", "QueryLanguage"})
PROCESSOR = BRANCH | {"ProcessorConfig"}
RETRIER = frozenset(
    {"ErrorEquals", "IntervalSeconds", "MaxAttempts", "BackoffRate", "MaxDelaySeconds", "JitterStrategy", "Comment"}
)
CATCHER = frozenset({"ErrorEquals", "Next", "ResultPath", "Assign", "Comment"})
#: AWS: "Handling errors in Step Functions workflows".
ERROR_NAMES = frozenset(
    f"States.{name}"
    for name in (
        "ALL",
        "BranchFailed",
        "DataLimitExceeded",
        "ExceedToleratedFailureThreshold",
        "HeartbeatTimeout",
        "Http.Socket",
        "IntrinsicFailure",
        "ItemReaderFailed",
        "NoChoiceMatched",
        "ParameterPathFailure",
        "Permissions",
        "QueryEvaluationError",
        "ReferencePathConflict",
        "ResultPathMatchFailure",
        "ResultWriterFailed",
        "Runtime",
        "TaskFailed",
        "Timeout",
    )
)
