"""gold.ratings: units sold by product and the buyers' own rating, and beside them the comments that rate so."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from copperline.job import GoldJob, Span, run

PLATFORMS = {"x": "X (Twitter)", "facebook": "Facebook", "instagram": "Instagram", "tiktok": "TikTok"}
MEASURES = ("units_sold", *(f"comments_{name}" for name in PLATFORMS))


def product() -> Column:
    """The product that a row is about."""
    return F.array("product")


def itself(product: str) -> tuple[str, str]:
    """Nothing but the product."""
    return product, product


def count_units(sales: DataFrame) -> DataFrame:
    """Units by product and rating; no comments."""
    units = sales.groupBy("product", "rating").agg(
        F.max("category").alias("category"), F.sum("quantity").alias("units_sold")
    )
    return units.withColumns({f"comments_{name}": F.lit(0).cast("bigint") for name in PLATFORMS})


def count_comments(ratings: DataFrame) -> DataFrame:
    """Comments by product and rating, a column a platform; no units."""
    counts = [F.count_if(F.col("platform") == text).alias(f"comments_{name}") for name, text in PLATFORMS.items()]
    comments = ratings.groupBy("product", "rating").agg(F.max("category").alias("category"), *counts)
    return comments.withColumn("units_sold", F.lit(0).cast("bigint"))


def transform(sales: DataFrame, ratings: DataFrame) -> DataFrame:
    """Both counts side by side: each row of a source counts once, since rows are never joined."""
    return sales.transform(count_units).unionByName(ratings.transform(count_comments)).transform(add_up)


def add_up(counts: DataFrame) -> DataFrame:
    """One row for all that are of the same product and rating."""
    return counts.groupBy("product", "rating").agg(
        F.max("category").alias("category"), *[F.sum(name).alias(name) for name in MEASURES]
    )


JOB = GoldJob(
    reads=("silver.sales", "silver.ratings"),
    writes="gold.ratings",
    transform=transform,
    rebuild_by="product",
    touches={"silver.sales": product, "silver.ratings": product},
    spans={"silver.sales": Span("product", itself), "silver.ratings": Span("product", itself)},
    combine=add_up,
)

if __name__ == "__main__":
    run(JOB)
