"""Expectations run over a frame."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any

from pyspark.sql import DataFrame

from copperline.errors import AuditFailed
from copperline.quality.report import Outcome, Report
from copperline.quality.suite import Expectation

_SWITCH_SECONDS = 0.0005  # Python's 0.005 would be added to every answer of the JVM while the import runs
_NAMED = re.compile(r"\[[A-Z_.]{5,}\]|The column \"[^\"]+\" in BatchData does not exist")
#: BASIC would also fetch rows that break an expectation: what may leave the frame is how many there are.
_COUNTS = {"result_format": "BASIC", "partial_unexpected_count": 0, "exclude_unexpected_values": True}


class Auditor:
    """Great Expectations, imported while the JVM starts: its import takes longer than a small audit.

    Tables may be audited side by side.
    """

    def __init__(self) -> None:
        self._loading = ThreadPoolExecutor(1, thread_name_prefix="great-expectations").submit(_load)
        self._configuring = Lock()  # Great Expectations keeps sources by name, and does not say that threads may add

    def audit(self, rows: DataFrame, name: str, suite: Sequence[Expectation]) -> Report:
        """What became of every expectation of the suite over the rows; of one that fails how many rows break it.

        No value of a row is in the report.
        """
        results = self._results(rows, name, suite, "BOOLEAN_ONLY")
        failed = [position for position, result in results.items() if not result.success]
        if failed:
            told = self._results(rows, name, [suite[position] for position in failed], _COUNTS)
            results |= {failed[position]: result for position, result in told.items()}
        return Report(name, tuple(_outcome(results[position]) for position in sorted(results)))

    def _results(
        self, rows: DataFrame, name: str, suite: Sequence[Expectation], detail: str | dict[str, Any]
    ) -> dict[int, Any]:
        """Great Expectations' results by the position of what was asked; it answers in an order of its own."""
        gx, context = self._loading.result()
        classes = gx.expectations
        asked = [getattr(classes, expectation.type)(**expectation.arguments) for expectation in suite]
        own = name.replace(".", "_")  # under a common name, one table's rows would take the place of another's
        with self._configuring:
            source = context.data_sources.add_or_update_spark(name=own, persist=False)
            asset = source.add_dataframe_asset(name=own)
            batch = asset.add_batch_definition_whole_dataframe("rows").get_batch(batch_parameters={"dataframe": rows})
            whole = gx.ExpectationSuite(name=own, expectations=asked)
        results = batch.validate(whole, result_format=detail).results
        found = {_position(result, suite): result for result in results}
        if len(found) < len(suite):
            raise AuditFailed(f"{name}: expected {len(suite)} answers, got {len(found)}; report this as a bug")
        return found


def _load() -> tuple[Any, Any]:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    before = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH_SECONDS)
    try:
        import great_expectations as gx  # noqa: PLC0415 - in a thread of its own
    finally:
        sys.setswitchinterval(before)

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    return gx, context


def _position(result: Any, suite: Sequence[Expectation]) -> int:
    asked = result.expectation_config
    for index, expectation in enumerate(suite):
        same = all(asked.kwargs.get(key) == value for key, value in expectation.arguments.items())
        if same and asked.type == expectation.name:
            return index
    raise AuditFailed(f"{asked.type}: an expectation that nobody asked for was answered; report this as a bug")


def _outcome(result: Any) -> Outcome:
    """The result without anything that may hold a value: counts alone, and of an exception its name."""
    counts = {name: value for name, value in (result.result or {}).items() if name.endswith(("_count", "_percent"))}
    config = result.expectation_config
    kwargs = {name: value for name, value in config.kwargs.items() if name != "batch_id"}
    return Outcome(config.type, kwargs, bool(result.success), counts, _raised(result.exception_info or {}))


def _raised(info: Mapping[str, Any]) -> str:
    """What was raised, by Spark's name for it, as its sentence may quote a row; empty if nothing was.

    Great Expectations keeps one record, or one for each metric that it asked Spark for.
    """
    records = [info] if "raised_exception" in info else list(info.values())
    for record in records:
        if record.get("raised_exception"):
            named = _NAMED.search(str(record.get("exception_message")))
            return named[0] if named else "an exception of no name"
    return ""
