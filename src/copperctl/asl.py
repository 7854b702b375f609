"""`python -m copperctl.asl FILE…`: state machine definitions checked before anything runs them.

Two ways: the schema of the Amazon States Language, as cfn-lint has it, and what a schema cannot say, namely that every
state is reached, every transition leads somewhere, every path can end, and no name occurs twice.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

Definition = Mapping[str, Any]
ENDS = ("Succeed", "Fail")
#: What DefinitionSubstitutions fills in.
PLACEHOLDER = re.compile(r"\$\{(\w+)\}")


def problems(definition: Definition) -> list[str]:
    """What is wrong with the way states hang together, each with the path of the machine it is in; empty when sound."""
    names = [name for _, states in machines(definition) for name in states["States"]]
    twice = sorted({name for name in names if names.count(name) > 1})
    found = [f"$: state {name}: a name must be the only one of its kind in the whole machine" for name in twice]
    for path, machine in machines(definition):
        found += [f"{path}: {problem}" for problem in _problems(machine)]
    return found


def machines(definition: Definition, path: str = "$") -> Iterator[tuple[str, Definition]]:
    """The machine and every machine inside its Map and Parallel states, each with its path."""
    yield path, definition
    for name, state in definition["States"].items():
        inner = [state[key] for key in ("ItemProcessor", "Iterator") if key in state] + state.get("Branches", [])
        for number, machine in enumerate(inner):
            yield from machines(machine, f"{path}.{name}[{number}]")


def targets(state: Mapping[str, Any]) -> list[str]:
    """The names of the states that may come next, in the order in which they are written."""
    nexts = [state.get("Next"), *(choice.get("Next") for choice in state.get("Choices", [])), state.get("Default")]
    nexts += [catcher.get("Next") for catcher in state.get("Catch", [])]
    return [name for name in nexts if name]


def _problems(machine: Definition) -> Iterator[str]:
    states = machine["States"]
    start = machine.get("StartAt", "")
    for name, state in {"StartAt": {"Next": start}, **states}.items():
        yield from (
            f"{name}: leads to {target}, which is not there" for target in targets(state) if target not in states
        )
        if name != "StartAt" and not targets(state) and not _ends(state):
            yield f"{name}: has neither Next nor End"
    reached = _reached(states, start)
    yield from (f"{name}: cannot be reached from {start}" for name in states if name not in reached)
    yield from (f"{name}: no end can be reached from it" for name in sorted(reached) if not _can_end(states, name))


def _ends(state: Mapping[str, Any]) -> bool:
    return bool(state.get("End")) or state.get("Type") in ENDS


def _reached(states: Mapping[str, Any], start: str) -> set[str]:
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name in states and name not in reached:
            reached.add(name)
            waiting += targets(states[name])
    return reached


def _can_end(states: Mapping[str, Any], name: str) -> bool:
    return any(_ends(states[other]) for other in _reached(states, name))


def lint(definition: Definition) -> list[str]:
    """What cfn-lint's schema of state machines finds, put inline into a template of one resource.

    cfn-lint does not look into a file that DefinitionS3Location names, and so never sees ours where they are.
    """
    # a tool for development, which a user need not have
    from cfnlint.api import lint as cfn_lint  # type: ignore[import-untyped]  # noqa: PLC0415

    text = PLACEHOLDER.sub(r"\1", json.dumps(definition))
    properties = {"RoleArn": "arn:aws:iam::123456789012:role/any", "DefinitionString": text}
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}
    template = {"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"Machine": machine}}
    return [f"{match.rule.id}: {match.message}" for match in cfn_lint(json.dumps(template), regions=["us-east-1"])]


def main(arguments: list[str] | None = None) -> int:
    """Every problem of every file is printed; 3 when there is one."""
    found = 0
    for name in sys.argv[1:] if arguments is None else arguments:
        definition = json.loads(Path(name).read_text(encoding="utf-8"))
        for problem in (*problems(definition), *lint(definition)):
            print(f"{name}: {problem}")
            found += 1
    return 3 if found else 0


if __name__ == "__main__":
    sys.exit(main())
