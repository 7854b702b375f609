"""AWS::DynamoDB as DynamoDB tells it."""

from __future__ import annotations

from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.reads.base import Read, tags
from localaws.planes.cloudformation.rows.base import Props, pick

THROUGHPUT = ("ReadCapacityUnits", "WriteCapacityUnits")


def _table(ctx: Context, name: str, _: Props) -> Props:
    dynamodb = ctx.client("dynamodb")
    found = dynamodb.describe_table(TableName=name)["Table"]
    backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    recovery = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    lives = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    return {
        **pick(found, "TableName", "KeySchema", "AttributeDefinitions", "DeletionProtectionEnabled"),
        "BillingMode": found.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED"),
        "ProvisionedThroughput": pick(found.get("ProvisionedThroughput", {}), *THROUGHPUT),
        "GlobalSecondaryIndexes": [_index(index) for index in found.get("GlobalSecondaryIndexes", [])],
        "LocalSecondaryIndexes": [_index(index) for index in found.get("LocalSecondaryIndexes", [])],
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": recovery},
        "SSESpecification": _encryption(found.get("SSEDescription", {})),
        "StreamSpecification": pick(found.get("StreamSpecification", {}), "StreamViewType"),
        "TableClass": found.get("TableClassSummary", {}).get("TableClass", "STANDARD"),
        "Tags": tags(dynamodb.list_tags_of_resource(ResourceArn=found["TableArn"])["Tags"]),
        "TimeToLiveSpecification": {
            "Enabled": lives["TimeToLiveStatus"] in ("ENABLED", "ENABLING"),
            **pick(lives, "AttributeName"),
        },
    }


def _index(found: Props) -> Props:
    kept = pick(found, "IndexName", "KeySchema", "Projection")
    return {**kept, "ProvisionedThroughput": pick(found.get("ProvisionedThroughput", {}), *THROUGHPUT)}


def _encryption(found: Props) -> Props:
    enabled = found.get("Status") in ("ENABLED", "ENABLING", "UPDATING")
    return {"SSEEnabled": enabled, **pick(found, "SSEType", KMSMasterKeyId="KMSMasterKeyArn")}


READS: dict[str, Read] = {"AWS::DynamoDB::Table": _table}
