"""An execution of medallion, watched as it goes: its states, those of the feeds' pipelines, and the job runs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from copperctl.aws import Aws

_POLL = 0.2  # seconds
ENDED = ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")
#: States that a person would wait for; the others only decide where to go.
_SHOWN = ("TaskStateEntered", "MapStateEntered")


@dataclass
class Watch:
    """Follows one execution; `line` is called for each thing that happened."""

    aws: Aws
    arn: str
    line: Callable[[str], None]
    _seen: dict[str, int] = field(default_factory=dict)

    def until_it_ends(self) -> dict[str, Any]:
        """The execution's description, once it has ended."""
        while True:
            described = self._described(self.arn)
            for arn in (self.arn, *self.children()):
                self._follow(arn)
            if described["status"] in ENDED:
                self._follow(self.arn)
                return described
            time.sleep(_POLL)

    def children(self) -> list[str]:
        """The executions of pipeline that this one has started."""
        listed = self.aws.client("stepfunctions").list_executions(
            stateMachineArn=self.aws.output("PipelineArn"), maxResults=20
        )
        return [item["executionArn"] for item in reversed(listed["executions"]) if self._mine(item["executionArn"])]

    def _mine(self, arn: str) -> bool:
        told = json.loads(self._described(arn).get("input", "{}"))
        return bool(told.get("AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID") == self.arn)

    def _described(self, arn: str) -> dict[str, Any]:
        found: dict[str, Any] = self.aws.client("stepfunctions").describe_execution(executionArn=arn)
        return found

    def _follow(self, arn: str) -> None:
        machine = arn.split(":")[6].rpartition("-")[2]
        for event in self._new_events(arn):
            if event["type"] in _SHOWN:
                self.line(f"{machine:<10} {event['stateEnteredEventDetails']['name']}")
            elif event["type"] == "TaskScheduled":
                self._scheduled(machine, event["taskScheduledEventDetails"])
            elif event["type"] == "ExecutionFailed":
                details = event.get("executionFailedEventDetails", {})
                self.line(f"{machine:<10} FAILED {details.get('error', '')}")

    def _new_events(self, arn: str) -> Iterator[dict[str, Any]]:
        pages = self.aws.client("stepfunctions").get_paginator("get_execution_history")
        for page in pages.paginate(executionArn=arn, includeExecutionData=True):
            for event in page["events"]:
                if event["id"] > self._seen.get(arn, 0):
                    self._seen[arn] = event["id"]
                    yield event

    def _scheduled(self, machine: str, details: dict[str, Any]) -> None:
        parameters = json.loads(details.get("parameters", "{}"))
        if "JobName" in parameters:
            tables = parameters.get("Arguments", {}).get("--tables", "")
            self.line(f"{machine:<10}   job {parameters['JobName']} {tables}".rstrip())
        elif details.get("resource") == "startCrawler":
            self.line(f"{machine:<10}   crawler {parameters.get('Name')}")
