"""DynamoDB: one request at a time, so that a condition that held still holds when its write is done."""

from __future__ import annotations

from typing import Any

from localaws import state
from localaws.settings import Settings


def apply(settings: Settings) -> None:
    """Conditional writes and transactions are serializable: page "Amazon DynamoDB Transactions: How it works".

    moto looks and then writes, and undoes a transaction by putting back the tables as they were before it: of two
    requests at once both would win, or one would lose what it wrote. A request takes a millisecond. No state is saved
    with half of one.
    """
    from moto.dynamodb.responses import DynamoHandler

    plain = DynamoHandler.call_action

    def call_action(self: Any) -> Any:
        with state.undivided:
            return plain(self)

    DynamoHandler.call_action = call_action
