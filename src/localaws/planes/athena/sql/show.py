"""Values as Trino's CAST to varchar writes them."""

from __future__ import annotations

from localaws.planes.athena.errors import refused
from localaws.planes.athena.sql.typed import once
from localaws.planes.athena.sql.types import INTEGERS, Type

_UNIT = {0: 1_000_000, 1: 100_000, 2: 10_000, 3: 1_000, 4: 100, 5: 10}


def as_varchar(sql: str, given: Type) -> str:
    """The SQL of the text that CAST(value AS varchar) has on Trino."""
    if given.name in INTEGERS or given.name in ("boolean", "decimal", "date"):
        return f"CAST({sql} AS VARCHAR)"
    if given.name == "double":
        return f"athena_scientific(CAST(athena_exact({sql}) AS VARCHAR))"
    if given.name == "timestamp":
        return moment(sql, given.numbers[0])
    if given.name == "timestamp with time zone":
        return f"({moment(f'CAST({sql} AS TIMESTAMP)', given.numbers[0])} || ' UTC')"
    raise refused(f"CAST of {given} to varchar")


def moment(sql: str, precision: int) -> str:
    """`YYYY-MM-DD HH:MM:SS` with as many digits of the second as the precision says."""
    if precision == 0:
        return f"strftime({sql}, '%Y-%m-%d %H:%M:%S')"
    whole = f"strftime({sql}, '%Y-%m-%d %H:%M:%S.%f')"
    return whole if precision == 6 else f"left({whole}, {20 + precision})"


def rounded(sql: str, wanted: Type) -> str:
    """The timestamp rounded half up to the precision of its type."""
    precision = wanted.numbers[0]
    if precision >= 6:
        return sql
    return once(sql, lambda value: _rounded(value, wanted, _UNIT[precision]))


def _rounded(sql: str, wanted: Type, unit: int) -> str:
    micros = f"(epoch_us({sql}) + {unit // 2})"
    made = f"make_timestamp(({micros} - (({micros} % {unit}) + {unit}) % {unit}))"
    return made if wanted.name == "timestamp" else f"CAST({made} AS TIMESTAMP WITH TIME ZONE)"
