"""Bronze to silver: ratings."""

from __future__ import annotations

import re
import sys
from datetime import date

from awsglue.utils import getResolvedOptions
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from benchmarks.baseline.lookups import CATEGORIES

NAMES = {
    "ID_social": "comment_id",
    "Influencia_autor": "author_reach",
    "Plataforma": "platform",
    "Nome_produto": "product",
    "Categoria_produto": "category",
    "Comentario": "comment",
}


@F.udf(returnType=T.DateType())
def posted_on(day: str) -> date | None:
    """The day of the comment."""
    try:
        return date.fromisoformat(day)
    except (TypeError, ValueError):
        return None


@F.udf(returnType=T.IntegerType())
def rating_in(comment: str | None) -> int | None:
    """The number at the end of a comment."""
    found = re.search(r"Nota\s+(\d+)\s*$", comment or "")
    return int(found[1]) if found else None


@F.udf(returnType=T.StringType())
def without_rating(comment: str | None) -> str | None:
    """The comment without hashtag and number."""
    return re.sub(r"\s*(?:#\S+\s+)?Nota\s+\d+\s*$", "", comment) if comment else None


@F.udf(returnType=T.StringType())
def category_of(category: str | None, product: str) -> str | None:
    """The category, or the one that the product belongs to."""
    return category or CATEGORIES.get(product)


def main() -> None:
    """silver/ratings has what bronze has."""
    bucket = getResolvedOptions(sys.argv, ["bucket"])["bucket"]
    spark = SparkSession.builder.appName("ratings_to_silver").getOrCreate()
    df = spark.read.parquet(f"s3://{bucket}/bronze/zoop/ratings/")
    for name, english in NAMES.items():
        df = df.withColumnRenamed(name, english)
    df = (
        df.withColumn("posted_on", posted_on("Data"))
        .withColumn("rating", rating_in("comment"))
        .withColumn("comment", without_rating("comment"))
        .withColumn("category", category_of("category", "product"))
        .drop("Data")
        .dropna(subset=["comment_id", "posted_on", "rating"])
        .dropDuplicates(["comment_id"])
    )
    df.write.mode("append").parquet(f"s3://{bucket}/silver/ratings/")
    spark.stop()


if __name__ == "__main__":
    main()
