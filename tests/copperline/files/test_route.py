"""Where a key belongs, and what it is called from bronze on."""

from __future__ import annotations

from datetime import date

import pytest

from copperline.files.route import bronze_key, refused_key, route, unknown_table
from tests.copperline.files.world import bronze, contracts

DAY = date(2026, 1, 2)
ORDERS = bronze("orders", folder="sales_order", feed="erp")
CONTRACTS = contracts(
    bronze("sales", folder="sales", aliases=("vendas",), feed="zoop"),
    bronze("inventory", folder="inventory", aliases=("estoques",), feed="zoop"),
    bronze("erp_sales", folder="sales", feed="erp"),
    ORDERS,
)


@pytest.mark.parametrize(
    ("key", "contract", "table"),
    [
        ("zoop/sales/a.parquet", "bronze.sales", "sales"),
        ("zoop/vendas/2024/01/a.parquet", "bronze.sales", "sales"),
        ("zoop/vendas_2024.parquet", "bronze.sales", "sales"),
        ("zoop/DATA/estoques_zoop_bronze.parquet", "bronze.inventory", "inventory"),
        ("zoop/data/sales.parquet", "bronze.sales", "sales"),
        ("erp/sales_order_1.csv", "bronze.orders", "sales_order"),
        ("erp/sales_1.csv", "bronze.erp_sales", "sales"),
        ("erp/sales/sales_order_1.csv", "bronze.erp_sales", "sales"),
        ("zoop/Sales/a.parquet", None, "Sales"),
        ("zoop/returns/sales_1.parquet", None, "returns"),
        ("zoop/vendas2024.parquet", None, "-"),
        ("zoop/DATA/x/vendas_1.parquet", None, "DATA"),
        ("other/sales/a.parquet", None, "sales"),
        ("vendas_2024.parquet", None, "-"),
        ("/zoop/sales/a.parquet", None, "zoop"),
    ],
)
def test_a_key_names_its_table(key: str, contract: str | None, table: str) -> None:
    found = route(key, CONTRACTS)
    assert (found.contract.id if found.contract else None, found.table) == (contract, table)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("a b'\"+%2Fé.csv", "a b'\"+%2Fé.csv"),
        ("a[1]{x}*?:.csv", "a_1__x____.csv"),
        ("tab\tnew\nline.csv", "tab_new_line.csv"),
        ("é" * 300 + ".csv", "é" * 98 + ".csv"),
    ],
)
def test_a_bronze_name_keeps_what_spark_can_read(name: str, plain: str) -> None:
    found = route(f"zoop/vendas/{name}", CONTRACTS)
    assert bronze_key(found, DAY, "ab" * 32) == f"zoop/sales/ingest_date=2026-01-02/abababababababab-{plain}"


def test_the_longest_key_of_all_still_fits() -> None:
    found = route("x" * 1000 + "/y.csv", CONTRACTS)
    assert len(refused_key(found, DAY, "ab" * 32).encode()) <= 1024


def test_a_refused_file_lies_where_nobody_looks() -> None:
    found = route("a.csv", CONTRACTS)
    assert refused_key(found, DAY, "ab" * 32) == "_refused/-/-/ingest_date=2026-01-02/abababababababab-a.csv"


def test_a_file_of_no_table_is_told_of_those_there_are() -> None:
    refusal = unknown_table(route("zoop/toys/a.csv", CONTRACTS), CONTRACTS)
    assert refusal.reason == "unknown_table"
    assert "zoop/toys/" in refusal.detail
    assert "erp/sales/, erp/sales_order/, zoop/inventory/, zoop/sales/" in refusal.detail
