"""DynamoDB: one request at a time, so that a condition that held still holds when its write is done."""

from __future__ import annotations

import threading
from typing import Any

from localaws.settings import Settings

_turn = threading.RLock()


def apply(settings: Settings) -> None:
    """Conditional writes and transactions are serializable: page "Amazon DynamoDB Transactions: How it works".

    moto looks and then writes, and undoes a transaction by putting back the tables as they were before it: of two
    requests at once both would win, or one would lose what it wrote. A request takes a millisecond.
    """
    from moto.dynamodb.responses import DynamoHandler

    plain = DynamoHandler.call_action

    def call_action(self: Any) -> Any:
        with _turn:
            return plain(self)

    DynamoHandler.call_action = call_action
