"""The one moment as of which a state is taken."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from localaws import state, state_pickle
from localaws.settings import Settings

_SOON = 0.3  # seconds within which what may happen does: who waits for longer waits for something


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def request(pool: ThreadPoolExecutor) -> Future[Any]:
    """A request that the server has got."""
    app = state.wrap(lambda *_: [], Settings(port=1, state=Path()))
    return pool.submit(app, {"REQUEST_METHOD": "GET"}, print)


def waits(what: Future[Any]) -> bool:
    """Whether it has not ended, though it had the time to."""
    try:
        what.result(_SOON)
    except TimeoutError:
        return True
    return False


def held(pool: ThreadPoolExecutor) -> tuple[Callable[[], None], threading.Event, Future[None]]:
    """A moment that has been asked for: what ends it, whether it has begun, and its end."""
    inside, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        with state.moment():
            inside.set()
            go_on.wait()

    return go_on.set, inside, pool.submit(hold)


def test_no_request_begins_in_a_moment(pool: ThreadPoolExecutor) -> None:
    end, inside, _ = held(pool)
    inside.wait()
    served = request(pool)
    assert waits(served)
    end()
    served.result()


def test_a_moment_that_waits_for_what_is_undivided_lets_requests_go_on(pool: ThreadPoolExecutor) -> None:
    """What is undivided may itself wait for one of them."""
    with state.undivided:
        end, inside, _ = held(pool)
        inside.wait(_SOON)
        served = request(pool)
        waited = waits(served)
    end()
    served.result()
    assert not waited


def test_the_end_of_a_moment_does_not_end_another(pool: ThreadPoolExecutor) -> None:
    end, inside, _ = held(pool)
    inside.wait()
    end_second, second, _ = held(pool)
    second.wait(_SOON)
    end()
    second.wait()
    served = request(pool)
    waited = waits(served)
    end_second()
    served.result()
    assert waited


def test_the_last_state_too_has_nothing_half(
    pool: ThreadPoolExecutor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state_pickle, "dumps", lambda: b"all")
    settings = Settings(port=1, state=tmp_path)
    with state.undivided:
        saved = pool.submit(state.save, settings, fork=False)
        waited = waits(saved)
    assert saved.result()
    assert waited
