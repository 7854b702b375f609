"""Executions that have just been started (AWS: StartExecution, StopExecution), on a clock that hardly moves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from localaws.testing import Server
from tests.localaws.stepfunctions.cases import BOOM
from tests.localaws.stepfunctions.conftest import Bench


@pytest.fixture(scope="module")
def tardy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with Server(tmp_path_factory.mktemp("tardy"), "--time-scale", "1000") as server:
        yield Bench(server)


@pytest.fixture(scope="module")
def machine(tardy: Bench) -> str:
    return tardy.machine(BOOM["States"])


def test_it_is_running(tardy: Bench, machine: str) -> None:
    assert tardy.look(tardy.start(machine))["status"] == "RUNNING"


def test_it_can_be_stopped(tardy: Bench, machine: str) -> None:
    execution = tardy.start(machine)
    tardy.until(execution, "FailStateEntered")
    tardy.sfn.stop_execution(executionArn=execution)
    ended = tardy.wait(execution)
    assert (ended["status"], ended.get("error")) == ("ABORTED", None)
    assert tardy.events(execution)[-1] == "ExecutionAborted"


def test_it_is_the_same_by_name_and_input(tardy: Bench, machine: str) -> None:
    first = tardy.start(machine, {"a": 1}, name="same")
    assert tardy.start(machine, {"a": 1}, name="same") == first
    with pytest.raises(tardy.sfn.exceptions.ExecutionAlreadyExists):
        tardy.start(machine, {"a": 2}, name="same")


def test_its_end_is_its_own(hasty: Any) -> None:
    assert hasty.failure(BOOM["States"]) == ("Boom", "so")
