"""What the six tables must hold, worked out from the delivered files by DuckDB: no code is shared with the jobs."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

REFERENCE = Path(__file__).resolve().parents[2] / "contracts/reference"

SALES = """
CREATE TABLE sales AS
WITH delivered AS (
  SELECT *, file_row_number AS place,
         try_strptime(format('{:04d}-{:02d}-{:02d} {}', Ano, "Mês", Dia, Horario), '%Y-%m-%d %H:%M:%S') AS sold_at,
         coalesce(Categoria_produto, p.category) AS category, p.product AS known, s.state AS state
  FROM read_parquet($sales, file_row_number = true)
  LEFT JOIN products p ON Produto = p.product
  LEFT JOIN states s ON UF_cliente = s.name
)
SELECT ID_venda AS sale_id, sold_at, Canal_venda AS channel, Origem_venda AS origin, ID_produto AS product_id,
       Produto AS product, category, CAST(Preco_unitario AS decimal(12, 2)) AS unit_price,
       CAST(Quantidade AS integer) AS quantity, Metodo_pagamento AS payment_method, ID_cliente AS customer_id,
       keyed(Nome_cliente) AS customer_hash, Genero_cliente AS customer_gender,
       CAST(Idade_cliente AS integer) AS customer_age, Cidade_cliente AS customer_city, state AS customer_state,
       Regiao_cliente AS customer_region, CAST(Avaliacao AS integer) AS rating, place AS _source_row
FROM delivered
WHERE ID_venda IS NOT NULL AND sold_at <= CAST($now AS timestamp) AND known IS NOT NULL AND state IS NOT NULL
  AND Canal_venda IN ('Loja 1', 'Loja 2', 'e-commerce') AND Preco_unitario >= 0 AND Quantidade BETWEEN 1 AND 10000
  AND Avaliacao BETWEEN 1 AND 5 AND Nome_cliente IS NOT NULL
"""
INVENTORY = """
CREATE TABLE inventory AS
WITH delivered AS (
  SELECT *, file_row_number AS place, replace(Produto, '_', ' ') AS name,
         try_strptime(Data || ' ' || Horario, '%Y/%m/%d %H:%M:%S') AS counted_at
  FROM read_parquet($inventory, file_row_number = true)
)
SELECT ID_estoque AS inventory_id, ID_produto AS product_id, name AS product,
       coalesce(Categoria_produto, p.category) AS category, counted_at,
       CAST(Quantidade_em_estoque AS integer) AS units_in_stock,
       CAST(Quantidade_novos_produtos AS integer) AS units_received, CAST(Quantidade_vendida AS integer) AS units_sold,
       place AS _source_row
FROM delivered JOIN products p ON name = p.product
WHERE counted_at IS NOT NULL AND least(Quantidade_em_estoque, Quantidade_novos_produtos, Quantidade_vendida) >= 0
"""
RATINGS = r"""
CREATE TABLE ratings AS
WITH delivered AS (
  SELECT *, file_row_number AS place, CAST(nullif(regexp_extract(Comentario, 'Nota (\d+)$', 1), '') AS integer) AS note
  FROM read_parquet($ratings, file_row_number = true)
)
SELECT ID_social AS comment_id, CAST(try_strptime(Data, '%Y-%m-%d') AS date) AS posted_on,
       Influencia_autor AS author_reach, Plataforma AS platform, Nome_produto AS product,
       coalesce(Categoria_produto, p.category) AS category,
       rtrim(substr(Comentario, 1, length(Comentario) - position('#' IN reverse(Comentario)))) AS comment,
       note AS rating, place AS _source_row
FROM delivered JOIN products p ON Nome_produto = p.product
WHERE note BETWEEN 1 AND 5 AND Plataforma IN ('X (Twitter)', 'Facebook', 'Instagram', 'TikTok')
"""
GOLD_SALES = """
CREATE TABLE gold_sales AS
SELECT CAST(sold_at AS date) AS sold_on, product, customer_region, channel, any_value(category) AS category,
       count(*) AS orders, CAST(sum(quantity) AS bigint) AS units_sold,
       CAST(sum(quantity * unit_price) AS decimal(18, 2)) AS revenue
FROM sales GROUP BY ALL
"""
GOLD_INVENTORY = """
CREATE TABLE gold_inventory AS
WITH monthly AS (
  SELECT CAST(date_trunc('month', counted_at) AS date) AS month, product, any_value(category) AS category,
         CAST(arg_min(units_in_stock, counted_at) AS bigint) AS opening_stock,
         CAST(sum(units_received) AS bigint) AS units_received, CAST(sum(units_sold) AS bigint) AS units_sold
  FROM inventory GROUP BY 1, 2
)
SELECT m.month, m.product, m.category, m.opening_stock, m.units_received, m.units_sold,
       m.opening_stock + m.units_received - m.units_sold AS closing_stock,
       n.opening_stock = m.opening_stock + m.units_received - m.units_sold AS continues
FROM monthly m LEFT JOIN monthly n ON n.product = m.product AND n.month = m.month + INTERVAL 1 MONTH
"""
GOLD_RATINGS = """
CREATE TABLE gold_ratings AS
WITH both_keys AS (SELECT product, rating FROM sales UNION SELECT product, rating FROM ratings)
SELECT k.product, k.rating, p.category,
       coalesce((SELECT CAST(sum(quantity) AS bigint) FROM sales s
                 WHERE s.product = k.product AND s.rating = k.rating), 0) AS units_sold,
       count(r.comment_id) FILTER (r.platform = 'X (Twitter)') AS comments_x,
       count(r.comment_id) FILTER (r.platform = 'Facebook') AS comments_facebook,
       count(r.comment_id) FILTER (r.platform = 'Instagram') AS comments_instagram,
       count(r.comment_id) FILTER (r.platform = 'TikTok') AS comments_tiktok
FROM both_keys k JOIN products p ON p.product = k.product
LEFT JOIN ratings r ON r.product = k.product AND r.rating = k.rating
GROUP BY ALL
"""
TABLES = {
    "silver.sales": "sales",
    "silver.inventory": "inventory",
    "silver.ratings": "ratings",
    "gold.sales": "gold_sales",
    "gold.inventory": "gold_inventory",
    "gold.ratings": "gold_ratings",
}


class Oracle:
    """The six tables as they must be, for one delivery a table."""

    def __init__(self, files: dict[str, Path], key: bytes) -> None:
        self._duck = duckdb.connect()
        self._duck.create_function(
            "keyed", lambda name: hmac.new(key, name.encode(), hashlib.sha256).hexdigest(), ["varchar"], "varchar"
        )  # type: ignore[list-item, arg-type]
        for name in ("products", "states"):
            self._duck.execute(f"CREATE TABLE {name} AS FROM read_csv($file)", {"file": str(REFERENCE / f"{name}.csv")})
        for statement, table in ((SALES, "sales"), (INVENTORY, "inventory"), (RATINGS, "ratings")):
            now = {"now": str(datetime.now(UTC).replace(tzinfo=None))} if table == "sales" else {}
            self._duck.execute(statement, {table: str(files[table]), **now})
        for statement in (GOLD_SALES, GOLD_INVENTORY, GOLD_RATINGS):
            self._duck.execute(statement)

    def columns(self, table: str) -> list[str]:
        """The columns that the table must have, in this order."""
        described = self._duck.execute(f"DESCRIBE {TABLES[table]}").fetchall()
        return [row[0] for row in described]

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        """The rows that the table must have, in the order of all their columns."""
        return self._duck.execute(f"FROM {TABLES[table]} ORDER BY ALL").fetchall()
