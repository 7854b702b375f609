"""What a process that runs queries may take of the machine."""

from __future__ import annotations

import contextlib
import resource
from pathlib import Path

#: MB beside DuckDB's own: Python, its libraries, and a row of the result at a time
_BESIDE = 768
_FIRST_TO_GO = "500"


def impose(megabytes: int) -> None:
    """Memory is refused to this process beyond the limit, whoever in it asks; DuckDB's own limit comes before it.

    Linux counts what is written to (RLIMIT_DATA), elsewhere the limit may hold for less. Where the machine itself has
    no memory left, this process goes before the server.
    """
    most = (megabytes + _BESIDE) << 20
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_GO)
