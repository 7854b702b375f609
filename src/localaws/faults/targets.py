"""What a request is about, in a few words: an object, an item, or the resource that an ARN ends in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from localaws.iam import stores
from localaws.iam.calls import asks, s3
from localaws.iam.calls.call import Call


def of_s3(call: s3.S3Call, keys: list[str]) -> list[str]:
    """Its objects, or its bucket."""
    return [f"s3://{call.bucket}/{key}" for key in keys]


def of_call(call: Call) -> list[str]:
    """The items of DynamoDB; of other services the innermost of the resources that a policy would have to allow."""
    if call.service == "dynamodb" and (found := list(dict.fromkeys(_items(call.params, call)))):
        return found
    resources = [arn.split(":", 5)[5] for _, arn in asks.pairs(call) if arn.count(":") >= 5]
    deepest = max((resource.count("/") for resource in resources), default=0)
    return list(dict.fromkeys(resource for resource in resources if resource.count("/") == deepest))


def _items(parameters: Any, call: Call) -> Iterator[str]:
    """Each item as its table's name and its key."""
    if isinstance(parameters, dict) and isinstance(item := parameters.get("Key", parameters.get("Item")), dict):
        table = str(parameters.get("TableName"))
        values = (next(iter(item[name].values())) for name in _key(table, call) if name in item)
        yield " ".join([table, *map(str, values)])
        return
    inner = parameters.values() if isinstance(parameters, dict) else parameters if isinstance(parameters, list) else ()
    for each in inner:
        yield from _items(each, call)


def _key(table: str, call: Call) -> list[str]:
    """The names of the attributes that are the table's key."""
    backend = stores.backend("dynamodb", call.account, call.region)
    found = backend.tables.get(table) if backend is not None else None
    names = (found.hash_key_attr, found.range_key_attr) if found is not None else ()
    return [name for name in names if name]
