"""Take what was delivered to copper into bronze and the archive."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from typing import Any

import boto3

from copperline.contract import load_contracts
from copperline.files.alerts import Alerts
from copperline.files.claims import Claims
from copperline.files.promote import Promoter
from copperline.files.verdict import Buckets

client = cache(boto3.client)


def handler(_event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """One slice is promoted; `more` says whether to call again."""
    stack, topic = os.environ["STACK"], os.environ["TOPIC_ARN"]
    promoter = Promoter(
        s3=client("s3"),
        claims=Claims(client("dynamodb"), stack),
        contracts=load_contracts,
        alert=Alerts(client, topic, os.environ["RUNBOOK_URL"]).send,
        buckets=Buckets.of(stack, account=topic.split(":")[4]),
    )
    return promoter.run(lambda: context.get_remaining_time_in_millis() / 1000).as_dict()
