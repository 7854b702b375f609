from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from copperctl.render.queries import table_of
from copperline.contract import load_contracts
from tests.support.templates import ROOT, of_type, template

FOLDER = ROOT / "athena_queries"
FILES = sorted(FOLDER.glob("*.sql"))
COLUMNS = {
    "top_10_products_by_region": ["product", "customer_region", "units_sold"],
    "ten_lowest_stocks": ["product", "units_received", "units_sold", "stock_left"],
    "units_sold_by_rating": ["product", "rating", "units_sold"],
}


@pytest.fixture
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA gold")
        yield connection


def answer(database: duckdb.DuckDBPyConnection, name: str) -> list[tuple[object, ...]]:
    found = database.execute((FOLDER / f"{name}.sql").read_text().replace("${GoldDatabase}", "gold"))
    assert [column[0] for column in found.description or []] == COLUMNS[name]
    return found.fetchall()


def test_sqlfluff_finds_nothing() -> None:
    command = [sys.executable, "-m", "sqlfluff", "lint", "--nocolor", str(FOLDER)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_three_questions_are_there() -> None:
    assert {file.stem for file in FILES} >= set(COLUMNS)
    assert {query["Name"] for query in of_type(template("athena_queries"), "AWS::Athena::NamedQuery").values()} == {
        file.stem for file in FILES
    }


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_query_names_a_gold_table_and_uses_it(file: Path) -> None:
    layer, _, stem = table_of(file).partition(".")
    assert layer == "gold"
    assert table_of(file) in load_contracts()
    assert f"${{GoldDatabase}}.{stem}" in file.read_text()


def test_the_best_sellers_are_chosen_overall_and_shown_by_region(database: duckdb.DuckDBPyConnection) -> None:
    database.execute("CREATE TABLE gold.sales (product VARCHAR, customer_region VARCHAR, units_sold BIGINT)")
    database.execute("INSERT INTO gold.sales SELECT 'p' || lpad(i::VARCHAR, 2, '0'), 'South', 100 FROM range(12) r(i)")
    database.execute("INSERT INTO gold.sales VALUES ('p11', 'North', 7), ('p11', 'East', 7), ('p11', 'South', 1)")
    rows = answer(database, "top_10_products_by_region")
    assert rows[:4] == [
        ("p11", "South", 101),
        ("p11", "East", 7),
        ("p11", "North", 7),
        ("p00", "South", 100),
    ]
    assert [row[0] for row in rows[4:]] == [f"p{number:02}" for number in range(1, 9)]


def test_stock_left_is_received_less_sold_over_all_months(database: duckdb.DuckDBPyConnection) -> None:
    database.execute("CREATE TABLE gold.inventory (product VARCHAR, units_received BIGINT, units_sold BIGINT)")
    database.execute("INSERT INTO gold.inventory VALUES ('b', 10, 4), ('b', 5, 6), ('c', 9, 1), ('a', 5, 0)")
    database.execute("INSERT INTO gold.inventory SELECT 'z' || i, 1000, 0 FROM range(9) r(i)")
    rows = answer(database, "ten_lowest_stocks")
    assert rows[:4] == [("a", 5, 0, 5), ("b", 15, 10, 5), ("c", 9, 1, 8), ("z0", 1000, 0, 1000)]
    assert len(rows) == 10


def test_a_rating_that_nobody_bought_by_is_left_out(database: duckdb.DuckDBPyConnection) -> None:
    database.execute("CREATE TABLE gold.ratings (product VARCHAR, rating INTEGER, units_sold BIGINT)")
    database.execute("INSERT INTO gold.ratings VALUES ('b', 1, 3), ('a', 5, 2), ('a', 4, 1), ('a', 1, 0)")
    assert answer(database, "units_sold_by_rating") == [("a", 4, 1), ("a", 5, 2), ("b", 1, 3)]
