from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from copperline.contract import Contract
from copperline.errors import ContractError
from copperline.job.bring_in import _check_kind
from tests.support.contracts import document, key, load, prop

HISTORY = ("valid_from", "valid_to", "current")


def table(*columns: str) -> Any:
    return type("Table", (), {"columns": lambda _: dict.fromkeys(columns, "string")})()


def test_a_table_stays_what_it_was_made_as(tmp_path: Path) -> None:
    plain = load(tmp_path, document("silver.plain", key()))
    history = load(tmp_path, document("silver.history", key(), history=True))
    named = load(tmp_path, document("silver.named", key(), *map(prop, HISTORY)))
    made: list[tuple[Contract, Any]] = [
        (plain, table("id")),
        (history, table("id", *HISTORY)),
        (named, table("id", *HISTORY)),
    ]
    for contract, one in made:
        _check_kind(contract, one)
    with pytest.raises(ContractError, match="history: expected False, as the table was made, got True; ask for what"):
        _check_kind(history, table("id"))
    with pytest.raises(ContractError, match="history: expected True, as the table was made, got False"):
        _check_kind(plain, table("id", *HISTORY))
