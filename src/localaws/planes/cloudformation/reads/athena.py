"""AWS::Athena as Athena tells it."""

from __future__ import annotations

from collections.abc import Callable

from botocore.exceptions import ClientError

from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.reads.base import GoneError, Read, tags
from localaws.planes.cloudformation.rows.base import Props, pick


def _group(ctx: Context, name: str, _: Props) -> Props:
    athena = ctx.client("athena")
    found = _there(lambda: athena.get_work_group(WorkGroup=name)["WorkGroup"])
    held = athena.list_tags_for_resource(ResourceARN=ctx.arn("athena", f"workgroup/{name}"))["Tags"]
    configuration = found.get("Configuration", {})
    return {
        **pick(found, "Name", "State", "Description"),
        "WorkGroupConfiguration": configuration,
        "Tags": tags(held),
    }


def _query(ctx: Context, made: str, _: Props) -> Props:
    found = _there(lambda: ctx.client("athena").get_named_query(NamedQueryId=made)["NamedQuery"])
    return pick(found, "Name", "Database", "Description", "QueryString", "WorkGroup")


def _there(ask: Callable[[], Props]) -> Props:
    """Athena answers InvalidRequestException for what is not there, as for much else."""
    try:
        return ask()
    except ClientError as error:
        message = error.response["Error"].get("Message", "")
        if "not found" in message or "does not exist" in message:
            raise GoneError from error
        raise


READS: dict[str, Read] = {"AWS::Athena::WorkGroup": _group, "AWS::Athena::NamedQuery": _query}
