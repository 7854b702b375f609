"""Five points of `make crash`, of each actor one or two; the whole list takes hours."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.points import Point, Request
from tests.crash.running import LAMBDAS, Undisturbed, carry_out

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.proof,
    pytest.mark.slow("kills a process, waits until its lease has run out, and has the rest go on"),
]
#: Words of a request, and when the process dies.
CHOSEN = [
    (("promote", "CopyObject", "-bronze-"), "after"),
    (("promote", "TransactWriteItems"), "before"),
    (("plan", "TransactWriteItems"), "after"),
    (("silver", "UpdateTable", "quarantine.sales"), "after"),
    (("gold", "UpdateTable", "gold.sales"), "before"),
]
#: Of one of them somebody redrives the execution that failed when a newer one has finished its work.
LATE, BOTH = CHOSEN[3][0], ["new execution", "redrive, late"]


@pytest.mark.parametrize(("words", "when"), CHOSEN, ids=[f"{when} {' '.join(words)}" for words, when in CHOSEN])
def test_whoever_dies_nothing_is_lost_doubled_or_half_there(
    calm: Undisturbed, saved: Path, tmp_path: Path, words: tuple[str, ...], when: str
) -> None:
    request = last(calm.requests, words)
    whole = request.actor not in LAMBDAS
    late = words == LATE
    outcome = carry_out(Point(request, when), calm, saved, tmp_path / "state", whole=whole, redrive=not late, late=late)
    assert outcome.problems == []
    assert outcome.struck
    assert outcome.resumed == [f"{request.actor} again"] if not whole else ["redrive"] if not late else BOTH
    assert not whole or outcome.questions > len(calm.columns)


def test_there_are_points_of_every_actor(calm: Undisturbed) -> None:
    assert len({str(request) for request in calm.requests}) == len(calm.requests) > 200
    assert {request.actor for request in calm.requests} == {"promote", "plan", "silver", "gold"}


def last(requests: list[Request], words: tuple[str, ...]) -> Request:
    """The last request in whose name all the words are."""
    return [request for request in requests if all(word in str(request) for word in words)][-1]
