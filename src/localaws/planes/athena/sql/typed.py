"""An expression of DuckDB with the type that Trino gives it, and the order in which handlers see it."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localaws.planes.athena.errors import refused
from localaws.planes.athena.sql.dialect import position
from localaws.planes.athena.sql.types import Type

if TYPE_CHECKING:
    from localaws.planes.athena.sql.block import Block

Handler = Callable[["Block", Any], "Typed"]


@dataclass(frozen=True)
class Typed:
    """SQL of DuckDB whose value has the type of DuckDB that holds `type`."""

    sql: str
    type: Type
    #: the column of a scan that it is, for pruning partitions
    reads: frozenset[tuple[int, str]] = field(default=frozenset(), compare=False)


def once(sql: str, body: Callable[[str], str]) -> str:
    """The body over a value that is computed once, however often the body names it.

    DuckDB replaces macros and repeated text by copies: nested casts would grow beyond all measure.
    """
    if len(sql) <= _SHORT:
        return body(sql)
    name = f"v{zlib.crc32(sql.encode()):x}"
    return f"list_transform([{sql}], lambda {name}: {body(name)})[1]"


_SHORT = 120
_handlers: dict[type, tuple[frozenset[str], Handler]] = {}


def handles(node: type, *parts: str) -> Callable[[Handler], Handler]:
    """The decorated function turns such a node into DuckDB's SQL; only the named parts of a node are known to it."""

    def register(handler: Handler) -> Handler:
        _handlers[node] = (frozenset(parts), handler)
        return handler

    return register


def translate(block: Block, node: Any) -> Typed:
    """The node as DuckDB's SQL with Trino's type.

    Raises:
        QueryError: NOT_SUPPORTED for a construct that is on no list; else what is wrong with the query.
    """
    known, handler = _handlers.get(type(node), (frozenset(), None))
    if handler is None:
        raise refused(_construct(node), position(node))
    expect(node, *known)
    return handler(block, node)


def expect(node: Any, *parts: str) -> None:
    """The node has no part but these; an unknown clause is refused, never dropped."""
    for name, value in node.args.items():
        if name not in parts and _present(value):
            raise refused(f"{_construct(node)} with {name.strip('_').replace('_', ' ')}", position(node))


def _present(value: Any) -> bool:
    return value is not None and value is not False and value != []


def _construct(node: Any) -> str:
    text = node.sql(dialect="trino")
    return f"{type(node).__name__} ({text if len(text) <= 60 else text[:57] + '...'})"
