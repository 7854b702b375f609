"""silver.sales: one row per sale, with the moment it was sold, its state in two letters and its category."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from copperline.columns.casts import lookup, try_moment
from copperline.contract import reference
from copperline.frames.steps import fill_missing, fit_types, translate
from copperline.job import SilverJob, run

ENGLISH = {
    "ID_venda": "sale_id",
    "Canal_venda": "channel",
    "Origem_venda": "origin",
    "ID_produto": "product_id",
    "Produto": "product",
    "Categoria_produto": "category",
    "Preco_unitario": "unit_price",
    "Quantidade": "quantity",
    "Metodo_pagamento": "payment_method",
    "ID_cliente": "customer_id",
    "Nome_cliente": "customer_name",
    "Genero_cliente": "customer_gender",
    "Idade_cliente": "customer_age",
    "Cidade_cliente": "customer_city",
    "UF_cliente": "customer_state",
    "Regiao_cliente": "customer_region",
    "Avaliacao": "rating",
}
CATEGORIES = reference("products", "product", "category")
STATES = reference("states", "name", "state")
TYPES = {
    "unit_price": "decimal(12,2)",
    "quantity": "int",
    "customer_age": "int",
    "rating": "int",
}


def assemble_sold_at(df: DataFrame) -> DataFrame:
    """`sold_at` is the moment that day, month, year and time make; NULL where there is no such moment."""
    day = F.format_string("%04d-%02d-%02d", "Ano", "Mês", "Dia")
    return (
        df.withColumn("_day", day)
        .withColumn("sold_at", try_moment("_day", "Horario", "yyyy-MM-dd HH:mm:ss"))
        .drop("_day")
    )


def abbreviate_state(df: DataFrame) -> DataFrame:
    """`customer_state` has two letters; NULL where the name is no state's."""
    return df.withColumn("customer_state", lookup("customer_state", STATES))


def transform(bronze: DataFrame) -> DataFrame:
    """Sales as delivered become sales as the contract has them."""
    return (
        bronze.transform(translate, ENGLISH)
        .transform(assemble_sold_at)
        .transform(abbreviate_state)
        .transform(fill_missing, "category", by="product", listed=CATEGORIES)
        .transform(fit_types, TYPES)
    )


JOB = SilverJob(reads=("bronze.zoop_sales",), writes="silver.sales", transform=transform)

if __name__ == "__main__":
    run(JOB)
