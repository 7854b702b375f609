"""DuckDB's errors in Athena's words: nobody sees a foreign engine's."""

from __future__ import annotations

import re

from localaws.planes.athena.errors import QueryError, exhausted

#: ours, raised by the macro athena_fail: NAME: message
_OURS = re.compile(r"Could not convert string '([A-Z][A-Z_]+[A-Z]): (.*)' to INT32", re.DOTALL)
_OVERFLOW = re.compile(r"Overflow in (\w+) of (\w+) \((.*)\)")
_RANGE = re.compile(r"value (\S+) can't be cast because the value is out of range for the destination type (\w+)")
_ROUNDED = re.compile(r"Type DOUBLE with value (\S+) can't be cast .* destination type (\w+)")
_DECIMAL = re.compile(r'Casting value "([^"]*)" to type DECIMAL\((\d+),(\d+)\) failed')
_UNPARSED = re.compile(r"Could not convert string '([^']*)' to (\w+)")
#: of DuckDB, of the C++ library, of the disk that it spills to
_EXHAUSTED = ("Out of Memory Error", "bad_alloc", "bad allocation", "No space left on device")
_TYPES = {"INT8": "tinyint", "INT16": "smallint", "INT32": "integer", "INT64": "bigint"}


def in_words_of_athena(error: Exception) -> QueryError:
    """The error that Athena has for what went wrong in DuckDB; an unknown one is a refusal, not an answer."""
    if isinstance(error, MemoryError) or any(words in str(error) for words in _EXHAUSTED):
        return exhausted()
    shown = str(error).split("\n\nLINE ", maxsplit=1)[0]
    message = shown.partition("Error: ")[2] or shown
    for words in (_ours, _numbers, _storage, _queries):
        found = words(message)
        if found is not None:
            return found
    first = message.strip().splitlines()[0] if message.strip() else type(error).__name__
    return QueryError("NOT_SUPPORTED", f"localaws could not run this query as Trino does: {first}")


def _ours(message: str) -> QueryError | None:
    found = _OURS.search(message)
    return QueryError(found[1], found[2]) if found else None


def _numbers(message: str) -> QueryError | None:
    if found := _OVERFLOW.search(message):
        kind = _TYPES.get(found[2])
        if kind is None:
            return QueryError("NOT_SUPPORTED", "localaws does not know numbers of more than 38 digits")
        return QueryError("NUMERIC_VALUE_OUT_OF_RANGE", f"{kind} {found[1]} overflow: {found[3]}")
    if found := _ROUNDED.search(message):
        return QueryError("INVALID_CAST_ARGUMENT", f"Unable to cast {found[1]} to {_TYPES.get(found[2], found[2])}")
    if found := _RANGE.search(message):
        kind = _TYPES.get(found[2], found[2].lower())
        return QueryError("NUMERIC_VALUE_OUT_OF_RANGE", f"Out of range for {kind}: {found[1]}")
    if "out of range" in message.lower() and not _DECIMAL.search(message):
        return QueryError("NUMERIC_VALUE_OUT_OF_RANGE", message.splitlines()[0])
    return _casts(message)


def _casts(message: str) -> QueryError | None:
    if found := _DECIMAL.search(message):
        return QueryError("INVALID_CAST_ARGUMENT", f"Cannot cast '{found[1]}' to DECIMAL({found[2]}, {found[3]})")
    if found := _UNPARSED.search(message):
        return QueryError("INVALID_CAST_ARGUMENT", f"Cannot cast '{found[1]}' to {found[2]}")
    return None


def _storage(message: str) -> QueryError | None:
    if "403" in message and "HTTP" in message:
        path = re.search(r"s3://\S+?(?=['\"\s]|$)", message)
        place = f" ({path[0]})" if path else ""
        return QueryError("PERMISSION_DENIED", f"Access Denied (Service: Amazon S3; Status Code: 403){place}")
    if "404" in message and "HTTP" in message:
        return QueryError("HIVE_CANNOT_OPEN_SPLIT", "Error opening Hive split: the file does not exist")
    if "No magic bytes" in message or "not a parquet file" in message.lower() or "too small to be" in message:
        return QueryError("HIVE_BAD_DATA", f"Not valid Parquet file: {message.splitlines()[0]}")
    return None


def _queries(message: str) -> QueryError | None:
    if "More than one row returned by a subquery" in message:
        return QueryError("SUBQUERY_MULTIPLE_ROWS", "Scalar sub-query has returned multiple rows")
    if "must appear in the GROUP BY clause" in message:
        return QueryError("EXPRESSION_NOT_AGGREGATE", "an expression must be an aggregate or appear in GROUP BY clause")
    if "aggregate function calls cannot be nested" in message:
        return QueryError("NESTED_AGGREGATION", "Cannot nest aggregations inside aggregation")
    if "window function" in message.lower() and "nested" in message.lower():
        return QueryError("NESTED_WINDOW", "Cannot nest window functions inside window function arguments")
    return None
