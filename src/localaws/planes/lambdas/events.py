"""Asynchronous invocations: they are answered at once, run then, and are tried again when they fail."""

from __future__ import annotations

import sys
import threading
from typing import Any

from localaws import state
from localaws.planes.lambdas import invoke
from localaws.planes.lambdas.destinations import Record, tell
from localaws.planes.lambdas.errors import TooManyRequestsError
from localaws.settings import current

#: seconds before the second and the third attempt ("How Lambda handles errors with asynchronous invocation")
_WAITS = (60.0, 120.0)
_THROTTLED = 1.0

_stop = threading.Event()
_eras = [object()]  # a reset begins another: events of those before it are forgotten


def send(function: Any, event: Any) -> None:
    """The function will see the event, up to three times, until it has not failed."""
    name = f"lambda {function.function_name}"
    threading.Thread(target=_try, args=(function, event, _eras[-1]), name=name, daemon=True).start()


def open_again() -> None:
    """Events are tried."""
    _stop.clear()


def close() -> None:
    """No event is tried again."""
    _stop.set()


def forget() -> None:
    """None of the events so far is tried again."""
    _eras[:] = [object()]


def _try(function: Any, event: Any, era: object) -> None:
    for attempt, wait in enumerate((*_WAITS[: _retries(function)], None), start=1):
        outcome = _outcome(function, event)
        if outcome is None:
            break
        if not outcome.failed or wait is None:
            if era is _eras[-1]:
                tell(Record(function, event, outcome, attempt))
            break
        if _given_up(wait * current().time_scale, era):
            break
    state.changed()


def _outcome(function: Any, event: Any) -> invoke.Outcome | None:
    """What came of it, also where the handler cannot be run at all; None where the server stops."""
    while not _stop.is_set():
        try:
            return invoke.run(function, event)
        except TooManyRequestsError:
            _stop.wait(_THROTTLED)
        except Exception as error:  # noqa: BLE001 - nobody waits for the answer
            sys.stderr.write(f"localaws: {function.function_name}: {type(error).__name__}: {error}\n")
            return invoke.failed(type(error).__name__, str(error))
    return None


def _given_up(seconds: float, era: object) -> bool:
    return _stop.wait(seconds) or era is not _eras[-1]


def _retries(function: Any) -> int:
    configurations = function.event_invoke_config
    attempts = configurations[-1].config.get("MaximumRetryAttempts") if configurations else None
    return len(_WAITS) if attempts is None else int(attempts)
