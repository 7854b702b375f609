"""The kinds of dirt that sample data has, each with what the lakehouse must make of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class Dirt:
    """A kind of dirt: in which table, what it does to a row, and the reason for which the row is rejected.

    Without a reason the row is accepted: what is wrong with it is mended on the way.
    """

    name: str
    table: str
    change: Callable[[Row], Row]
    reason: str = ""


def _set(**values: Any) -> Callable[[Row], Row]:
    return lambda row: row | values


KINDS = (
    Dirt("missing category", "sales", _set(Categoria_produto=None)),
    Dirt("missing key", "sales", _set(ID_venda=None), "sale_id_missing"),
    Dirt("impossible date", "sales", _set(Dia=30, **{"Mês": 2}), "sold_at_impossible"),
    Dirt("impossible time", "sales", _set(Horario="25:61:00"), "sold_at_impossible"),
    Dirt("date after its delivery", "sales", _set(Dia=1, Ano=9999, **{"Mês": 1}), "sold_at_after_delivery"),
    Dirt("unknown state", "sales", _set(UF_cliente="Guanabara"), "customer_state_unknown"),
    Dirt("unknown product", "sales", _set(Produto="Videocassete"), "product_unknown"),
    Dirt("unknown channel", "sales", _set(Canal_venda="Loja 9"), "channel_unknown"),
    Dirt("negative price", "sales", _set(Preco_unitario=-1.0), "unit_price_out_of_range"),
    Dirt("nothing sold", "sales", _set(Quantidade=0), "quantity_out_of_range"),
    Dirt("number too large", "sales", _set(Quantidade=5_000_000_000), "quantity_missing"),
    Dirt("missing customer", "sales", _set(Nome_cliente=None), "customer_name_missing"),
    Dirt("rating of six", "sales", _set(Avaliacao=6), "rating_out_of_range"),
    Dirt("dash for slash", "inventory", _set(Data="2024-01-01"), "counted_at_impossible"),
    Dirt("thirteenth month", "inventory", _set(Data="2024/13/01"), "counted_at_impossible"),
    Dirt("negative stock", "inventory", _set(Quantidade_em_estoque=-5), "units_in_stock_out_of_range"),
    Dirt("rating of ten", "ratings", _set(Comentario="Dez! #Tablet Nota 10"), "rating_out_of_range"),
    Dirt("no rating", "ratings", _set(Comentario="Ainda não abri."), "rating_unreadable"),
    Dirt("unknown platform", "ratings", _set(Plataforma="Orkut"), "platform_unknown"),
)


def soil(random: Random, table: str, rows: list[Row], each: int) -> tuple[list[Row], list[tuple[Dirt, int]]]:
    """The rows with `each` more of every kind of the table's dirt mixed in, and how many there are of each kind.

    A dirty row is a copy of a clean one under a key of its own, so that every clean row stays what it was.
    """
    kinds = [kind for kind in KINDS if kind.table == table]
    if not rows or not each:
        return rows, [(kind, 0) for kind in kinds]
    key = next(iter(rows[0]))
    fresh = max(row[key] for row in rows) + 1
    dirty = []
    for kind in kinds:
        for _ in range(each):
            dirty.append(kind.change(random.choice(rows) | {key: fresh}))
            fresh += 1
    mixed = rows + dirty
    random.shuffle(mixed)
    return mixed, [(kind, each) for kind in kinds]
