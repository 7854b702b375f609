"""What is measured on: the sample that `copperctl generate` makes, or as many sales as wanted."""

from __future__ import annotations

from pathlib import Path

import duckdb

from copperctl.generate import generate

_SEED_ROWS = 20_000


def sample(folder: Path, rows: int) -> Path:
    """The folder holds the three tables of zoop, dirt included."""
    generate(folder, rows=rows)
    return folder


def many_sales(folder: Path, rows: int) -> Path:
    """The folder holds one file of sales: clean ones, each under a key of its own, spread over a year."""
    seed = next(path for path in generate(folder / "seed", rows=min(rows, _SEED_ROWS), dirt=0).files if _sales(path))
    target = folder / "many" / "zoop" / "sales" / f"vendas_{rows}.parquet"
    target.parent.mkdir(parents=True, exist_ok=True)
    again = -(-rows // min(rows, _SEED_ROWS))
    many = f"""
        SELECT row_number() OVER () - 1 AS ID_venda, seed.* EXCLUDE (ID_venda)
        FROM '{seed}' AS seed, range({again})
        LIMIT {rows}
    """  # noqa: S608 - numbers, and a path of our own
    duckdb.sql(many).write_parquet(str(target))
    return folder / "many"


def _sales(path: Path) -> bool:
    return path.parent.name == "sales"
