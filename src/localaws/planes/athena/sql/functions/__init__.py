"""Functions by Trino's names: only those known to give Trino's answer on DuckDB."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from localaws.planes.athena.sql.functions.call import AGGREGATES


def is_aggregate(node: Any) -> bool:
    """Whether the node calls an aggregate function."""
    if isinstance(node, exp.GroupConcat):
        return True
    return isinstance(node, exp.Anonymous) and node.name.lower() in AGGREGATES


def load() -> None:
    """Every function is registered."""
    from localaws.planes.athena.sql.functions import (  # noqa: F401
        aggregates,
        arrays,
        binary,
        conditionals,
        dates,
        documents,
        maths,
        patterns,
        strings,
        windows,
    )
