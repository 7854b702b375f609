"""Every case of the tables beside this file."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.localaws.stepfunctions import (
    cases_choice,
    cases_errors,
    cases_flow,
    cases_intrinsics,
    cases_parts,
    cases_paths,
    cases_variables,
)
from tests.localaws.stepfunctions.cases import NOTHING, Case

TABLES = (cases_flow, cases_paths, cases_choice, cases_intrinsics, cases_errors, cases_parts, cases_variables)
CASES = [
    pytest.param(case, id=f"{table.__name__.rpartition('_')[2]}: {case.name}")
    for table in TABLES
    for case in table.CASES
]


@pytest.mark.parametrize("case", CASES)
def test_case(hasty: Any, case: Case) -> None:
    execution = hasty.start(case.states, case.data)
    ended = hasty.wait(execution)
    if case.error is None:
        assert ended["status"] == "SUCCEEDED", (ended.get("error"), ended.get("cause"))
        assert case.output is NOTHING or json.loads(ended["output"]) == case.output
    else:
        assert (ended["status"], ended.get("error", "")) == ("FAILED", case.error), ended.get("cause")
        assert case.cause in ended.get("cause", "")
    if case.events:
        assert " ".join(drawn(hasty, execution)) == case.events


def drawn(bench: Any, execution: str) -> list[str]:
    pages = bench.sfn.get_paginator("get_execution_history").paginate(executionArn=execution)
    return [f"{event['id']}<{event['previousEventId']} {event['type']}" for page in pages for event in page["events"]]


def test_there_are_enough() -> None:
    assert len(CASES) >= 200
    assert all(case.values[0].page for case in CASES)
