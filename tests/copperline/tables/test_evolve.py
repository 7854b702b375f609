from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from copperline.contract import Contract
from copperline.errors import ContractError
from copperline.tables.evolve import Evolution, evolution, evolve, spark_name
from tests.copperline.tables.conftest import Make
from tests.support.contracts import Document, document, key, load, prop

MONEY = prop("money", "decimal(12,2)", "number")
SMALL, LARGE = prop("n", "int", "integer"), prop("n", "bigint", "integer")
MAIL = prop("mail", classification="personal", encryptedName="mail_hash")
GONE = prop("phone", classification="personal")


def contract(folder: Path, *properties: Document) -> Contract:
    return load(folder, document("silver.things", key(), *properties))


@pytest.mark.parametrize(
    ("properties", "there", "want"),
    [
        ([SMALL], {"id": "long", "n": "int", "_run": "string"}, Evolution()),
        ([SMALL, MAIL, GONE], {"id": "long", "n": "int"}, Evolution(added=("mail_hash",))),
        ([LARGE, MONEY], {"id": "long", "n": "int", "money": "decimal(10, 2)"}, Evolution(widened=("n", "money"))),
        ([MONEY], {"id": "long", "money": "decimal(12, 2)"}, Evolution()),
        ([], {"id": "long", "valid_from": "timestamptz", "valid_to": "timestamptz", "current": "boolean"}, Evolution()),
    ],
)
def test_what_a_table_lacks_is_told(
    tmp_path: Path, properties: list[Document], there: dict[str, str], want: Evolution
) -> None:
    assert evolution(contract(tmp_path, *properties), there) == want


@pytest.mark.parametrize(
    ("properties", "there", "words"),
    [
        ([SMALL], {"id": "long", "n": "long"}, "n: expected bigint, as the table was made, got int"),
        ([SMALL], {"id": "long", "n": "string"}, "n: expected string, as the table was made, got int"),
        ([MONEY], {"id": "long", "money": "decimal(12, 3)"}, "money: expected decimal(12,3), as the table was made"),
        ([MONEY], {"id": "long", "money": "decimal(14, 2)"}, "got decimal(12,2)"),
        ([], {"id": "long", "n": "int"}, "n: expected a column, as the table was made, got none"),
    ],
)
def test_what_would_lose_something_stops_the_run(
    tmp_path: Path, properties: list[Document], there: dict[str, str], words: str
) -> None:
    with pytest.raises(ContractError) as raised:
        evolution(contract(tmp_path, *properties), there)
    assert words in str(raised.value)
    assert "drop the table and run it with --reprocess" in str(raised.value)


@pytest.mark.spark
def test_a_table_is_brought_up_to_its_contract_once(spark: SparkSession, tmp_path: Path, make_table: Make) -> None:
    table = make_table("id bigint, n int, money decimal(10,2)")
    spark.sql(f"INSERT INTO {table.full_name} VALUES (1, 2, 3.50)")
    table.refresh()
    wider = contract(tmp_path, LARGE, MONEY, MAIL)
    assert evolve(table, wider) == Evolution(added=("mail_hash",), widened=("n", "money"))
    assert table.columns() == {"id": "long", "n": "long", "money": "decimal(12, 2)", "mail_hash": "string"}
    assert [tuple(map(str, row)) for row in table.read().collect()] == [("1", "2", "3.50", "None")]
    assert evolve(table, wider) == Evolution()


@pytest.mark.spark
def test_types_are_called_as_contracts_call_them(make_table: Make) -> None:
    kinds = ["string", "boolean", "int", "bigint", "float", "double", "date", "timestamp", "binary", "decimal(12,2)"]
    table = make_table(", ".join(f"c{number} {kind}" for number, kind in enumerate(kinds)))
    assert [spark_name(kind) for kind in table.columns().values()] == kinds
