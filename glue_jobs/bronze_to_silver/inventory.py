"""silver.inventory: one row per product and stock take."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from copperline.columns.casts import try_moment
from copperline.contract import reference
from copperline.frames.steps import fill_missing, fit_types, translate
from copperline.job import SilverJob, run

ENGLISH = {
    "ID_estoque": "inventory_id",
    "ID_produto": "product_id",
    "Produto": "product",
    "Categoria_produto": "category",
    "Quantidade_em_estoque": "units_in_stock",
    "Quantidade_novos_produtos": "units_received",
    "Quantidade_vendida": "units_sold",
}
CATEGORIES = reference("products", "product", "category")
TYPES = {"units_in_stock": "int", "units_received": "int", "units_sold": "int"}


def space_product(df: DataFrame) -> DataFrame:
    """Products are written with spaces, as everywhere else."""
    return df.withColumn("product", F.translate("product", "_", " "))


def assemble_counted_at(df: DataFrame) -> DataFrame:
    """`counted_at` is the moment that date and time make; NULL where there is no such moment."""
    return df.withColumn("counted_at", try_moment("Data", "Horario", "yyyy/MM/dd HH:mm:ss"))


def transform(bronze: DataFrame) -> DataFrame:
    """Stock takes as delivered become stock takes as the contract has them."""
    return (
        bronze.transform(translate, ENGLISH)
        .transform(space_product)
        .transform(assemble_counted_at)
        .transform(fill_missing, "category", by="product", listed=CATEGORIES)
        .transform(fit_types, TYPES)
    )


JOB = SilverJob(reads=("bronze.zoop_inventory",), writes="silver.inventory", transform=transform)

if __name__ == "__main__":
    run(JOB)
