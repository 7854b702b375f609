"""`copperctl ledger` where layers agree, and where they do not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from copperctl import accounts, reconciliation
from copperctl import ledger as ledgers
from copperctl.athena import Answer
from copperctl.aws import Aws
from copperctl.ledger import number
from copperctl.reconciliation import Line, as_they_are, by_run, summed
from copperline.contract import Contract
from copperline.files.iceberg import Head
from tests.copperctl.conftest import Command

ROWS = [
    # run     table           read ins upd unc sup qua del
    ("jr_1", "silver.sales", "10", "8", "0", "0", "0", "2", "0"),
    ("jr_2", "silver.sales", "5", "1", "2", "1", "1", "0", "0"),
    ("jr_3", "gold.sales", "9", "9", "0", "0", "0", "0", "1"),
]
QUANTITY = {"measure": "quantity", "source": "bronze.zoop_sales", "expected": "12", "found": "12"}
REVENUE = {"measure": "revenue", "source": "silver.sales", "expected": "7.5", "found": "7.5"}
MEASURES = [
    ("jr_1", "silver.sales", [QUANTITY]),
    ("jr_2", "silver.sales", [QUANTITY]),
    ("jr_3", "gold.sales", [REVENUE]),
]
#: What Athena answers: by the snapshot that it is asked about, or by the table of the ledger's rows.
NUMBERS = {"VERSION AS OF 11": ["9", "2", "20", "7.5"], "'gold.sales'": ["9"], "VERSION AS OF 22": ["2", "20", "7.50"]}
NUMBERS |= {"VERSION AS OF 33": ["4"], "'silver.sales'": ["4"]}
HEADS = {"gold.sales": Head("11", {"silver.sales": "22"}), "silver.sales": Head("33", {})}


class Told:
    """What the ledgers and the tables hold; a test changes what it is about."""

    def __init__(self) -> None:
        self.rows = [list(row) for row in ROWS]
        self.measures = [(run, table, [dict(one) for one in many]) for run, table, many in MEASURES]
        self.numbers = {place: list(numbers) for place, numbers in NUMBERS.items()}
        self.at_work: set[str] = set()

    def ledger(self, _: Aws, *, runs: Sequence[str], tables: Sequence[str]) -> Answer:
        types = ("varchar", "varchar", *["bigint"] * 7)
        rows = self._wanted(self.rows, runs, tables)
        return Answer(("run_id", "table_name", *accounts.COUNTS), types, tuple(tuple(row) for row in rows))

    def compared(self, _: Aws, *, runs: Sequence[str], tables: Sequence[str]) -> Answer:
        rows = [(run, table, json.dumps(many)) for run, table, many in self._wanted(self.measures, runs, tables)]
        return Answer(("run_id", "table_name", "measures"), ("varchar",) * 3, tuple(rows))

    @staticmethod
    def _wanted(rows: Sequence[Any], runs: Sequence[str], tables: Sequence[str]) -> list[Any]:
        return [row for row in rows if row[0] in (runs or [row[0]]) and row[1] in (tables or [row[1]])]

    def ask(self, _: Aws, sql: str, database: str = "") -> Answer:
        [numbers] = [numbers for place, numbers in self.numbers.items() if place in sql]
        return Answer((), (), (tuple(numbers),))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    found = Told()
    for module in (reconciliation, accounts):
        monkeypatch.setattr(module, "ledger", found.ledger)
        monkeypatch.setattr(module, "measures", found.compared)
    monkeypatch.setattr(reconciliation, "ask", found.ask)
    monkeypatch.setattr(reconciliation, "_head", lambda _, contract: _head_of(contract))
    monkeypatch.setattr(reconciliation, "_at_rest", lambda _, table: table in HEADS and table not in found.at_work)
    monkeypatch.setattr(
        accounts, "pages", lambda *_, runs, tables: [f"s3://docs/silver/sales/{run}.html" for run in runs]
    )
    return found


def _head_of(contract: Contract) -> Head | None:
    return HEADS.get(contract.id)


def differing(lines: Sequence[Line]) -> list[tuple[str, str, str, Decimal]]:
    return [(line.run, line.table, line.what, line.difference) for line in lines if line.difference]


def test_layers_that_agree_are_shown_and_the_command_ends_well(copperctl: Command, state: Path, told: Told) -> None:
    ended = copperctl("ledger", "--state", state)
    assert (ended.code, ended.err) == (0, "")
    cells = [[cell.strip() for cell in line.strip("│").split("│")] for line in ended.out.splitlines() if "│" in line]
    assert ["silver.sales", "quantity", "bronze.zoop_sales", "24", "24", "0"] in cells
    assert ["silver.sales", "rows read", "what became of them", "15", "15", "0"] in cells
    assert ["gold.sales", "rows", "ops.rows", "9", "9", "0"] in cells
    assert ["gold.sales", "revenue", "silver.sales", "7.5", "7.5", "0"] in cells


def test_of_one_run_its_pages_are_named_and_no_table_is_read(copperctl: Command, state: Path, told: Told) -> None:
    told.numbers = {}
    ended = copperctl("ledger", "--run", "jr_1", "--state", state)
    assert ended.code == 0, ended.err
    assert "audit  s3://docs/silver/sales/jr_1.html" in ended.out
    assert "As the tables are" not in ended.out


@pytest.mark.parametrize("options", [(), ("--csv",), ("--json",)])
def test_a_difference_is_said_and_the_command_ends_with_1(
    copperctl: Command, state: Path, told: Told, options: tuple[str, ...]
) -> None:
    told.numbers["VERSION AS OF 11"] = ["9", "2", "20", "7.49"]
    told.rows[0][3] = "7"
    ended = copperctl("ledger", *options, "--state", state)
    assert ended.code == 1
    assert ended.err == (
        "copperctl: ledger: silver.sales in jr_1: rows read: expected 9 as what became of them has it, got 10, "
        "a difference of 1; gold.sales: revenue: expected 7.5 as silver.sales has it, got 7.49, a difference of -0.01; "
        "report this\n"
    )
    assert "jr_2" in ended.out


PLANTED: list[tuple[str, Any, tuple[str, str, str, int]]] = [
    ("a row too many", lambda it: it.rows[1].__setitem__(2, "6"), ("jr_2", "silver.sales", "rows read", 1)),
    ("a sum of a run", lambda it: it.measures[2][2][0].update(found="9.5"), ("jr_3", "gold.sales", "revenue", 2)),
    ("rows of a table", lambda it: it.numbers.update({"VERSION AS OF 33": ["3"]}), ("", "silver.sales", "rows", -1)),
    ("a ledger too long", lambda it: it.numbers.update({"'gold.sales'": ["8"]}), ("", "gold.sales", "rows", 1)),
    ("units", lambda it: it.numbers["VERSION AS OF 11"].__setitem__(2, "21"), ("", "gold.sales", "units_sold", 1)),
]  # fmt: skip


@pytest.mark.parametrize(("_", "plant", "found"), PLANTED, ids=[name for name, *_ in PLANTED])
def test_each_kind_of_difference_is_found(
    aws: Aws, told: Told, _: str, plant: Any, found: tuple[str, str, str, int]
) -> None:
    plant(told)
    lines = [*by_run(aws, runs=[], tables=[]), *as_they_are(aws, [])]
    assert differing(lines) == [(*found[:3], Decimal(found[3]))]


def test_a_table_at_work_is_left_out(aws: Aws, told: Told) -> None:
    told.at_work = {"gold.sales"}
    assert {line.table for line in as_they_are(aws, [])} == {"silver.sales"}
    assert as_they_are(aws, ["gold.sales"]) == []
    told.at_work = set()
    assert {line.table for line in as_they_are(aws, ["gold.sales"])} == {"gold.sales"}


def test_two_differences_that_cancel_out_are_both_found(aws: Aws, told: Told) -> None:
    told.measures[0][2][0]["found"], told.measures[1][2][0]["found"] = "11", "13"
    lines = by_run(aws, runs=[], tables=[])
    assert differing(summed(lines)) == []
    assert [line.difference for line in lines if line.difference] == [Decimal(-1), Decimal(1)]


@pytest.mark.parametrize(
    ("value", "text"), [("0", "0"), ("0.000", "0"), ("100", "100"), ("1E+3", "1000"), ("-7.50", "-7.5")]
)
def test_numbers_are_written_out(value: str, text: str) -> None:
    assert number(Decimal(value)) == text


def test_many_pages_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    ledgers._pages([f"s3://docs/silver/sales/{run}.html" for run in range(9)], everything=True)
    assert capsys.readouterr().out == "9 pages of audits in s3://docs; `--run RUN` names those of a run\n"
