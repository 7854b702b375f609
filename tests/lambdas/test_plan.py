"""The plan Lambda, as AWS calls it."""

from __future__ import annotations

import pytest
from moto import mock_aws

from tests.lambdas.support import CONTEXT, TOPIC, load, make_account


def test_what_was_refused_is_planned_to_be_accounted_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STACK", "shop")
    monkeypatch.setenv("TOPIC_ARN", TOPIC)
    monkeypatch.setenv("RUNBOOK_URL", "docs/runbook.md")
    with mock_aws():
        s3 = make_account()
        plan = load("plan")
        assert plan({"execution": "e"}, CONTEXT) == {"nothing": True, "feeds": []}
        s3.put_object(Bucket="shop-copper-123456789012", Key="zoop/sales/bad.parquet", Body=b"x")
        load("promote")({"execution": "e"}, CONTEXT)
        monkeypatch.setenv("BATCH_BYTES", "1")
        assert plan({"execution": "e"}, CONTEXT) == {
            "nothing": False,
            "feeds": [
                {
                    "feed": "zoop",
                    "execution": "e",
                    "crawlers": [],
                    "silver": [{"job": "shop-batch", "tables": "silver.sales"}],
                    "gold": [],
                    "warehouses": [],
                }
            ],
        }
