"""DynamoDB with plain Python values: one table, its conditions and its transactions."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeAlias

from copperline.errors import CopperlineError
from copperline.files.attributes import Item, conditional, item, plain, projection, update

Key: TypeAlias = tuple[str, str]

#: BatchGetItem takes 100 keys, TransactWriteItems 100 actions (DynamoDB: Service, account, and table quotas).
MOST_KEYS = 100
MOST_ACTIONS = 100
ATTEMPTS = 8
CONDITION, CONFLICT = "ConditionalCheckFailed", "TransactionConflict"


class TransactionRefused(Exception):
    """A condition of the transaction does not hold: nothing was written. `failed` tells which actions, by position."""

    def __init__(self, failed: frozenset[int]) -> None:
        super().__init__(f"the conditions of the actions {sorted(failed)} do not hold")
        self.failed = failed


class Table:
    """One table with the key pk, sk."""

    def __init__(self, client: Any, name: str) -> None:
        self.client = client
        self.name = name

    @staticmethod
    def key(pk: str, sk: str) -> Item:
        """The key of an item."""
        return item({"pk": pk, "sk": sk})

    def get(self, pk: str, sk: str) -> dict[str, Any] | None:
        """The item as it is now."""
        found = self.client.get_item(TableName=self.name, Key=self.key(pk, sk), ConsistentRead=True).get("Item")
        return plain(found) if found else None

    def put_new(self, values: Mapping[str, Any]) -> dict[str, Any] | None:
        """The item is there: None if this call wrote it, else what was there before and still is."""
        try:
            self.client.put_item(
                TableName=self.name,
                Item=item(values),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **conditional("attribute_not_exists(pk)"),
            )
        except self.client.exceptions.ConditionalCheckFailedException as error:
            return plain(error.response["Item"])
        return None

    def put(self, values: Mapping[str, Any], **condition: Any) -> dict[str, Any]:
        """The action of a transaction that writes the item."""
        return {"Put": {"TableName": self.name, "Item": item(values), **condition}}

    def change(self, pk: str, sk: str, values: Mapping[str, Any], condition: str = "", **known: Any) -> dict[str, Any]:
        """The action of a transaction that sets the values."""
        return {"Update": {"TableName": self.name, **update(self.key(pk, sk), values, condition, **known)}}

    def delete(self, pk: str, sk: str, **condition: Any) -> dict[str, Any]:
        """The action of a transaction that takes the item away."""
        return {"Delete": {"TableName": self.name, "Key": self.key(pk, sk), **condition}}

    def check(self, pk: str, sk: str, **condition: Any) -> dict[str, Any]:
        """The action of a transaction that only asks."""
        return {"ConditionCheck": {"TableName": self.name, "Key": self.key(pk, sk), **condition}}

    def transact(self, actions: Sequence[Mapping[str, Any]]) -> None:
        """All actions are done, or none.

        Raises:
            TransactionRefused: a condition does not hold.
        """
        transact(self.client, actions)

    def set(self, pk: str, sk: str, values: Mapping[str, Any]) -> None:
        """The item has these values, beside those it had."""
        self.client.update_item(TableName=self.name, **update(self.key(pk, sk), values))

    def query(self, pk: str, *, between: tuple[str, str] | None = None, only: str = "") -> Iterator[dict[str, Any]]:
        """The items of a partition in the order of sk, read page by page as they are now."""
        condition, values = "pk = :pk", {":pk": pk}
        if between:
            condition += " AND sk BETWEEN :first AND :last"
            values |= {":first": between[0], ":last": between[1]}
        parameters: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": item(values),
            "ConsistentRead": True,
        }
        while True:
            page = self.client.query(**parameters, **projection(only))
            yield from map(plain, page["Items"])
            if not page.get("LastEvaluatedKey"):
                return
            parameters["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def last(self, pk: str) -> dict[str, Any] | None:
        """The item of a partition with the greatest sk."""
        values = item({":pk": pk})
        asked = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": values, "ConsistentRead": True}
        found = self.client.query(TableName=self.name, **asked, ScanIndexForward=False, Limit=1)["Items"]
        return plain(found[0]) if found else None

    def batch_get(self, keys: Iterable[Key], only: str = "") -> dict[Key, dict[str, Any]]:
        """The items that exist, by their keys."""
        requests = [self.key(*key) for key in dict.fromkeys(keys)]
        found = batch_get(self.client, {self.name: requests}, only)[self.name]
        return {(values["pk"], values["sk"]): values for values in found}


def batch_get(client: Any, keys: Mapping[str, Sequence[Item]], only: str = "") -> dict[str, list[dict[str, Any]]]:
    """The items that exist, table by table, in as few calls as there can be.

    Raises:
        CopperlineError: DynamoDB left keys unanswered again and again.
    """
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in keys}
    todo = iter([(name, key) for name, many in keys.items() for key in many])
    while chunk := list(islice(todo, MOST_KEYS)):
        request: dict[str, Any] = {}
        for name, key in chunk:
            asked = request.setdefault(name, {"Keys": [], "ConsistentRead": True, **projection(only)})
            asked["Keys"].append(key)
        for name, values in _answered(client, request):
            found[name].append(plain(values))
    return found


def _answered(client: Any, request: dict[str, Any]) -> Iterator[tuple[str, Item]]:
    for attempt in range(ATTEMPTS):
        answer = client.batch_get_item(RequestItems=request)
        yield from ((name, values) for name, many in answer["Responses"].items() for values in many)
        request = answer.get("UnprocessedKeys") or {}
        if not request:
            return
        time.sleep(0.05 * 2**attempt)
    raise CopperlineError(f"DynamoDB left keys of {', '.join(request)} unanswered {ATTEMPTS} times; start again later")


def transact(client: Any, actions: Sequence[Mapping[str, Any]]) -> None:
    """All actions are written, or none; one that collides with another transaction is tried again.

    Raises:
        TransactionRefused: a condition does not hold.
    """
    if len(actions) > MOST_ACTIONS:
        raise ValueError(f"a transaction takes {MOST_ACTIONS} actions, got {len(actions)}")
    for attempt in range(ATTEMPTS):
        try:
            client.transact_write_items(TransactItems=list(actions))
        except client.exceptions.TransactionCanceledException as error:
            codes = [reason.get("Code") for reason in error.response.get("CancellationReasons", [])]
            failed = frozenset(place for place, code in enumerate(codes) if code == CONDITION)
            if failed:
                raise TransactionRefused(failed) from error
            if CONFLICT not in codes or attempt == ATTEMPTS - 1:
                raise
            time.sleep(0.05 * 2**attempt)
        else:
            return
