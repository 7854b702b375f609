from __future__ import annotations

import pytest

#: What the README shows, as somebody else's suite has it.
SUITE = """
import boto3

def test_the_report_lands(localaws):
    boto3.client("s3").create_bucket(Bucket="reports")  # your code, unchanged
    assert localaws.client("s3").list_buckets()["Buckets"][0]["Name"] == "reports"

def test_the_account_is_the_same_for_all(localaws):
    assert len(localaws.client("s3").list_buckets()["Buckets"]) == 1
"""


def test_somebody_elses_suite_has_the_fixture(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(SUITE)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=2)
