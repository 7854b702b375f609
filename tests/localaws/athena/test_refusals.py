"""What is not known to give Trino's answer is refused by name, wherever it stands."""

from __future__ import annotations

import pytest

from localaws.planes.athena.errors import QueryError
from localaws.planes.athena.sql import translated
from localaws.planes.athena.sql.analysis import Analysis
from localaws.planes.athena.sql.dialect import parse
from tests.localaws.athena.test_answers import NoTables


def error(sql: str) -> QueryError:
    with pytest.raises(QueryError) as caught:
        translated(Analysis(NoTables(), "default"), parse(sql))
    return caught.value


@pytest.mark.parametrize(
    ("sql", "construct"),
    [
        ("SELECT approx_distinct(1)", "the function approx_distinct"),
        ("SELECT exp(1)", "the function exp"),
        ("SELECT x FROM (VALUES 1) t(x) TABLESAMPLE BERNOULLI (10)", "with sample"),
        ("SELECT DISTINCT ON (x) x FROM (VALUES 1) t(x)", "DISTINCT ON"),
        ("SELECT x FROM (VALUES 1) t(x) QUALIFY true", "QUALIFY"),
        ("WITH RECURSIVE t(n) AS (SELECT 1) SELECT * FROM t", "recursive"),
        ("SELECT * FROM (VALUES 1) t(x) NATURAL JOIN (VALUES 1) u(x)", "NATURAL JOIN"),
        ("SELECT sum(x) OVER (ORDER BY x RANGE 1 PRECEDING) FROM (VALUES 1) t(x)", "RANGE frame with an offset"),
        ("SELECT 1 = ALL (SELECT 1)", "ALL, ANY or SOME"),
        ("SELECT TIME '01:02:03'", "the type time"),
        ("SELECT CAST(1 AS char(3))", "the type char"),
        ("SELECT JSON '{}'", "ParseJSON"),
        ("SELECT listagg('a', ',') WITHIN GROUP (ORDER BY 1)", "listagg"),
        ("SELECT regexp_like('a', '(?<=b)a')", "the pattern"),
        ("SELECT regexp_like('a', 'a' || 'b')", "a computed pattern"),
        ("SELECT date_format(current_date, '%v')", "with %v"),
        ("SELECT current_timestamp AT TIME ZONE 'Europe/London'", "another zone than UTC"),
        ("SELECT x -> 1 FROM (VALUES 1) t(x)", ""),
        ("SELECT CAST(real '1.5' AS varchar)", "CAST of real to varchar"),
        ("SELECT (1, 2) IN (SELECT 1, 2)", "IN of several columns"),
    ],
)
def test_an_unknown_construct_is_refused(sql: str, construct: str) -> None:
    found = error(sql)
    assert found.name in ("NOT_SUPPORTED", "SYNTAX_ERROR")
    assert construct in str(found)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (
            "SELECT a,\n  nope FROM (VALUES 1) t(a)",
            "COLUMN_NOT_FOUND: line 2:3: Column 'nope' cannot be resolved or requester is not authorized to access "
            "requested resources",
        ),
        ("SELECT 1 FROM nope", "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.default.nope' does not exist"),
        ("SELECT foo(1)", "FUNCTION_NOT_FOUND: line 1:8: Function 'foo' not registered"),
        ("SELECT x = 'a' FROM (VALUES 1) t(x)", "TYPE_MISMATCH: line 1:8: Cannot apply operator: integer = varchar(1)"),
        ("SELECT 1 FROM (VALUES 1) t(x) WHERE x", "TYPE_MISMATCH: line 1:37: WHERE clause must evaluate to a boolean"),
        ("SELECT 1; SELECT 2", "SYNTAX_ERROR: Only one sql statement is allowed"),
        ("SELECT a FROM", "SYNTAX_ERROR: line 1:10: mismatched input '<EOF>' after 'FROM'"),
        ("SELEC 1", "SYNTAX_ERROR"),
        ("SELECT x, count(*) FROM (VALUES 1) t(x)", "EXPRESSION_NOT_AGGREGATE: line 1:8: 'x' must be an aggregate"),
        ("SELECT x FROM (VALUES 1) t(x), (VALUES 2) u(x)", "AMBIGUOUS_NAME: line 1:8: Column 'x' is ambiguous"),
        ("SELECT 1 FROM other.a.b", "CATALOG_NOT_FOUND: line 1:15: Catalog 'other' not found"),
        ("SELECT 1 UNION SELECT 'a'", "TYPE_MISMATCH: column 1 in UNION query has incompatible types"),
    ],
)
def test_a_mistake_is_named_where_it_stands(sql: str, message: str) -> None:
    assert str(error(sql)).startswith(message)
