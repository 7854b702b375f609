from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from copperline.contract import Contract
from copperline.errors import ContractError
from tests.support.contracts import document, key, load, prop

MOMENT = ("timestamp", "timestamp")


def contract(folder: Path, layer: str = "silver", **custom: Any) -> Contract:
    columns = [
        key(),
        prop("name"),
        prop("mail", classification="personal", encryptedName="mail_hash"),
        prop("number", "bigint", "integer", required=True),
        prop("changed_at", *MOMENT, required=True),
        prop("perhaps_at", *MOMENT),
    ]
    return load(folder, document(f"{layer}.things", *columns, **custom))


def test_a_contract_says_nothing_of_versions_unless_it_does(tmp_path: Path) -> None:
    found = contract(tmp_path)
    assert (found.version_by, found.history, found.row_key) == ("", False, ("id",))


def test_a_row_of_a_history_is_known_by_when_it_begins_to_hold(tmp_path: Path) -> None:
    found = contract(tmp_path, history=True, version="changed_at")
    assert (found.version_by, found.history) == ("changed_at", True)
    assert (found.primary_key, found.row_key) == (("id",), ("id", "valid_from"))


@pytest.mark.parametrize("name", ["name", "number", "changed_at", "perhaps_at"])
def test_a_version_is_any_column_that_is_kept(tmp_path: Path, name: str) -> None:
    assert contract(tmp_path, version=name).version_by == name


BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"version": "nothing"}, "version: expected one of name, number, changed_at, perhaps_at, got nothing"),
    ({"version": "mail"}, "version: expected one of name, number"),
    ({"version": "id"}, "version: expected one of name, number"),
    ({"history": "yes"}, "history: expected true or false, got yes; write one of them"),
    (
        {"history": True, "version": "number"},
        "expected timestamp or date, required, since rows hold from it, got bigint",
    ),
    ({"history": True, "version": "perhaps_at"}, "version: perhaps_at: expected timestamp or date, required"),
    ({"layer": "gold", "history": True}, "version, history: expected a contract of silver, got gold.things"),
    ({"layer": "bronze", "version": "name"}, "version, history: expected a contract of silver, got bronze.things"),
]


@pytest.mark.parametrize(("custom", "says"), BROKEN)
def test_what_cannot_be_done_is_refused(tmp_path: Path, custom: dict[str, Any], says: str) -> None:
    with pytest.raises(ContractError) as caught:
        contract(tmp_path, **custom)
    assert says in str(caught.value)


@pytest.mark.parametrize("name", ["valid_from", "valid_to", "current"])
def test_the_columns_of_a_history_are_its_own(tmp_path: Path, name: str) -> None:
    columns = [key(), prop(name)]
    assert load(tmp_path, document("silver.things", *columns)).columns[1].name == name
    with pytest.raises(ContractError, match=f"{name}: expected no such column beside history: true"):
        load(tmp_path, document("silver.things", *columns, history=True))
