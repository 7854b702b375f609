"""AWS::SecretsManager and AWS::SSM as these services tell them."""

from __future__ import annotations

from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.reads.base import GoneError, Read, only, tags
from localaws.planes.cloudformation.rows.base import Props, pick


def _secret(ctx: Context, arn: str, _: Props) -> Props:
    """A secret that waits for its deletion is gone; its value is never told (writeOnlyProperties of its schema)."""
    found = ctx.client("secretsmanager").describe_secret(SecretId=arn)
    if "DeletedDate" in found:
        raise GoneError
    return {**pick(found, "Name", "Description", "KmsKeyId"), "Tags": tags(found.get("Tags"))}


def _parameter(ctx: Context, name: str, _: Props) -> Props:
    ssm = ctx.client("ssm")
    told = ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]
    chosen = [{"Key": "Name", "Option": "Equals", "Values": [name]}]
    more = only(ssm.describe_parameters(ParameterFilters=chosen)["Parameters"])
    held = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=name)["TagList"]
    return {
        **pick(more, "Description", "Tier", "AllowedPattern", "DataType"),
        **pick(told, "Name", "Type", "Value"),
        "Tags": {tag["Key"]: tag["Value"] for tag in held},
    }


READS: dict[str, Read] = {"AWS::SecretsManager::Secret": _secret, "AWS::SSM::Parameter": _parameter}
