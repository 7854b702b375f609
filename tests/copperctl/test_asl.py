from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from copperctl.asl import lint, main, problems

DONE = {"Type": "Succeed"}
TASK = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": True}
TWICE = "$: state A: a name must be the only one of its kind in the whole machine"


def machine(start: str = "A", **states: Any) -> dict[str, Any]:
    return {"StartAt": start, "States": states}


def each(inner: dict[str, Any]) -> dict[str, Any]:
    return {"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, **inner}, "End": True}


@pytest.mark.parametrize(
    ("definition", "found"),
    [
        (machine(A=DONE), []),
        (machine("Z", A=DONE), ["$: StartAt: leads to Z, which is not there", "$: A: cannot be reached from Z"]),
        (machine(A={"Type": "Pass", "Next": "B"}),
         ["$: A: leads to B, which is not there", "$: A: no end can be reached from it"]),
        (machine(A={"Type": "Pass"}), ["$: A: has neither Next nor End", "$: A: no end can be reached from it"]),
        (machine(A=DONE, B=DONE), ["$: B: cannot be reached from A"]),
        (machine(A={"Type": "Pass", "Next": "A"}), ["$: A: no end can be reached from it"]),
        (machine(A=each(machine("A", A=DONE))), [TWICE]),
        (machine(A=each(machine("B", B=DONE, C=DONE))), ["$.A[0]: C: cannot be reached from B"]),
        (machine(A={"Type": "Task", "Catch": [{"Next": "B"}], "End": True}, B=DONE), []),
        (machine(A={"Type": "Choice", "Choices": [{"Next": "B"}], "Default": "C"}, B=DONE, C=DONE), []),
        (machine(A={"Type": "Parallel", "Branches": [machine("B", B=DONE), machine("C", D=DONE)], "End": True}),
         ["$.A[1]: StartAt: leads to C, which is not there", "$.A[1]: D: cannot be reached from C"]),
    ],
)  # fmt: skip
def test_how_states_hang_together(definition: dict[str, Any], found: list[str]) -> None:
    assert problems(definition) == found


def test_the_schema_is_asked_too() -> None:
    assert lint(machine(A=DONE)) == []
    found = lint(machine(A={"Type": "Wait", "Minutes": 3, "End": True}))
    assert {problem.partition(":")[0] for problem in found} == {"E3601"}


def test_placeholders_are_no_mistake() -> None:
    assert lint(machine(A={**TASK, "Parameters": {"FunctionName": "${Function}"}})) == []


@pytest.mark.parametrize(("state", "code"), [(DONE, 0), ({"Type": "Pass"}, 3)])
def test_the_program_says_what_it_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], state: dict[str, Any], code: int
) -> None:
    file = tmp_path / "m.asl.json"
    file.write_text(json.dumps(machine(A=state)))
    assert main([str(file)]) == code
    assert (str(file) in capsys.readouterr().out) == bool(code)
