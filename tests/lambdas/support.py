"""An account that a handler finds, and the handler out of its folder."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import boto3
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sns.models import sns_backends

TOPIC = "arn:aws:sns:us-east-1:123456789012:shop-alerts"
CONTEXT = SimpleNamespace(get_remaining_time_in_millis=lambda: 900_000)
LAMBDAS = Path(__file__).parents[2] / "lambdas"


def load(name: str) -> Callable[[Mapping[str, Any], Any], dict[str, Any]]:
    """The handler of a Lambda, imported anew as in a fresh process."""
    spec = importlib.util.spec_from_file_location(f"handler_of_{name}", LAMBDAS / name / "handler.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast(Callable[[Mapping[str, Any], Any], dict[str, Any]], module.handler)


def make_account() -> Any:
    """Buckets, tables, databases and topic of the stack `shop`; a client for S3."""
    s3, dynamodb, glue = boto3.client("s3"), boto3.client("dynamodb"), boto3.client("glue")
    for zone in ("copper", "bronze", "archive"):
        bucket = f"shop-{zone}-123456789012"
        s3.create_bucket(Bucket=bucket)
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for table, *key in (("deliveries", "pk", "sk"), ("leases", "table_name")):
        dynamodb.create_table(
            TableName=f"shop-{table}",
            KeySchema=[{"AttributeName": n, "KeyType": k} for n, k in zip(key, ("HASH", "RANGE"), strict=False)],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in key],
            BillingMode="PAY_PER_REQUEST",
        )
    for layer in ("silver", "gold"):
        glue.create_database(DatabaseInput={"Name": f"shop_{layer}"})
    boto3.client("sns").create_topic(Name="shop-alerts")
    return s3


def received() -> list[str]:
    """The messages that the topic got."""
    backend = sns_backends[DEFAULT_ACCOUNT_ID]["us-east-1"]
    return [str(sent[1]) for sent in backend.topics[TOPIC].sent_notifications]
