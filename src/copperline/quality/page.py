"""A report as a page of Data Docs, by Great Expectations' own renderer."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from copperline.quality.report import Outcome, Report

_SCRIPTS = re.compile(r"<script\b.*?</script>", re.DOTALL)


def page(report: Report, run_id: str, at: datetime) -> str:
    """The report as HTML, without scripts: a page of a private bucket runs nothing that others serve."""
    from great_expectations.render.renderer.page_renderer import (  # noqa: PLC0415 - after the import while Java starts
        ValidationResultsPageRenderer,
    )
    from great_expectations.render.view import DefaultJinjaPageView  # noqa: PLC0415

    document = ValidationResultsPageRenderer(run_info_at_end=True).render(_result(report, run_id, at))
    html: str = DefaultJinjaPageView().render(document, show_how_to_buttons=False)
    return _SCRIPTS.sub("", html)


def _result(report: Report, run_id: str, at: datetime) -> Any:
    """The report as Great Expectations' own result, made anew: what it had beside the counts is not in it."""
    import great_expectations as gx  # noqa: PLC0415
    from great_expectations.core import ExpectationSuiteValidationResult  # noqa: PLC0415

    total, good = len(report.outcomes), len(report.outcomes) - len(report.broken)
    statistics = {
        "evaluated_expectations": total,
        "successful_expectations": good,
        "unsuccessful_expectations": total - good,
        "success_percent": 100 * good / total if total else None,
    }
    meta = {
        "run_id": {"run_name": run_id, "run_time": at.isoformat()},
        "great_expectations_version": gx.__version__,
    }
    return ExpectationSuiteValidationResult(
        success=not report.broken,
        results=[_outcome(outcome) for outcome in report.outcomes],
        suite_name=report.name,
        statistics=statistics,
        meta=meta,
    )


def _outcome(outcome: Outcome) -> Any:
    from great_expectations.core import ExpectationValidationResult  # noqa: PLC0415
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration  # noqa: PLC0415

    raised = {"raised_exception": bool(outcome.raised), "exception_message": outcome.raised, "exception_traceback": ""}
    none_breaks = {"unexpected_count": 0, "unexpected_percent": 0.0}
    return ExpectationValidationResult(
        success=outcome.success,
        expectation_config=ExpectationConfiguration(type=outcome.type, kwargs=dict(outcome.kwargs)),
        result=dict(outcome.counts) or (none_breaks if outcome.success else {}),
        exception_info=raised,
    )
