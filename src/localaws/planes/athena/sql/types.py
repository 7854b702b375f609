"""Trino's types: how they are written, and what DuckDB and Athena call them."""

from __future__ import annotations

from dataclasses import dataclass

from localaws.planes.athena.errors import refused


@dataclass(frozen=True)
class Type:
    """A type of Trino: its name, its numbers (precision, scale, length), its parts and their names."""

    name: str
    numbers: tuple[int, ...] = ()
    parts: tuple[Type, ...] = ()
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.name == "timestamp with time zone":
            return f"timestamp({self.numbers[0]}) with time zone"
        inner = ",".join(map(str, self.numbers)) or ", ".join(self._parts())
        return f"{self.name}({inner})" if inner else self.name

    def _parts(self) -> list[str]:
        if self.name != "row":
            return [str(part) for part in self.parts]
        pairs = zip(self.names, self.parts, strict=True)
        return [f"{_quoted(name)} {part}" if name else str(part) for name, part in pairs]


UNKNOWN = Type("unknown")
BOOLEAN = Type("boolean")
TINYINT = Type("tinyint")
SMALLINT = Type("smallint")
INTEGER = Type("integer")
BIGINT = Type("bigint")
REAL = Type("real")
DOUBLE = Type("double")
VARCHAR = Type("varchar")
VARBINARY = Type("varbinary")
DATE = Type("date")
DAY_TIME = Type("interval day to second")
YEAR_MONTH = Type("interval year to month")

INTEGERS = ("tinyint", "smallint", "integer", "bigint")
#: How many digits the integers need as decimals.
DIGITS = {"tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19}
MAX_DIGITS = 38
UNBOUNDED = 2147483647

_DUCK = {
    "unknown": "INTEGER",
    "boolean": "BOOLEAN",
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "integer": "INTEGER",
    "bigint": "BIGINT",
    "real": "FLOAT",
    "double": "DOUBLE",
    "varchar": "VARCHAR",
    "varbinary": "BLOB",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "timestamp with time zone": "TIMESTAMP WITH TIME ZONE",
    "interval day to second": "INTERVAL",
    "interval year to month": "INTERVAL",
}


def varchar(length: int) -> Type:
    """varchar(length)."""
    return Type("varchar", (length,))


def decimal(precision: int, scale: int) -> Type:
    """decimal(precision, scale), cut to the 38 digits that there are."""
    return Type("decimal", (min(precision, MAX_DIGITS), scale))


def timestamp(precision: int) -> Type:
    """timestamp(precision) without a zone."""
    return Type("timestamp", (precision,))


def instant(precision: int) -> Type:
    """timestamp(precision) with time zone; localaws keeps all of them in UTC."""
    return Type("timestamp with time zone", (precision,))


def array(element: Type) -> Type:
    """array(element)."""
    return Type("array", (), (element,))


def mapping(key: Type, value: Type) -> Type:
    """map(key, value)."""
    return Type("map", (), (key, value))


def row(names: tuple[str, ...], parts: tuple[Type, ...]) -> Type:
    """row(name type, …); an empty name is no name."""
    return Type("row", (), parts, names)


def duck(of: Type) -> str:
    """The type of DuckDB that holds the values of a type."""
    if of.name == "decimal":
        return f"DECIMAL({of.numbers[0]},{of.numbers[1]})"
    if of.name == "array":
        return f"{duck(of.parts[0])}[]"
    if of.name == "map":
        return f"MAP({duck(of.parts[0])}, {duck(of.parts[1])})"
    if of.name == "row":
        fields = zip(field_names(of), of.parts, strict=True)
        return f"STRUCT({', '.join(f'{identifier(name)} {duck(part)}' for name, part in fields)})"
    if of.name not in _DUCK:
        raise refused(f"a value of type {of}")
    return _DUCK[of.name]


def field_names(of: Type) -> list[str]:
    """What the fields of a row are called in DuckDB, where each needs a name."""
    return [name or f"field{i}" for i, name in enumerate(of.names)]


def identifier(name: str) -> str:
    """The name as a quoted identifier of DuckDB."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """The value as a string literal of DuckDB."""
    return "'" + value.replace("'", "''") + "'"


def _quoted(name: str) -> str:
    return name if name.isidentifier() and name == name.lower() else identifier(name)


def is_number(of: Type) -> bool:
    """Whether one can count with it."""
    return of.name in INTEGERS or of.name in ("decimal", "real", "double")


def as_decimal(of: Type) -> Type:
    """The decimal type that holds every value of an integer or decimal type."""
    return of if of.name == "decimal" else decimal(DIGITS[of.name], 0)
