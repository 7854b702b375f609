"""Athena's SQL on DuckDB: Trino's answer, or a refusal that names what is not known."""

from __future__ import annotations

from typing import Any

from localaws.planes.athena.sql import (  # noqa: F401 - they register what they translate
    columns,
    functions,
    literals,
    operators,
    predicates,
)
from localaws.planes.athena.sql.analysis import Analysis, Translated, filled
from localaws.planes.athena.sql.query import Context, build

functions.load()


def translated(analysis: Analysis, tree: Any) -> Translated:
    """The query for DuckDB, and the columns that Athena shows for it.

    Raises:
        QueryError: whatever is wrong with it, or not known here.
    """
    made = build(Context(analysis), tree)
    sql, billed = filled(analysis, made.sql)
    shown = [(name or f"_col{i}", of) for i, (name, of) in enumerate(made.columns)]
    return Translated(sql, shown, billed)
