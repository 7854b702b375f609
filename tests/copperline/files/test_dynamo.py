"""DynamoDB at its limits: answers in part, transactions that collide, values that it has no word for."""

from __future__ import annotations

from typing import Any

import pytest

from copperline.errors import CopperlineError
from copperline.files.attributes import item, pack, plain
from copperline.files.clock import Rising, SystemClock
from copperline.files.dynamo import batch_get, transact
from tests.copperline.files.world import DYNAMODB


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    slept: list[float] = []
    monkeypatch.setattr("copperline.files.dynamo.time.sleep", slept.append)
    return slept


class Partial:
    """Answers one key a call."""

    def __init__(self, answers: int) -> None:
        self.answers = answers

    def batch_get_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
        [(name, asked)] = RequestItems.items()
        now, later = (asked["Keys"][:1], asked["Keys"][1:]) if self.answers > 0 else ([], asked["Keys"])
        self.answers -= 1
        rest = {name: {**asked, "Keys": later}} if later else {}
        return {"Responses": {name: now}, "UnprocessedKeys": rest}


def test_keys_that_were_left_unanswered_are_asked_again(waits: list[float]) -> None:
    keys = [item({"pk": str(number)}) for number in range(3)]
    assert batch_get(Partial(99), {"t": keys}) == {"t": [{"pk": "0"}, {"pk": "1"}, {"pk": "2"}]}
    assert waits == [0.05, 0.1]


def test_but_not_for_ever() -> None:
    with pytest.raises(CopperlineError, match="left keys of t unanswered 8 times"):
        batch_get(Partial(0), {"t": [item({"pk": "1"})]})


class Colliding:
    """Cancels the first transactions, with this reason."""

    exceptions = DYNAMODB.exceptions

    def __init__(self, times: int, code: str) -> None:
        self.times = times
        self.code = code
        self.calls = 0

    def transact_write_items(self, TransactItems: list[Any]) -> None:  # noqa: N803
        self.calls += 1
        if self.calls <= self.times:
            reasons = {"CancellationReasons": [{"Code": "None"}, {"Code": self.code}], "Error": {"Code": self.code}}
            raise DYNAMODB.exceptions.TransactionCanceledException(reasons, "TransactWriteItems")


def test_a_transaction_that_collides_is_tried_again(waits: list[float]) -> None:
    client = Colliding(2, "TransactionConflict")
    transact(client, [])
    assert (client.calls, waits) == (3, [0.05, 0.1])


@pytest.mark.parametrize(("code", "calls"), [("TransactionConflict", 8), ("ValidationError", 1)])
def test_one_that_cannot_succeed_is_an_error(code: str, calls: int) -> None:
    client = Colliding(99, code)
    with pytest.raises(DYNAMODB.exceptions.TransactionCanceledException):
        transact(client, [])
    assert client.calls == calls


def test_values_come_back_as_they_went() -> None:
    values = {"a": "x", "b": 7, "c": True, "d": ["x", 1, [False]]}
    assert plain(item({**values, "e": None})) == values
    with pytest.raises(TypeError, match="bool, int, str or lists of them, got float"):
        pack(1.5)


def test_moments_rise_even_when_the_clock_does_not() -> None:
    rising = Rising(SystemClock())
    moments = [rising.next() for _ in range(1000)]
    assert moments == sorted(set(moments))
    assert SystemClock().monotonic() <= SystemClock().monotonic()
    SystemClock().sleep(0)
