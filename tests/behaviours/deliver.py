"""Histories as files: each day's rows in its files, some of which are broken, delivered twice, or overwritten."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.behaviours.draw import AGAIN, DAYS, LACKING, SECOND_VERSION, SLOTS, TAKEN, TRUNCATED, Fates, History, Told
from tests.behaviours.model import File, Line
from tests.support.rows import SALE, sale

#: Keys of a history: no other has them.
OWN = 10
_TYPES = {int: pa.int64(), float: pa.float64(), str: pa.string()}
_SCHEMA = pa.schema([(name, _TYPES[type(value)]) for name, value in SALE.items()])
_WRONG: dict[str, dict[str, Any]] = {
    "quantity": {"Quantidade": 0},
    "rating": {"Avaliacao": 9},
    "moment": {"Dia": 30, "Mês": 2},
    "future": {"Ano": 2031},
    "state": {"UF_cliente": "Guanabara"},
    "nobody": {"ID_venda": None},
    "both": {"Quantidade": 0, "UF_cliente": "Guanabara"},
}


def files(histories: Sequence[History], fates: Fates) -> list[File]:
    """Every file of every day, in the order of delivery: that of its day, and then of its name."""
    told: dict[tuple[int, int], list[tuple[int, int, Line]]] = defaultdict(list)
    for number, history in enumerate(histories):
        for row in history:
            told[row.day, row.slot].append((row.place, number, _line(number, row)))
    drawn = [file for place in sorted(told) for file in _files(place, told[place], fates.get(place, (TAKEN, 0)))]
    drawn.sort(key=lambda one: one[:2])
    return [File(order, day, key, *rest) for order, (day, key, *rest) in enumerate(drawn)]


def _line(history: int, told: Told) -> Line:
    category = None if told.category else SALE["Categoria_produto"]
    row = sale(
        history * OWN + told.key, Quantidade=told.quantity, Avaliacao=told.rating + 1, Categoria_produto=category
    )
    return Line(history, told.flaw, row | _WRONG.get(told.flaw, {}))


def _files(
    place: tuple[int, int], told: list[tuple[int, int, Line]], fate: tuple[str, int]
) -> Iterator[tuple[Any, ...]]:
    (day, slot), (what, later) = place, fate
    lines = [line for _, _, line in sorted(told, key=lambda one: one[:2])]
    key = f"zoop/sales/vendas_{day}_{slot}.parquet"
    body = parquet(lines)
    if what == TRUNCATED:
        yield day, key, body[:-9], lines, what
    elif what == LACKING:
        yield day, key, parquet(lines, without="UF_cliente"), lines, what
    elif what == SECOND_VERSION:
        half = len(lines) // 2
        for second, part in enumerate((lines[:half], lines[half:])):
            yield day, key, parquet(part), part, "", bool(second)
    else:
        yield day, key, body, lines
    if what == AGAIN:
        again = min(day + later, DAYS - 1)
        yield again, f"zoop/sales/vendas_{again}_{SLOTS + slot}_again_{day}.parquet", body, lines


def parquet(lines: Sequence[Line], *, without: str = "") -> bytes:
    """The rows as a file."""
    table = pa.Table.from_pylist([dict(line.row) for line in lines], schema=_SCHEMA)
    sink = io.BytesIO()
    pq.write_table(table.drop_columns([without]) if without else table, sink)
    return sink.getvalue()
