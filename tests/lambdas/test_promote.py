"""The promote Lambda, as AWS calls it."""

from __future__ import annotations

import pytest
from moto import mock_aws

from tests.lambdas.support import CONTEXT, TOPIC, load, make_account, received


def test_a_slice_is_promoted_and_a_refusal_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STACK", "shop")
    monkeypatch.setenv("TOPIC_ARN", TOPIC)
    monkeypatch.setenv("RUNBOOK_URL", "https://example.org/runbook")
    with mock_aws():
        s3 = make_account()
        s3.put_object(Bucket="shop-copper-123456789012", Key="zoop/toys/a.parquet", Body=b"x")
        handler = load("promote")
        wanted = {"accepted": 0, "repeated": 0, "failed": 0}
        assert handler({"execution": "e"}, CONTEXT) == {"more": False, "refused": 1, **wanted}
        assert handler({"execution": "e"}, CONTEXT) == {"more": False, "refused": 0, **wanted}
        assert len(s3.list_objects_v2(Bucket="shop-archive-123456789012")["Contents"]) == 1
        [message] = received()
        assert "zoop/toys/a.parquet" in message
        assert "unknown_table" in message
        assert message.endswith("\nRunbook: https://example.org/runbook#copperline-refused-a-file")
