"""What runs have taken and done so far, where an alert and the next run find it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from copperline.names import Names


class Runs:
    """The DynamoDB table of runs: an item an execution for its report, an item a run and table for what it took."""

    def __init__(self, dynamodb: Any, stack: str) -> None:
        self._dynamodb = dynamodb
        self._table = Names(stack).runs

    def take(self, run_id: str, table: str, deliveries: Sequence[str]) -> None:
        """It is known which deliveries the run works on for the table: whoever settles it marks the same."""
        item = {"execution": {"S": _taken(run_id, table)}, "deliveries": {"L": [{"S": name} for name in deliveries]}}
        self._dynamodb.put_item(TableName=self._table, Item=item)

    def taken(self, run_id: str, table: str) -> tuple[str, ...]:
        """The deliveries that the run took for the table."""
        key = {"execution": {"S": _taken(run_id, table)}}
        item = self._dynamodb.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item", {})
        return tuple(entry["S"] for entry in item.get("deliveries", {}).get("L", []))

    def report(self, execution: str, line: str) -> None:
        """The execution's report ends in the line."""
        self._dynamodb.update_item(
            TableName=self._table,
            Key={"execution": {"S": execution}},
            UpdateExpression="SET report = list_append(if_not_exists(report, :none), :line)",
            ExpressionAttributeValues={":none": {"L": []}, ":line": {"L": [{"S": line}]}},
        )


def _taken(run_id: str, table: str) -> str:
    return f"taken#{run_id}#{table}"
