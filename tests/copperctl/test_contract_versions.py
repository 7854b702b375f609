"""Two versions of contracts: what goes on, and what breaks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from copperctl import contract_versions
from copperctl.contract_versions import ADDITIVE, BREAKING, compare
from copperline.contract import load_contracts
from copperline.errors import UsageError
from tests.copperctl.conftest import Command
from tests.support.contracts import Document, document, key, prop, write

OPTIONAL, REQUIRED = prop("n", "int", "integer"), prop("n", "int", "integer", required=True)
LARGE, TEXT = prop("n", "bigint", "integer"), prop("n")
RANGED = prop("n", "int", "integer", logicalTypeOptions={"minimum": 0})
PERSONAL = prop("n", "int", "integer", classification="personal")
HASHED = PERSONAL | {"encryptedName": "n_hash"}
MONEY, MORE_MONEY = prop("n", "decimal(10,2)", "number"), prop("n", "decimal(12,2)", "number")
Verdicts = list[tuple[str, str]]

#: A property before and now (None: it is not there), and what follows in bronze and in silver.
CHANGES: list[tuple[str, Document | None, Document | None, Verdicts, Verdicts]] = [
    ("nothing", OPTIONAL, OPTIONAL | {"description": "Other words."}, [], []),
    ("new", None, OPTIONAL, [("n", ADDITIVE)], [("n", ADDITIVE)]),
    ("new and required", None, REQUIRED, [("n", BREAKING)], [("n", ADDITIVE)]),
    ("gone", OPTIONAL, None, [("n", BREAKING)], [("n", BREAKING)]),
    ("required now", OPTIONAL, REQUIRED, [("n", BREAKING)], [("n", ADDITIVE)]),
    ("no longer required", REQUIRED, OPTIONAL, [("n", ADDITIVE)], [("n", BREAKING)]),
    ("wider", OPTIONAL, LARGE, [("n", BREAKING)], [("n", ADDITIVE)]),
    ("narrower", LARGE, OPTIONAL, [("n", BREAKING)], [("n", BREAKING)]),
    ("another type", OPTIONAL, TEXT, [("n", BREAKING)], [("n", BREAKING)]),
    ("more digits", MONEY, MORE_MONEY, [("n", ADDITIVE)], [("n", ADDITIVE)]),
    ("fewer digits", MORE_MONEY, MONEY, [("n", BREAKING)], [("n", BREAKING)]),
    ("a rule more", OPTIONAL, RANGED, [("n", BREAKING)], [("n", ADDITIVE)]),
    ("a rule less", RANGED, OPTIONAL, [("n", ADDITIVE)], [("n", BREAKING)]),
    ("personal and absent", OPTIONAL, PERSONAL, [("n", ADDITIVE)], [("n", BREAKING)]),
    ("personal and hashed", OPTIONAL, HASHED, [("n", ADDITIVE)], [("n_hash", ADDITIVE), ("n", BREAKING)]),
    ("no longer personal", PERSONAL, OPTIONAL, [("n", BREAKING)], [("n", BREAKING)]),
]


def contracts(folder: Path, layer: str, *properties: Document | None, **custom: Any) -> Any:
    there = [one for one in properties if one is not None]
    write(folder, document(f"{layer}.things", key(), *there, **custom))
    return load_contracts(folder)


@pytest.mark.parametrize(
    ("before", "now", "bronze", "silver"), [case[1:] for case in CHANGES], ids=[c[0] for c in CHANGES]
)
def test_a_change_is_additive_or_breaking(
    tmp_path: Path, before: Document | None, now: Document | None, bronze: Verdicts, silver: Verdicts
) -> None:
    for layer, want in (("bronze", bronze), ("silver", silver)):
        found = compare(
            contracts(tmp_path / f"{layer}-before", layer, before), contracts(tmp_path / f"{layer}-now", layer, now)
        )
        assert [(one.column, one.follows) for one in found] == want, layer


def test_whole_contracts_come_go_and_change_their_key(tmp_path: Path) -> None:
    before, now = tmp_path / "before", tmp_path / "now"
    write(before, document("bronze.old", key()))
    write(before, document("bronze.things", key()))
    write(before, document("silver.things", key(), prop("n", primaryKey=False)))
    write(now, document("bronze.new", key()))
    write(now, document("bronze.things", key(), folder="others"))
    write(now, document("silver.things", key(), prop("n", primaryKey=True, primaryKeyPosition=2)))
    found = compare(load_contracts(before), load_contracts(now))
    assert [(one.contract, one.column, one.follows) for one in found] == [
        ("bronze.new", "", ADDITIVE),
        ("bronze.old", "", BREAKING),
        ("bronze.things", "(files)", BREAKING),
        ("silver.things", "(primary key)", BREAKING),
    ]


def test_a_commit_and_a_folder_are_compared_with_this_checkout(
    copperctl: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = Path(__file__).parents[2] / "contracts"
    ended = copperctl("contract", "diff", "--against", here)
    assert (ended.code, ended.out) == (0, "no difference\n")
    assert contract_versions.tell("", "HEAD") in (True, False)
    capsys.readouterr()
    write(tmp_path / "contracts", document("bronze.zoop_sales", prop("gone")))
    ended = copperctl("contract", "diff", "zoop_sales", "--against", tmp_path)
    assert ended.code == 1
    assert "breaking: jobs and readers no longer find the column" in ended.out
    assert "bronze.zoop_stock" not in ended.out


@pytest.mark.parametrize("against", ["no-such-commit", "{folder}"])
def test_what_has_no_contracts_is_named(tmp_path: Path, against: str) -> None:
    with pytest.raises(UsageError, match="contract diff: --against: expected a"):
        contract_versions.tell("", against.format(folder=tmp_path))
