from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

import pytest

from copperline.job.docs import DataDocs
from copperline.quality.report import Outcome, Report

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
REPORT = Report("silver.sales", (Outcome("expect_column_values_to_not_be_null", {"column": "sale_id"}, True, {}),))


class S3:
    """Keeps what is put; fails, or waits, as it is told."""

    def __init__(self, error: Exception | None = None) -> None:
        self.put: list[dict[str, Any]] = []
        self.error = error
        self.go = threading.Event()
        self.go.set()

    def put_object(self, **given: Any) -> None:
        assert self.go.wait(30)
        if self.error:
            raise self.error
        self.put.append(given)


def test_a_page_is_kept_by_table_and_run_and_nobody_waits_for_it() -> None:
    s3 = S3()
    s3.go.clear()
    docs = DataDocs(lambda _: s3, "the-bucket")
    uri = docs.keep(REPORT, "jr_1", AT)
    assert (uri, s3.put) == ("s3://the-bucket/silver/sales/jr_1.html", [])
    s3.go.set()
    docs.finish()
    docs.finish()
    [put] = s3.put
    assert (put["Bucket"], put["Key"], put["ContentType"]) == (
        "the-bucket",
        "silver/sales/jr_1.html",
        "text/html; charset=utf-8",
    )
    assert b"jr_1" in put["Body"]
    assert b"sale_id" in put["Body"]


def test_a_page_that_cannot_be_written_fails_no_run(capsys: pytest.CaptureFixture[str]) -> None:
    docs = DataDocs(lambda _: S3(PermissionError("of somebody's row")), "the-bucket")
    docs.keep(REPORT, "jr_1", AT)
    docs.finish()
    told = "docs                 s3://the-bucket/silver/sales/jr_1.html was not written: PermissionError\n"
    assert capsys.readouterr().out == told


def test_a_run_does_not_wait_for_a_page_that_does_not_come(capsys: pytest.CaptureFixture[str]) -> None:
    s3 = S3()
    s3.go.clear()
    docs = DataDocs(lambda _: s3, "the-bucket", patience=0.01)
    docs.keep(REPORT, "jr_1", AT)
    docs.finish()
    told = "docs                 s3://the-bucket/silver/sales/jr_1.html was not written: S3 took too long\n"
    assert capsys.readouterr().out == told
    s3.go.set()
