"""The clock that schedules follow: the machine's, or one that runs faster from the start of the process on."""

from __future__ import annotations

import time

from localaws.settings import current

_BEGAN = time.time()


def now() -> float:
    """Seconds since the epoch; with a time scale of 0.01 a minute passes in 0.6 seconds."""
    return _BEGAN + (time.time() - _BEGAN) / current().time_scale
