"""A test that takes long says why."""

from __future__ import annotations

from collections.abc import Generator

import pytest

LONG = 15.0  # seconds: what is longer is listed; nothing fails, since machines are noisy


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A long test's reason, or the lack of one, travels with its report, from a worker process too."""
    report = yield
    marker = item.get_closest_marker("slow")
    if call.duration > LONG:
        reason = str(marker.args[0]) if marker else "no reason: make it faster, or mark it slow(reason)"
        report.user_properties.append(("slow", f"{call.duration:5.0f} s  {item.nodeid} ({call.when}): {reason}"))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The long tests, each with its reason."""
    reports = [one for group in terminalreporter.stats.values() for one in group if hasattr(one, "user_properties")]
    told = sorted((text for one in reports for name, text in one.user_properties if name == "slow"), reverse=True)
    if told:
        terminalreporter.section("long tests")
        terminalreporter.write_line("\n".join(told))
