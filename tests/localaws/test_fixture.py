from __future__ import annotations

from pathlib import Path

import pytest

#: What the README shows, as somebody else's suite has it.
SUITE = """
import boto3

def test_the_report_lands(localaws):
    boto3.client("s3").create_bucket(Bucket="reports")  # your code, unchanged
    assert localaws.client("s3").head_bucket(Bucket="reports")

def test_the_account_is_the_same_for_all(localaws):
    assert len(localaws.client("s3").list_buckets()["Buckets"]) == 1
"""


def test_somebody_elses_suite_has_the_fixture(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(SUITE)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=2)


def test_no_setting_of_the_user_leads_a_client_elsewhere(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    elsewhere = "http://127.0.0.1:1"
    profile = ["[default]", "services = mine", "role_arn = x"]
    config.write_text("\n".join([*profile, "[services mine]", "s3 =", f"  endpoint_url = {elsewhere}"]))
    for name, value in {
        "AWS_CONFIG_FILE": str(config),
        "AWS_ENDPOINT_URL_S3": elsewhere,
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(config),
        "AWS_DEFAULT_PROFILE": "gone",
    }.items():
        monkeypatch.setenv(name, value)
    pytester.makepyfile(SUITE)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=2)
