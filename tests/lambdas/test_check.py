from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import pytest

from tests.support.templates import ROOT


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_handler", ROOT / "lambdas/check/handler.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def handler() -> Callable[[Mapping[str, Any], object], dict[str, bool]]:
    function: Callable[[Mapping[str, Any], object], dict[str, bool]] = load().handler
    return function


def event(then: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    return {"what": "job j, run r,", "ended": "STOPPED", "then": then, "now": now}


@pytest.mark.parametrize("execution", [{}, {"RedriveCount": 0}, {"RedriveCount": 2}])
def test_what_ended_wrong_fails_the_execution(handler: Any, execution: dict[str, Any]) -> None:
    with pytest.raises(Exception, match=r"job j, run r, ended STOPPED") as raised:
        handler(event(execution, execution), None)
    assert type(raised.value).__name__ == "EndedWrong"


@pytest.mark.parametrize(("then", "now"), [({}, {"RedriveCount": 1}), ({"RedriveCount": 1}, {"RedriveCount": 2})])
def test_it_starts_again_once_somebody_redrove_it(handler: Any, then: dict[str, Any], now: dict[str, Any]) -> None:
    assert handler(event(then, now), None) == {"again": True}
