"""Where states lead (AWS: "State machine structure in Amazon States Language")."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from localaws.planes.stepfunctions.validation.grammar import ENDS
from localaws.planes.stepfunctions.validation.report import Report

TARGET = "MISSING_TRANSITION_TARGET"


def graph(report: Report, program: dict[str, Any], at: str) -> None:
    """Every transition leads to a state of the same level, and every state but the first is where one leads.

    Whether a way leads there from StartAt is not asked: states that lead to one another only are taken as reached.
    """
    states, start = program.get("States"), program.get("StartAt")
    if not isinstance(states, dict) or not isinstance(start, str):
        return
    if start not in states:
        report.error(f"Missing 'StartAt' target: {start}", f"{at}/StartAt", TARGET)
    reached = {start}
    for name, state in states.items():
        for field, target, place in _transitions(state, f"{at}/States/{name}"):
            reached.add(target)
            if target not in states:
                report.error(f"Missing '{field}' target: {target}", place, TARGET)
    for name in states:
        if name not in reached:
            report.error(f'State "{name}" is not reachable.', f"{at}/States/{name}", TARGET)


def ends(program: dict[str, Any]) -> bool:
    """Whether some state of the level is terminal; asked of a machine, not of its branches and iterations."""
    states = [state for state in program.get("States", {}).values() if isinstance(state, dict)]
    return any(state.get("End") is True or state.get("Type") in ENDS for state in states)


def _transitions(state: Any, at: str) -> Iterator[tuple[str, str, str]]:
    if not isinstance(state, dict):
        return
    for field in ("Next", "Default"):
        if isinstance(state.get(field), str):
            yield field, state[field], f"{at}/{field}"
    for field in ("Choices", "Catch"):
        entries = state.get(field)
        for index, entry in enumerate(entries if isinstance(entries, list) else []):
            if isinstance(entry, dict) and isinstance(entry.get("Next"), str):
                yield "Next", entry["Next"], f"{at}/{field}[{index}]/Next"
