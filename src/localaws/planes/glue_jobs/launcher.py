"""Runs a job's script and writes down how it ended. Glue's own launcher does the same with runpy.

A program, not a module: it must not import what a job would not find on Glue.
"""

import os
import runpy
import sys
import traceback
from pathlib import Path


def main() -> int:
    """`launcher.py parent report script argument...`: the script has run as __main__; answers the exit status."""
    _die_with(int(sys.argv[1]))
    report, script = Path(sys.argv[2]), sys.argv[3]
    sys.argv = sys.argv[3:]
    sys.path[0] = str(Path(script).parent)
    try:
        runpy.run_path(script, run_name="__main__")
    except SystemExit as end:
        if end.code in (None, 0):
            return 0
        report.write_text(f"SystemExit: {end.code}")
        raise
    except BaseException as error:  # noqa: BLE001 - whatever a script raises fails its run
        report.write_text(f"{type(error).__name__}: {error}")
        _show(error, script)
        return 1
    return 0


def _show(error: BaseException, script: str) -> None:
    """The traceback from the script's first line on, without the launcher's own frames."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename != script:
        trace = trace.tb_next
    sys.stdout.flush()
    traceback.print_exception(type(error), error, trace or error.__traceback__)


def _die_with(parent: int) -> None:
    """Where the system can do it (Linux): a run does not outlive the server that started it."""
    if sys.platform != "linux":
        return
    import ctypes
    import signal

    set_death_signal = 1  # PR_SET_PDEATHSIG
    ctypes.CDLL(None).prctl(set_death_signal, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the signal was asked for
        sys.exit("the server has gone")


if __name__ == "__main__":
    sys.exit(main())
