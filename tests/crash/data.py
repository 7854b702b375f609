"""Two deliveries of a few rows: what the first makes, the second changes; with all that can be wrong with a file."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.support.rows import comment, sale, stock

Rows = Sequence[Mapping[str, Any]]
_PAGES = 4, 40  # where a small file's first page begins, and as much of it as makes it unreadable


def first() -> dict[str, bytes]:
    """Keys in copper and their bytes: a row a table that is kept, and one that is rejected."""
    return {
        "zoop/sales/first.parquet": _parquet([sale(1), sale(2), sale(3, Quantidade=0)]),
        "zoop/inventory/first.parquet": _parquet([stock(1)]),
        "zoop/ratings/first.parquet": _parquet([comment(1)]),
    }


def second() -> dict[str, bytes]:
    """A row a table that changes, new ones, rejected ones; a repeated file, and two that nobody can read."""
    return {
        "zoop/sales/second.parquet": _parquet(
            [sale(2, Quantidade=5), sale(4, Dia=3, **{"Mês": 9}), sale(5, Avaliacao=6)]
        ),
        "zoop/sales/again.parquet": first()["zoop/sales/first.parquet"],
        "zoop/sales/holed.parquet": _holed(_parquet([sale(6)])),
        "zoop/sales/words.parquet": b"These are not the rows that you are looking for.",
        "zoop/inventory/second.parquet": _parquet([stock(1, Quantidade_vendida=8), stock(2, Data="2021/08/01")]),
        "zoop/ratings/second.parquet": _parquet(
            [comment(1, Comentario="Adorei! #Cafeteira Nota 5"), comment(2), comment(3, Plataforma="Orkut")]
        ),
    }


def _parquet(rows: Rows) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([dict(row) for row in rows]), sink)
    return sink.getvalue()


def _holed(body: bytes) -> bytes:
    """The file with a hole in its data: its footer is whole, so that only who reads the rows finds out."""
    start, length = _PAGES
    return body[:start] + b"\xff" * length + body[start + length :]
