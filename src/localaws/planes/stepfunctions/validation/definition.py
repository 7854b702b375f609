"""The whole definition (AWS: "State machine structure in Amazon States Language")."""

from __future__ import annotations

import json
from typing import Any

from localaws.planes.stepfunctions.validation.documents import read
from localaws.planes.stepfunctions.validation.grammar import BRANCH, MACHINE, PROCESSOR
from localaws.planes.stepfunctions.validation.graph import ends, graph
from localaws.planes.stepfunctions.validation.report import ERROR, SCHEMA, Diagnostic, Report
from localaws.planes.stepfunctions.validation.states import state

_END = "MISSING_END_STATE"


def diagnose(text: str, kind: str = "STANDARD") -> list[Diagnostic]:
    """All that is wrong with the text as the definition of a state machine of this type; nothing if it is one."""
    report = Report()
    tree = read(report, text)
    if tree is None:
        return report.problems
    if (mixed := _languages(tree)) is not None:
        return [mixed]
    judge = Judge(report, express=kind == "EXPRESS")
    judge.program(tree, "", MACHINE)
    if not any(problem.severity == ERROR for problem in report.problems) and not ends(tree):
        report.problems.append(Diagnostic(_END, "Workflow has no terminal state"))
    return report.problems


class Judge:
    """Looks at one level after another; names of states are known over all levels."""

    def __init__(self, report: Report, *, express: bool) -> None:
        self.report, self.express = report, express
        self.names: set[str] = set()

    def program(self, value: Any, at: str, allowed: frozenset[str]) -> None:
        """A machine, a branch or an item processor."""
        if not isinstance(value, dict):
            self.report.error("Expected value of type Object", at or "/")
            return
        self.report.fields(value, at or "/", required=("States", "StartAt"), allowed=allowed)
        self.report.kind(value, "StartAt", at, str)
        self.report.kind(value, "TimeoutSeconds", at, int)
        if not self.report.kind(value, "States", at, dict):
            return
        if not value["States"]:
            self.report.error("There must be at least one state", f"{at}/States")
        for name, inner in value["States"].items():
            self._state(name, inner, f"{at}/States/{name}")
        graph(self.report, value, at)

    def _state(self, name: str, value: Any, at: str) -> None:
        if name in self.names:
            self.report.error(f"Duplicate State name: {name}", at, "DUPLICATE_STATE_NAME")
        self.names.add(name)
        if not 1 <= len(name) <= 80:
            self.report.error("State names must have 1 to 80 characters", at, "INVALID_STATE_NAME")
        state(self.report, value, at, express=self.express)
        if isinstance(value, dict):
            self._inside(value, at)

    def _inside(self, value: dict[str, Any], at: str) -> None:
        if value.get("Type") == "Parallel" and self.report.kind(value, "Branches", at, list):
            if not value["Branches"]:
                self.report.error("A Parallel state must have at least one branch", f"{at}/Branches")
            for index, branch in enumerate(value["Branches"]):
                self.program(branch, f"{at}/Branches[{index}]", BRANCH)
        for name, allowed in (("ItemProcessor", PROCESSOR), ("Iterator", BRANCH)):
            if value.get("Type") == "Map" and name in value:
                self.program(value[name], f"{at}/{name}", allowed)


def _languages(tree: dict[str, Any]) -> Diagnostic | None:
    """JSONata is refused by the interpreter; a state that goes back to JSONPath is none, as AWS says."""
    states = tree.get("States")
    if tree.get("QueryLanguage") == "JSONata" and isinstance(states, dict):
        for name, value in states.items():
            if isinstance(value, dict) and value.get("QueryLanguage") == "JSONPath":
                message = "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine"
                return Diagnostic(SCHEMA, message, f"/States/{name}")
    if '"JSONata"' in json.dumps(tree, ensure_ascii=False) and _uses_jsonata(tree):
        return Diagnostic(SCHEMA, "NotImplemented: localaws does not emulate JSONata; use QueryLanguage JSONPath", "/")
    return None


def _uses_jsonata(tree: Any) -> bool:
    if isinstance(tree, dict):
        return tree.get("QueryLanguage") == "JSONata" or any(map(_uses_jsonata, tree.values()))
    return isinstance(tree, list) and any(map(_uses_jsonata, tree))
