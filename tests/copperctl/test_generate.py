"""Sample data: the same bytes each time, in the shape of the contracts, and dirty exactly as it says."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from copperctl.generate import Sample, generate, zoop
from copperctl.generate.dirt import KINDS, soil
from copperctl.samples import make
from copperline.contract import load_contracts
from copperline.errors import UsageError
from copperline.files.records import Pending
from copperline.files.route import route
from copperline.frames.conform import conform
from copperline.frames.judge import judge
from copperline.frames.read import read_files
from glue_jobs.bronze_to_silver import inventory, ratings, sales

JOBS = {"sales": sales.JOB, "inventory": inventory.JOB, "ratings": ratings.JOB}
TABLES = tuple(JOBS)
KEYS = {"sales": "ID_venda", "inventory": "ID_estoque", "ratings": "ID_social"}
DELIVERED = datetime(2025, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sample")


@pytest.fixture(scope="module")
def sample(folder: Path) -> Sample:
    return generate(folder, rows=300, seed=3, days=100, dirt=2)


def rows_of(sample: Sample, table: str) -> list[dict[str, Any]]:
    path = next(path for path in sample.files if path.parent.name == load_contracts()[f"bronze.zoop_{table}"].folder)
    found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return found


def digests(sample: Sample) -> list[str]:
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in sample.files]


def test_the_same_arguments_make_the_same_bytes(sample: Sample, tmp_path: Path) -> None:
    again = generate(tmp_path / "again", rows=300, seed=3, days=100, dirt=2)
    other = generate(tmp_path / "other", rows=300, seed=4, days=100, dirt=2)
    assert digests(again) == digests(sample)
    assert not set(digests(other)) & set(digests(sample))
    assert (again.rows, again.dirt) == (sample.rows, sample.dirt)


@pytest.mark.parametrize("table", TABLES)
def test_a_file_has_the_contracts_columns_and_a_place_that_promote_knows(
    sample: Sample, folder: Path, table: str
) -> None:
    contract = load_contracts()[f"bronze.zoop_{table}"]
    path = next(path for path in sample.files if path.parent.name == contract.folder)
    schema = pq.read_schema(path)
    kinds = {"bigint": "int64", "double": "double", "string": "string"}
    assert [(field.name, str(field.type)) for field in schema] == [
        (column.name, kinds[column.type]) for column in contract.columns
    ]
    assert route(path.relative_to(folder).as_posix(), load_contracts()).contract is contract
    assert pq.read_metadata(path).num_rows == sample.rows[table]


def test_inventory_agrees_with_sales() -> None:
    random = Random(5)
    sold = zoop.sales(random, 500, 100)
    counted = zoop.inventory(random, sold, 100)
    units: Counter[tuple[int, str]] = Counter()
    for sale in sold:
        units[sale["ID_produto"], f"{sale['Ano']}/{sale['Mês']:02}/01"] += sale["Quantidade"]
    out = {(row["ID_produto"], row["Data"]): row["Quantidade_vendida"] for row in counted}
    assert {key: sold for key, sold in out.items() if sold} == units
    stock: dict[int, int] = defaultdict(int)
    for row in counted:
        assert row["Quantidade_em_estoque"] == stock[row["ID_produto"]], "a month opens with what the last one left"
        stock[row["ID_produto"]] += row["Quantidade_novos_produtos"] - row["Quantidade_vendida"]
        assert stock[row["ID_produto"]] >= 0
    assert len(counted) == 4 * len(stock)


def test_the_days_are_those_that_were_asked_for() -> None:
    sold = zoop.sales(Random(1), 200, 3)
    assert {(row["Ano"], row["Mês"], row["Dia"]) for row in sold} == {(2024, 1, 1), (2024, 1, 2), (2024, 1, 3)}


@pytest.mark.parametrize("table", TABLES)
def test_clean_rows_are_not_touched(table: str) -> None:
    made = {"sales": zoop.sales(Random(1), 50, 30), "ratings": zoop.ratings(Random(1), 50, 30)}
    clean = made[table] if table in made else zoop.inventory(Random(1), made["sales"], 30)
    mixed, soiled = soil(Random(2), table, clean, 3)
    kinds = [kind for kind in KINDS if kind.table == table]
    own = [row for row in mixed if row[KEYS[table]] is not None and row[KEYS[table]] < len(clean)]
    assert sorted(own, key=lambda row: row[KEYS[table]]) == clean
    assert soiled == [(kind, 3) for kind in kinds]
    assert len(mixed) == len(clean) + 3 * len(kinds)


def test_there_is_dirt_of_many_kinds_each_with_a_name_of_its_own() -> None:
    assert len({(kind.table, kind.name) for kind in KINDS}) == len(KINDS) >= 8
    assert {kind.table for kind in KINDS} == set(TABLES)


def test_without_dirt_nothing_is_to_be_rejected(tmp_path: Path) -> None:
    clean = generate(tmp_path, rows=20, days=10, dirt=0)
    assert clean.rows["sales"] == 20
    assert all(not +clean.rejected(table) for table in TABLES)
    assert sum(generate(tmp_path, rows=20, days=10).rejected("sales").values()) == 12, "one of each kind at the least"


@pytest.mark.parametrize("wrong", [{"rows": 0}, {"days": 0}, {"dirt": -1}])
def test_what_cannot_be_made_is_refused(tmp_path: Path, wrong: dict[str, int]) -> None:
    with pytest.raises(UsageError, match=f"generate: --{next(iter(wrong))}: expected at least"):
        generate(tmp_path, **wrong)


def test_what_must_be_rejected_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sample = make(tmp_path, rows=10, seed=1, days=5, dirt=2)
    told = capsys.readouterr().out
    assert f"{sample.rows['sales']} sales" in told.splitlines()[0]
    for kind in KINDS:
        line = next(line for line in told.splitlines() if f"│ {kind.name} " in line and f"│ {kind.table} " in line)
        assert [cell.strip() for cell in line.strip("│").split("│")][2:] == ["2", kind.reason or "accepted, mended"]


@pytest.mark.spark
@pytest.mark.parametrize("table", TABLES)
def test_every_kind_of_dirt_is_rejected_for_its_reason_and_nothing_else_is(
    spark: SparkSession, sample: Sample, tmp_path: Path, table: str
) -> None:
    job, contracts = JOBS[table], load_contracts()
    source = contracts[job.reads[0]]
    path = next(path for path in sample.files if path.parent.name == source.folder)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    bronze = tmp_path / f"{digest[:16]}-{path.name}"
    bronze.write_bytes(path.read_bytes())
    file = Pending("d1", DELIVERED, str(bronze), f"zoop/{table}/{path.name}", "1", 1, digest, source.id)
    judged = (
        job.transform(read_files(spark, source, [file]))
        .transform(conform, contracts[job.writes])
        .transform(judge, contracts[job.writes])
    )
    found = judged.groupBy("_reasons").agg(F.count("*").alias("n")).collect()
    reasons = {tuple(row["_reasons"]): row["n"] for row in found}
    accepted = reasons.pop((), 0)
    assert reasons == {(reason,): count for reason, count in sample.rejected(table).items()}
    assert accepted == sample.rows[table] - sum(sample.rejected(table).values())
