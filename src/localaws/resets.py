"""A reset: everything that was made is gone, and the server goes on."""

from __future__ import annotations

from collections.abc import Callable

from localaws import state

_ending: list[Callable[[], None]] = []
_forgetting: list[Callable[[], None]] = []


def on_end(end: Callable[[], None]) -> None:
    """The function is called at a reset, before anything is gone: what would miss what goes ends now.

    Not everything that was begun has to: a plane whose work does without what is gone leaves it be, and says so.
    """
    _ending.append(end)


def on_forget(forget: Callable[[], None]) -> None:
    """The function is called at a reset while no request runs, and before moto's backends are empty."""
    _forgetting.append(forget)


def reset() -> None:
    """The server is as one that was started with an empty state directory, on the same port.

    What others start meanwhile may or may not be gone. The state directory follows with the next saved state.
    """
    from moto.core.base_backend import BackendDict

    for end in reversed(_ending):
        end()
    with state.moment():
        for forget in _forgetting:
            forget()
        BackendDict.reset()
    state.changed()
