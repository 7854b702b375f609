"""What kind of statement a text is, and the names inside those that sqlglot does not read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from localaws.planes.athena.errors import QueryError

_COMMENT = re.compile(r"--[^\n]*(\n|$)|/\*.*?\*/", re.DOTALL)
_WORD = re.compile(r"[A-Za-z_]+")
_NAME = r'(?:"(?:[^"]|"")+"|`[^`]+`|[\w$-]+)'
_DOTTED = rf"({_NAME}(?:\s*\.\s*{_NAME}){{0,2}})"

#: first words → (StatementType, SubstatementType)
_QUERIES = ("SELECT", "WITH", "VALUES", "TABLE")
_KINDS = {
    "SHOW": ("UTILITY", "SHOW"),
    "DESCRIBE": ("UTILITY", "DESCRIBE"),
    "DESC": ("UTILITY", "DESCRIBE"),
    "EXPLAIN": ("UTILITY", "EXPLAIN"),
    "PREPARE": ("UTILITY", "PREPARE"),
    "EXECUTE": ("DML", "EXECUTE"),
    "DEALLOCATE": ("UTILITY", "DEALLOCATE"),
    "CREATE": ("DDL", "CREATE"),
    "DROP": ("DDL", "DROP"),
    "ALTER": ("DDL", "ALTER"),
    "MSCK": ("DDL", "MSCK"),
    "INSERT": ("DML", "INSERT"),
    "UPDATE": ("DML", "UPDATE"),
    "DELETE": ("DML", "DELETE"),
    "MERGE": ("DML", "MERGE"),
    "UNLOAD": ("DML", "UNLOAD"),
    "OPTIMIZE": ("DDL", "OPTIMIZE"),
    "VACUUM": ("DDL", "VACUUM"),
}


@dataclass(frozen=True)
class Kind:
    """What the API says of a statement."""

    statement: str
    substatement: str


def bare(sql: str) -> str:
    """The statement without the comments before it and the semicolon after it."""
    rest = sql.strip()
    while (found := _COMMENT.match(rest)) is not None:
        rest = rest[found.end() :].lstrip()
    return rest.rstrip().removesuffix(";").rstrip()


def words(sql: str, count: int) -> list[str]:
    """The first words, in capitals."""
    return [word.upper() for word in _WORD.findall(_COMMENT.sub(" ", sql)[:200])[:count]]


def kind(sql: str) -> Kind:
    """StatementType and SubstatementType; a text that is no statement counts as a query, which then fails."""
    first = words(sql.lstrip(" \t\r\n("), 1)
    if not first or first[0] in _QUERIES:
        return Kind("DML", "SELECT")
    statement, sub = _KINDS.get(first[0], ("DML", "SELECT"))
    named = {"SHOW": 2, "CREATE": 4, "DROP": 2}.get(first[0], 1)
    following = [word for word in words(sql, named) if word not in ("OR", "REPLACE", "EXTERNAL")]
    return Kind(statement, "_".join(following[:2]) if named > 1 else sub)


def matched(pattern: str, sql: str) -> list[str | None]:
    """The groups of a pattern in which «name» stands for a dotted name and a blank for any space.

    Raises:
        QueryError: the statement does not read so.
    """
    regex = pattern.replace("«name»", _DOTTED).replace(" ", r"\s+")
    found = re.fullmatch(regex, bare(sql), re.IGNORECASE | re.DOTALL)
    if found is None:
        raise QueryError(
            "", f"FAILED: ParseException line 1:0 cannot recognize input near '{' '.join(bare(sql).split()[:3])}'"
        )
    return list(found.groups())


def parts(dotted: str) -> list[str]:
    """The names in a dotted name, in lower case and without quotes."""
    return [_plain(each).lower() for each in re.findall(_NAME, dotted)]


def _plain(name: str) -> str:
    return name[1:-1].replace('""', '"') if name[0] in '"`' else name


def table_of(dotted: str, database: str) -> tuple[str, str]:
    """Database and table of a dotted name."""
    names = parts(dotted)
    return (names[-2] if len(names) > 1 else database), names[-1]
