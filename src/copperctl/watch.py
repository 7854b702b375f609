"""An execution, watched as it goes: its states, those of the executions that it starts, and the job runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from copperctl.aws import Aws
from copperctl.history import ENDS, Event, new_events
from copperctl.telling import Telling, parsed

POLL = 0.25  # seconds
ENDED = ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")


@dataclass
class _Followed:
    """One execution, and how far it was read."""

    arn: str
    telling: Telling
    seen: int = 0
    ended: bool = False


@dataclass
class Watch:
    """Follows an execution and its children; `line` is called with the moment and the words of what happened.

    `after` is the id of an event: what happened up to it is not told again, as when an execution is redriven.
    """

    aws: Aws
    arn: str
    line: Callable[[datetime, str], None] = lambda _at, _text: None
    after: int = 0
    tick: Callable[[], None] = lambda: None
    _followed: dict[str, _Followed] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._follow(self.arn, self.after)

    def until_it_ends(self) -> dict[str, Any]:
        """The execution's description, once it has ended and everything was told."""
        while True:
            described: dict[str, Any] = self.aws.client("stepfunctions").describe_execution(executionArn=self.arn)
            self.look()
            if described["status"] in ENDED:
                return described
            self.tick()
            time.sleep(POLL)

    def look(self) -> None:
        """Everything that happened since the last look is told, in the order in which it happened."""
        happened: list[tuple[datetime, _Followed, Event]] = []
        waiting = [found for found in self._followed.values() if found.arn == self.arn or not found.ended]
        while waiting:
            followed = waiting.pop(0)
            for event in new_events(self.aws, followed.arn, followed.seen):
                followed.seen, followed.ended = int(event["id"]), event["type"] in ENDS
                happened.append((event["timestamp"], followed, event))
                waiting += self._started(event)
        for at, followed, event in sorted(happened, key=lambda item: item[0]):
            for text in followed.telling.lines(event):
                self.line(at, text)

    def children(self) -> list[str]:
        """The executions that this one has started, oldest first, as far as it was looked at."""
        return [arn for arn in self._followed if arn != self.arn]

    def _started(self, event: Event) -> list[_Followed]:
        """The execution that the event says was started, unless it is known."""
        if event["type"] != "TaskSubmitted":
            return []
        child = parsed(event["taskSubmittedEventDetails"].get("output")).get("ExecutionArn")
        return [] if not child or child in self._followed else [self._follow(child, 0)]

    def _follow(self, arn: str, after: int) -> _Followed:
        machine = arn.split(":")[6] if arn.count(":") > 6 else arn
        return self._followed.setdefault(arn, _Followed(arn, Telling(machine.rpartition("-")[2]), after))
