from __future__ import annotations

import os
import subprocess
import sys

import pytest

from benchmarks.machine import busy_seconds, cpu_model, java_version
from benchmarks.processes import below, cpu, measured, memory, most_memory, parsed

TICKS = os.sysconf("SC_CLK_TCK")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has /proc")


def test_a_line_of_proc_is_read_whatever_the_name_is() -> None:
    found = parsed(f"42 (a) b (c) S 7 42 42 0 -1 0 0 0 0 0 {TICKS} {2 * TICKS} {3 * TICKS} 0 20 0 1 0 0 0 0\n")
    assert (found.pid, found.name, found.state, found.parent, found.cpu) == (42, "a) b (c", "S", 7, 6.0)


def test_idle_and_waiting_cores_are_not_busy() -> None:
    fields = " ".join(str(TICKS * value) for value in (1, 2, 3, 1000, 1000, 4, 5, 6, 77, 77))
    assert busy_seconds(f"cpu  {fields}\ncpu0 1 1 1 1\n") == 21.0


def test_java_says_its_version() -> None:
    assert java_version('IMPLEMENTOR="x"\nJAVA_VERSION="17.0.9"\n') == "17.0.9"
    assert java_version("") == "unknown"


def test_the_processor_has_a_name() -> None:
    assert cpu_model()


@LINUX
def test_processes_below_are_found_with_their_memory() -> None:
    program = [sys.executable, "-c", "print(1, flush=True); input()"]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert child.pid in [one.pid for one in below(os.getpid())]
        assert (memory(child.pid) or 0) > 1 << 20
        assert (most_memory(child.pid) or 0) > 1 << 20
        child.communicate(b"\n")


@LINUX
def test_cpu_of_a_child_counts_after_its_end() -> None:
    before = cpu() or 0.0
    took = measured(lambda: subprocess.run([sys.executable, "-c", "sum(range(10**6))"], check=True))
    assert took.cpu is not None
    assert (cpu() or 0.0) > before
