"""What runs have taken and done so far, where an alert and the next run find it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from copperline.names import Names

#: An item ends at 400 KB (DynamoDB quotas), which the names of some 9,900 deliveries fill.
NAMES_AN_ITEM = 2000


class Runs:
    """The DynamoDB table of runs: an item an execution for its report, items a run and table for what it took."""

    def __init__(self, dynamodb: Any, stack: str) -> None:
        self._dynamodb = dynamodb
        self._table = Names(stack).runs

    def take(self, run_id: str, table: str, deliveries: Sequence[str]) -> None:
        """It is known which deliveries the run works on for the table: whoever settles it marks the same.

        Call it once for a run and table, before the run writes: it is not one write, and a run that died within it
        has sealed nothing that could be settled.
        """
        for place, start in enumerate(range(0, len(deliveries), NAMES_AN_ITEM)):
            names = [{"S": name} for name in deliveries[start : start + NAMES_AN_ITEM]]
            item = {**_taken(run_id, table, place), "deliveries": {"L": names}}
            self._dynamodb.put_item(TableName=self._table, Item=item)

    def taken(self, run_id: str, table: str) -> tuple[str, ...]:
        """The deliveries that the run took for the table."""
        return tuple(name for names in self._chunks(run_id, table) for name in names)

    def _chunks(self, run_id: str, table: str) -> Iterator[list[str]]:
        for place in count():
            key = _taken(run_id, table, place)
            item = self._dynamodb.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
            if item is None:
                return
            yield [name["S"] for name in item["deliveries"]["L"]]

    def report(self, execution: str, line: str) -> None:
        """The execution's report ends in the line."""
        self._dynamodb.update_item(
            TableName=self._table,
            Key={"execution": {"S": execution}},
            UpdateExpression="SET report = list_append(if_not_exists(report, :none), :line)",
            ExpressionAttributeValues={":none": {"L": []}, ":line": {"L": [{"S": line}]}},
        )


def _taken(run_id: str, table: str, place: int) -> dict[str, Any]:
    return {"execution": {"S": f"taken#{run_id}#{table}#{place}"}}
