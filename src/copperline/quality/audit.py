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
from copperline.quality.suite import Expectation

_SWITCH_SECONDS = 0.0005  # Python's 0.005 would be added to every answer of the JVM while the import runs
_NAMED = re.compile(r"\[[A-Z_.]{5,}\]|The column \"[^\"]+\" in BatchData does not exist")


class Auditor:
    """Great Expectations, imported while the JVM starts: its import takes longer than a small audit.

    Tables may be audited side by side.
    """

    def __init__(self) -> None:
        self._loading = ThreadPoolExecutor(1, thread_name_prefix="great-expectations").submit(_load)
        self._configuring = Lock()  # Great Expectations keeps sources by name, and does not say that threads may add

    def audit(self, rows: DataFrame, name: str, suite: Sequence[Expectation]) -> None:
        """Every expectation holds for the rows.

        Raises:
            AuditFailed: some do not; the message says which, what they expect and how many rows break them, and no
                value of a row.
        """
        failed = self._broken(rows, name, suite, "BOOLEAN_ONLY")
        if failed:
            told = self._broken(rows, name, [suite[index] for index, _ in failed], "BASIC")
            broken = "; ".join(_sentence(result) for _, result in told)
            raise AuditFailed(
                f"{name}: {broken}; nothing was published: look at the run's branch, mend job or contract"
            )

    def _broken(self, rows: DataFrame, name: str, suite: Sequence[Expectation], detail: str) -> list[tuple[int, Any]]:
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
        return [(_position(result, suite), result) for result in results if not result.success]


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
        if same and asked.type == _snake(expectation.type):
            return index
    raise AuditFailed(f"{asked.type}: an expectation that nobody asked for has failed; report this as a bug")


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def _sentence(result: Any) -> str:
    asked = result.expectation_config
    kwargs = {key: value for key, value in asked.kwargs.items() if key not in ("batch_id", "column")}
    column = asked.kwargs.get("column", "table")
    raised = _raised(result.exception_info or {})
    if raised:
        return f"{column}: {asked.type}: could not be evaluated: {raised}"
    found = result.result.get("unexpected_count", "other")
    total = result.result.get("element_count", "?")
    return f"{column}: expected {asked.type} {kwargs}, got {found} of {total} rows that break it"


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
