from __future__ import annotations

from dataclasses import replace

import pytest

from copperline.contract import load_contracts
from copperline.errors import TooManyRejected
from copperline.quality.threshold import check_rejected

SALES = load_contracts()["silver.sales"]
#: The contract's percent, the rows that it tolerates, rows read and rejected, what the run was told, whether it stops.
CASES = [
    (None, 0, 100, 100, None, False),
    (20, 0, 100, 20, None, False),
    (20, 0, 100, 21, None, True),
    (20, 0, 1000, 201, None, True),
    (20, 0, 3, 1, None, True),
    (20, 1, 3, 1, None, False),
    (20, 50, 50, 50, None, False),
    (20, 50, 51, 51, None, True),
    (20, 50, 1000, 51, None, False),
    (0, 0, 100, 0, None, False),
    (0, 0, 100, 1, None, True),
    (0.5, 0, 1000, 5, None, False),
    (0.5, 0, 1000, 6, None, True),
    (20, 0, 0, 0, None, False),
    (20, 0, 100, 100, 100.0, False),
    (20, 0, 100, 20, 10.0, True),
    (None, 0, 100, 20, 10.0, True),
]


@pytest.mark.parametrize(("percent", "tolerated", "read", "rejected", "told", "stops"), CASES)
def test_more_rejected_rows_than_the_contract_allows_stop_a_run(
    percent: float | None, tolerated: int, read: int, rejected: int, told: float | None, stops: bool
) -> None:
    contract = replace(SALES, max_rejected_percent=percent, rejected_rows_tolerated=tolerated)
    if not stops:
        return check_rejected(contract, read=read, rejected=rejected, most=told)
    with pytest.raises(TooManyRejected):
        check_rejected(contract, read=read, rejected=rejected, most=told)
    return None


def test_the_sentence_says_table_expected_found_and_what_to_do() -> None:
    with pytest.raises(TooManyRejected) as caught:
        check_rejected(SALES, read=1000, rejected=333)
    words = str(caught.value)
    assert words.startswith("silver.sales: rejected rows: expected at most 20 %, got 33.3 %, 333 of 1000; nothing was")
    assert "--max_rejected_percent 100" in words


def test_the_contracts_bear_the_dirt_that_samples_have() -> None:
    for name in ("sales", "inventory", "ratings"):
        contract = load_contracts()[f"silver.{name}"]
        assert (contract.max_rejected_percent, contract.rejected_rows_tolerated) == (20, 50)
