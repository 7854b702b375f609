"""silver.ratings: one row per comment, with the rating taken out of its text."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from copperline.columns.casts import try_cast
from copperline.contract import reference
from copperline.frames.steps import fill_missing, translate
from copperline.job import SilverJob, run

ENGLISH = {
    "ID_social": "comment_id",
    "Influencia_autor": "author_reach",
    "Plataforma": "platform",
    "Nome_produto": "product",
    "Categoria_produto": "category",
    "Comentario": "comment",
}
CATEGORIES = reference("products", "product", "category")
#: `… #Fornoeletrico Nota 4`: the hashtag may be absent; the number is what follows the last `Nota`.
RATING = r"(?s)^(.*?)\s*(?:#\S+\s+)?Nota\s+(\d+)\s*$"


def parse_posted_on(df: DataFrame) -> DataFrame:
    """`posted_on` is the day that the text names; NULL where there is no such day."""
    return df.withColumn("posted_on", F.try_to_timestamp("Data", F.lit("yyyy-MM-dd")).cast("date"))


def take_rating_out(df: DataFrame) -> DataFrame:
    """`rating` is the number after the last `Nota`, whole, and `comment` the text before it; NULL without one."""
    rated = F.col("comment").rlike(RATING)
    return (
        df.withColumns(
            {
                "_number": F.when(rated, F.regexp_extract("comment", RATING, 2)),
                "comment": F.when(rated, F.regexp_extract("comment", RATING, 1)).otherwise(F.col("comment")),
            }
        )
        .withColumn("rating", try_cast("_number", "int"))
        .drop("_number")
    )


def transform(bronze: DataFrame) -> DataFrame:
    """Comments as delivered become ratings as the contract has them."""
    return (
        bronze.transform(translate, ENGLISH)
        .transform(parse_posted_on)
        .transform(take_rating_out)
        .transform(fill_missing, "category", by="product", listed=CATEGORIES)
    )


JOB = SilverJob(reads=("bronze.zoop_ratings",), writes="silver.ratings", transform=transform)

if __name__ == "__main__":
    run(JOB)
