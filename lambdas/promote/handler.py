"""Take what was delivered to copper into bronze and the archive."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from typing import Any

import boto3

from copperline.contract import load_contracts
from copperline.files.claims import Claims
from copperline.files.promote import Promoter
from copperline.files.verdict import Buckets

client = cache(boto3.client)


def handler(_event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """One slice is promoted; `more` says whether to call again."""
    stack, topic, runbook = os.environ["STACK"], os.environ["TOPIC_ARN"], os.environ["RUNBOOK_URL"]

    def alert(subject: str, message: str) -> None:
        place = f"{runbook}#{subject.lower().replace(' ', '-')}"
        client("sns").publish(TopicArn=topic, Subject=subject, Message=f"{message}\nRunbook: {place}")

    promoter = Promoter(
        s3=client("s3"),
        claims=Claims(client("dynamodb"), stack),
        contracts=load_contracts,
        alert=alert,
        buckets=Buckets.of(stack, account=topic.split(":")[4]),
    )
    return promoter.run(lambda: context.get_remaining_time_in_millis() / 1000).as_dict()
