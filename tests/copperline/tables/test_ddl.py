from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from copperline.contract import Contract, load_contracts
from copperline.tables.ddl import PROPERTIES, create_table
from copperline.tables.iceberg import CATALOG
from localaws.testing import Server
from tests.support.contracts import document, key, load, prop

SAID = 'Maria\'s "own" back\\slash; DROP TABLE x -- `quoted`'


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    mail = prop("mail", classification="personal", encryptedName="mail_hash") | {"description": "Her mail."}
    day = prop("Mês", "date", "date", partitioned=True, partitionKeyPosition=1) | {"description": SAID}
    return load(tmp_path, document("silver.things", key(), mail, day))


def test_a_statement_has_columns_comments_and_properties(contract: Contract) -> None:
    statement = create_table(contract, "glue_catalog.db.things")
    assert statement.startswith(
        "CREATE TABLE IF NOT EXISTS glue_catalog.db.things (`id` bigint COMMENT 'The id.', "
        "`mail_hash` string COMMENT 'Her mail.', `Mês` date COMMENT "
    )
    assert "`_source_row` bigint COMMENT 'The row\\'s place in that file, from 0.'" in statement
    assert "COMMENT 'The things. One row per id.'" in statement
    assert all(f"'{name}'='{value}'" in statement for name, value in PROPERTIES.items())
    assert "PARTITIONED" not in statement


def test_a_large_table_is_partitioned(contract: Contract) -> None:
    statement = create_table(contract, "db.things", partitioned=True)
    assert "USING iceberg PARTITIONED BY (`Mês`) COMMENT" in statement
    gold = replace(contract, id="gold.things", columns=contract.columns[:1])
    assert "PARTITIONED" not in create_table(gold, "db.things", partitioned=True)


def test_gold_knows_its_run_alone() -> None:
    statement = create_table(load_contracts()["gold.sales"], "db.sales")
    assert "`_run` string" in statement
    assert "_source_file" not in statement


@pytest.mark.spark
def test_the_catalog_keeps_every_comment_to_the_letter(
    spark: SparkSession, aws_server: Server, database: str, contract: Contract
) -> None:
    statement = create_table(contract, f"{CATALOG}.{database}.commented", partitioned=True)
    for _ in range(2):
        spark.sql(statement)
    table = aws_server.client("glue").get_table(DatabaseName=database, Name="commented")["Table"]
    columns = {column["Name"]: column for column in table["StorageDescriptor"]["Columns"]}
    assert columns["Mês"]["Comment"] == SAID
    assert columns["mail_hash"]["Type"] == "string"
    assert spark.table(f"{CATALOG}.{database}.commented").schema["Mês"].metadata["comment"] == SAID


def test_a_partition_may_be_a_transform_of_its_column() -> None:
    sales = load_contracts()["silver.sales"]
    assert "PARTITIONED BY (months(`sold_at`)) " in create_table(sales, "db.sales", partitioned=True)
    assert "PARTITIONED" not in create_table(sales, "db.sales")


def test_a_history_says_for_how_long_a_row_holds(tmp_path: Path) -> None:
    plain = load(tmp_path, document("silver.things", key(), prop("current")))
    history = load(tmp_path, document("silver.others", key(), history=True))
    assert "`current` string COMMENT 'The current.', `_delivered_at` timestamp" in create_table(plain, "db.things")
    statement = create_table(history, "db.others")
    assert "`id` bigint COMMENT 'The id.', `valid_from` timestamp COMMENT 'The moment from which" in statement
    assert "`current` boolean COMMENT 'Whether the row holds now.', `_delivered_at` timestamp" in statement


def test_a_table_of_random_keys_may_be_in_buckets(tmp_path: Path) -> None:
    words: dict[str, object] = {"partitioned": True, "partitionKeyPosition": 1}
    words["customProperties"] = [{"property": "partitionTransform", "value": "bucket(16)"}]
    contract = load(tmp_path, document("silver.things", key() | words))
    assert "PARTITIONED BY (bucket(16, `id`)) " in create_table(contract, "db.things", partitioned=True)
