"""Gold as plain Python makes it out of silver rows; nothing in common with the jobs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]
Gold = set[tuple[Any, ...]]


def sales(rows: Iterable[Row]) -> Gold:
    """Day, product, region, channel; category, orders, units, revenue."""
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["sold_at"].date(), row["product"], row["customer_region"], row["channel"]].append(row)
    return {
        (
            *key,
            max(row["category"] for row in group),
            len(group),
            sum(row["quantity"] for row in group),
            sum((row["quantity"] * row["unit_price"] for row in group), Decimal(0)),
        )
        for key, group in groups.items()
    }


def inventory(rows: Iterable[Row]) -> Gold:
    """Month, product; category, opening, received, sold, closing, continues."""
    groups: dict[tuple[date, str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["counted_at"].date().replace(day=1), row["product"]].append(row)
    opening, closing = {}, {}
    for key, group in groups.items():
        opening[key] = min(group, key=lambda row: (row["counted_at"], row["inventory_id"]))["units_in_stock"]
        closing[key] = opening[key] + sum(row["units_received"] - row["units_sold"] for row in group)
    found: Gold = set()
    for (month, product), group in groups.items():
        after = (date(month.year + month.month // 12, month.month % 12 + 1, 1), product)
        key = (month, product)
        found.add(
            (
                *key,
                max(row["category"] for row in group),
                opening[key],
                sum(row["units_received"] for row in group),
                sum(row["units_sold"] for row in group),
                closing[key],
                opening[after] == closing[key] if after in opening else None,
            )
        )
    return found


def ratings(sold: Iterable[Row], comments: Iterable[Row]) -> Gold:
    """Product, rating; category, units, comments on each platform."""
    groups: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in (*sold, *comments):
        groups[row["product"], row["rating"]].append(row)
    platforms = ("X (Twitter)", "Facebook", "Instagram", "TikTok")
    return {
        (
            *key,
            max(row["category"] for row in group),
            sum(row.get("quantity", 0) for row in group),
            *(sum(row.get("platform") == platform for row in group) for platform in platforms),
        )
        for key, group in groups.items()
    }
