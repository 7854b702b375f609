"""A valid row of each table, and for each rule of its contract a value that breaks that rule and no other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as T

from copperline.columns.technical import SILVER
from copperline.frames.local import local_frame

DELIVERED = datetime(2025, 1, 1, tzinfo=UTC)
LATER = datetime(2025, 1, 1, 0, 0, 1, tzinfo=UTC)
TECHNICAL = {"_delivered_at": DELIVERED, "_source_file": "s3://bronze/file", "_source_row": 0, "_run": "jr_1"}


class Mutation(NamedTuple):
    """A column, the check that its bad value breaks, and the reason for which the row is rejected."""

    column: str
    check: str
    bad: Any
    reason: str


VALID: dict[str, dict[str, Any]] = {
    "silver.sales": {
        "sale_id": 1,
        "sold_at": DELIVERED,  # the very moment of the delivery is not after it
        "channel": "Loja 2",
        "origin": "Loja",
        "product_id": 3,
        "product": "Cafeteira",
        "category": "Eletrodomésticos",
        "unit_price": Decimal("0.00"),
        "quantity": 1,
        "payment_method": "PIX",
        "customer_id": 21,
        "customer_name": "Maria Exemplo",
        "customer_gender": "Feminino",
        "customer_age": 130,
        "customer_city": "Campo Belo",
        "customer_state": "MS",
        "customer_region": "Centro-Oeste",
        "rating": 5,
    },
    "silver.inventory": {
        "inventory_id": 1,
        "product_id": 3,
        "product": "Cafeteira",
        "category": "Eletrodomésticos",
        "counted_at": DELIVERED,
        "units_in_stock": 0,
        "units_received": 0,
        "units_sold": 0,
    },
    "silver.ratings": {
        "comment_id": 1,
        "posted_on": date(2025, 1, 1),
        "author_reach": 0,
        "platform": "TikTok",
        "product": "Cafeteira",
        "category": "Eletrodomésticos",
        "comment": "",
        "rating": 1,
    },
    "gold.sales": {
        "sold_on": date(2025, 1, 1),
        "product": "Cafeteira",
        "customer_region": "Sul",
        "channel": "Loja 1",
        "category": "Eletrodomésticos",
        "orders": 1,
        "units_sold": 1,
        "revenue": Decimal("0.00"),
    },
    "gold.inventory": {
        "month": date(2025, 1, 1),
        "product": "Cafeteira",
        "category": "Eletrodomésticos",
        "opening_stock": 0,
        "units_received": 0,
        "units_sold": 0,
        "closing_stock": -1,
        "continues": None,
    },
    "gold.ratings": {
        "product": "Cafeteira",
        "rating": 5,
        "category": "Eletrodomésticos",
        "units_sold": 0,
        "comments_x": 0,
        "comments_facebook": 0,
        "comments_instagram": 0,
        "comments_tiktok": 0,
    },
}


def missing(*columns: str, **named: str) -> list[Mutation]:
    """NULL where a value is required; a reason of its own where the contract gives one."""
    usual = [Mutation(column, "required", None, f"{column}_missing") for column in columns]
    return usual + [Mutation(column, "required", None, reason) for column, reason in named.items()]


MUTATIONS: Mapping[str, Sequence[Mutation]] = {
    "silver.sales": [
        *missing("sale_id", "channel", "origin", "product_id", "product", "category", "unit_price", "quantity"),
        *missing("payment_method", "customer_id", "customer_name", "customer_gender", "customer_age"),
        *missing("customer_city", "customer_region", "rating"),
        *missing(sold_at="sold_at_impossible", customer_state="customer_state_unknown"),
        Mutation("sold_at", "not_after_delivery", LATER, "sold_at_after_delivery"),
        Mutation("channel", "valid_values", "Loja 3", "channel_unknown"),
        Mutation("origin", "valid_values", "Orkut", "origin_unknown"),
        Mutation("product", "valid_values", "Videocassete", "product_unknown"),
        Mutation("category", "valid_values", "Brinquedos", "category_unknown"),
        Mutation("unit_price", "minimum", Decimal("-0.01"), "unit_price_out_of_range"),
        Mutation("quantity", "minimum", 0, "quantity_out_of_range"),
        Mutation("quantity", "maximum", 10_001, "quantity_out_of_range"),
        Mutation("customer_age", "minimum", -1, "customer_age_out_of_range"),
        Mutation("customer_age", "maximum", 131, "customer_age_out_of_range"),
        Mutation("customer_state", "pattern", "Ms", "customer_state_malformed"),
        Mutation("rating", "minimum", 0, "rating_out_of_range"),
        Mutation("rating", "maximum", 6, "rating_out_of_range"),
    ],
    "silver.inventory": [
        *missing("inventory_id", "product_id", "product", "category", "units_in_stock", "units_received", "units_sold"),
        *missing(counted_at="counted_at_impossible"),
        Mutation("counted_at", "not_after_delivery", LATER, "counted_at_after_delivery"),
        Mutation("product", "valid_values", "Videocassete", "product_unknown"),
        Mutation("category", "valid_values", "Brinquedos", "category_unknown"),
        Mutation("units_in_stock", "minimum", -1, "units_in_stock_out_of_range"),
        Mutation("units_received", "minimum", -1, "units_received_out_of_range"),
        Mutation("units_sold", "minimum", -1, "units_sold_out_of_range"),
    ],
    "silver.ratings": [
        *missing("comment_id", "author_reach", "platform", "product", "category", "comment"),
        *missing(posted_on="posted_on_impossible", rating="rating_unreadable"),
        Mutation("posted_on", "not_after_delivery", date(2025, 1, 2), "posted_on_after_delivery"),
        Mutation("author_reach", "minimum", -1, "author_reach_out_of_range"),
        Mutation("platform", "valid_values", "Orkut", "platform_unknown"),
        Mutation("product", "valid_values", "Videocassete", "product_unknown"),
        Mutation("category", "valid_values", "Brinquedos", "category_unknown"),
        Mutation("rating", "minimum", 0, "rating_out_of_range"),
        Mutation("rating", "maximum", 6, "rating_out_of_range"),
    ],
    "gold.sales": [
        *missing("sold_on", "product", "customer_region", "channel", "category", "orders", "units_sold", "revenue"),
        Mutation("orders", "minimum", 0, "orders_out_of_range"),
        Mutation("units_sold", "minimum", 0, "units_sold_out_of_range"),
        Mutation("revenue", "minimum", Decimal("-0.01"), "revenue_out_of_range"),
    ],
    "gold.inventory": [
        *missing("month", "product", "category", "opening_stock", "units_received", "units_sold", "closing_stock"),
        Mutation("opening_stock", "minimum", -1, "opening_stock_out_of_range"),
        Mutation("units_received", "minimum", -1, "units_received_out_of_range"),
        Mutation("units_sold", "minimum", -1, "units_sold_out_of_range"),
    ],
    "gold.ratings": [
        *missing("product", "rating", "category", "units_sold"),
        *missing("comments_x", "comments_facebook", "comments_instagram", "comments_tiktok"),
        Mutation("rating", "minimum", 0, "rating_out_of_range"),
        Mutation("rating", "maximum", 6, "rating_out_of_range"),
        Mutation("units_sold", "minimum", -1, "units_sold_out_of_range"),
        Mutation("comments_x", "minimum", -1, "comments_x_out_of_range"),
        Mutation("comments_facebook", "minimum", -1, "comments_facebook_out_of_range"),
        Mutation("comments_instagram", "minimum", -1, "comments_instagram_out_of_range"),
        Mutation("comments_tiktok", "minimum", -1, "comments_tiktok_out_of_range"),
    ],
}


def frame(spark: SparkSession, rows: Sequence[Mapping[str, Any]], schema: T.StructType) -> DataFrame:
    """The rows with the technical columns of silver beside the schema's own; `_source_row` numbers them."""
    whole = T.StructType([*schema, *SILVER])
    values = [TECHNICAL | {"_source_row": place} | dict(row) for place, row in enumerate(rows)]
    return local_frame(spark, [[row[field.name] for field in whole] for row in values], whole)
