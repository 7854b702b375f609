"""What the events of executions say to a person; most say nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from copperctl.history import Event
from copperctl.show import short

#: Where the causes that services give hold their own words: a Lambda's, a job run's, a child execution's.
_WORDS = ("errorMessage", "ErrorMessage", "Cause", "Error", "JobRunState")


@dataclass
class Telling:
    """The lines of one execution; a state that comes round again is not said again."""

    name: str
    _entered: dict[int, str] = field(default_factory=dict)
    _said: set[str] = field(default_factory=set)

    def lines(self, event: Event) -> Iterator[str]:
        """What the event says, if anything."""
        kind, details = event["type"], _details(event)
        if kind == "ExecutionStarted":
            feed = parsed(details.get("input")).get("feed")
            self.name = f"{self.name} {feed}" if feed else self.name
        elif kind == "MapStateEntered":
            yield from self._state(details["name"])
        elif kind == "TaskStateEntered":
            self._entered[event["id"]] = details["name"]
        elif kind == "TaskScheduled":
            yield from self._task(self._entered.get(event.get("previousEventId", 0), ""), details)
        elif kind == "TaskSubmitted" and "JobRunId" in (answer := parsed(details.get("output"))):
            yield self._line(f"  job run {short(answer['JobRunId'])} started")
        elif kind == "TaskSucceeded" and "JobRunState" in (answer := parsed(details.get("output"))):
            seconds = answer.get("ExecutionTime", 0)
            yield self._line(f"  job run {short(answer['Id'])} {answer['JobRunState']} after {seconds} s")
        elif kind == "ExecutionRedriven":
            yield self._line("redriven")
        elif kind.endswith(("Failed", "TimedOut", "Aborted")) and "Map" not in kind:
            yield self._line(f"{kind}: {trouble(details)}".rstrip(": "))

    def _line(self, text: str) -> str:
        return f"{self.name:<14}  {text}"

    def _state(self, name: str) -> Iterator[str]:
        if name and name not in self._said:
            self._said.add(name)
            yield self._line(name)

    def _task(self, state: str, details: dict[str, Any]) -> Iterator[str]:
        given = parsed(details.get("parameters"))
        if "JobName" in given:
            tables = str(given.get("Arguments", {}).get("--tables", "")).replace(",", ", ")
            yield self._line(f"  job {given['JobName']}  {tables}".rstrip())
        elif details.get("resource") == "startCrawler":
            yield self._line(f"  crawler {given.get('Name')}")
        elif not str(details.get("resource", "")).startswith("startExecution"):  # the child speaks for itself
            yield from self._state(state)


def trouble(details: dict[str, Any]) -> str:
    """Error and cause as a person would say them; what a service wraps as JSON is unwrapped."""
    return ": ".join(part for part in (str(details.get("error", "")), plain(details.get("cause", ""))) if part)


def plain(cause: Any) -> str:
    """A cause in its own words."""
    told = _loaded(cause)
    if isinstance(told, list):
        return "; ".join(plain(item) for item in told)
    if isinstance(told, dict):
        found = next((told[name] for name in _WORDS if told.get(name)), None)
        return plain(found) if found is not None else str(cause)
    return str(told)


def parsed(text: Any) -> dict[str, Any]:
    """The JSON object that the text is; empty where it is none."""
    found = _loaded(text)
    return found if isinstance(found, dict) else {}


def _details(event: Event) -> dict[str, Any]:
    return next((value for name, value in event.items() if name.endswith("EventDetails")), {})


def _loaded(text: Any) -> Any:
    try:
        return json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return text
