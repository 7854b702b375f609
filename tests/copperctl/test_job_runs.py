"""Where job runs log, as Glue's page "Logging for AWS Glue jobs" has it."""

from __future__ import annotations

from typing import Any

import pytest

from copperctl.job_runs import log_groups

PREFIX = "--custom-logGroup-prefix"


@pytest.mark.parametrize(
    ("run", "job", "groups"),
    [
        ({}, {}, ["/aws-glue/jobs/output"]),
        ({"LogGroupName": "/aws-glue/jobs"}, {}, ["/aws-glue/jobs/output"]),
        ({}, {"DefaultArguments": {PREFIX: "/aws-glue/x"}}, ["/aws-glue/x/output", "/aws-glue/jobs/output"]),
        (
            {"Arguments": {PREFIX: "/own/"}, "LogGroupName": "/aws-glue/jobs-role-configuration"},
            {"DefaultArguments": {PREFIX: "/aws-glue/x"}},
            ["/own/output", "/aws-glue/jobs-role-configuration/output", "/aws-glue/jobs/output"],
        ),
    ],
)
def test_a_run_logs_where_its_arguments_say(run: dict[str, Any], job: dict[str, Any], groups: list[str]) -> None:
    assert log_groups(run, job, "output") == groups
