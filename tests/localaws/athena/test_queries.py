"""The life of a query through the API."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localaws.athena.conftest import PARQUET, Lake


@pytest.fixture(scope="module")
def sales(lake: Lake) -> Lake:
    lake.put_parquet("sales/a.parquet", {"id": [1, 2, 3], "name": ["a", None, 'c "x"'], "price": [1.5, 2.5, None]})
    lake.table("sales", "id bigint, name string, price double", PARQUET)
    return lake


def test_a_result_is_in_s3_as_athena_writes_it(sales: Lake) -> None:
    done = sales.run("SELECT id, name, '' AS empty FROM sales ORDER BY id")
    key = done["ResultConfiguration"]["OutputLocation"].removeprefix(f"s3://{sales.results}/")
    assert key == f"q/{done['QueryExecutionId']}.csv"
    body = sales.s3.get_object(Bucket=sales.results, Key=key)["Body"].read()
    assert body == b'"id","name","empty"\n"1","a",""\n"2",,""\n"3","c ""x""",""\n'
    described = sales.s3.get_object(Bucket=sales.results, Key=key + ".metadata")["Body"].read()
    assert done["QueryExecutionId"].encode() in described
    assert b"bigint" in described


def test_an_execution_tells_what_it_did(sales: Lake) -> None:
    done = sales.run("SELECT sum(price) FROM sales")
    assert done["StatementType"] == "DML"
    assert done["SubstatementType"] == "SELECT"
    assert done["WorkGroup"] == "primary"
    assert done["QueryExecutionContext"] == {"Database": sales.name, "Catalog": "AwsDataCatalog"}
    assert done["Status"]["CompletionDateTime"] >= done["Status"]["SubmissionDateTime"]
    assert 0 < done["Statistics"]["DataScannedInBytes"] < 1000
    assert done["Statistics"]["TotalExecutionTimeInMillis"] >= done["Statistics"]["EngineExecutionTimeInMillis"]


def test_columns_have_athenas_types(sales: Lake) -> None:
    done = sales.run("SELECT id, name, price, 1 AS one, cast(1 AS decimal(9,2)) d, DATE '2026-01-01' day FROM sales")
    found = sales.athena.get_query_results(QueryExecutionId=done["QueryExecutionId"])["ResultSet"]["ResultSetMetadata"]
    assert [(c["Name"], c["Type"], c["Precision"], c["Scale"], c["CaseSensitive"]) for c in found["ColumnInfo"]] == [
        ("id", "bigint", 19, 0, False),
        ("name", "varchar", 2147483647, 0, True),
        ("price", "double", 17, 0, False),
        ("one", "integer", 10, 0, False),
        ("d", "decimal", 9, 2, False),
        ("day", "date", 0, 0, False),
    ]


def test_pages_begin_with_the_header_and_lose_no_row(sales: Lake) -> None:
    sql = "SELECT a.n * 1000 + b.n AS n, 'x\"y\n' AS t FROM unnest(sequence(0, 2)) a(n) CROSS JOIN "
    execution = sales.run(sql + "unnest(sequence(0, 999)) b(n) ORDER BY 1")["QueryExecutionId"]
    pages, token = [], None
    while True:
        more: dict[str, Any] = {"NextToken": token} if token else {}
        page = sales.athena.get_query_results(QueryExecutionId=execution, MaxResults=700, **more)
        pages.append([row["Data"] for row in page["ResultSet"]["Rows"]])
        token = page.get("NextToken")
        if token is None:
            break
    assert [len(page) for page in pages] == [700, 700, 700, 700, 201]
    rows = [row for page in pages for row in page]
    assert rows[0] == [{"VarCharValue": "n"}, {"VarCharValue": "t"}]
    assert [row[0]["VarCharValue"] for row in rows[1:]] == [str(n) for n in range(3000)]
    assert {row[1]["VarCharValue"] for row in rows[1:]} == {'x"y\n'}


def test_a_failed_query_says_why(sales: Lake) -> None:
    done = sales.run("SELECT nope FROM sales")
    message = "COLUMN_NOT_FOUND: line 1:8: Column 'nope' cannot be resolved or requester is not authorized to access "
    assert done["Status"]["StateChangeReason"].startswith(message)
    assert done["Status"]["AthenaError"]["ErrorCategory"] == 2
    assert done["Status"]["AthenaError"]["ErrorType"] == 1006
    with pytest.raises(ClientError, match="Final query state: FAILED"):
        sales.athena.get_query_results(QueryExecutionId=done["QueryExecutionId"])


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT 1/0", "DIVISION_BY_ZERO: Division by zero"),
        ("SELECT id / (id - id) FROM sales", "DIVISION_BY_ZERO: Division by zero"),
        ("SELECT 2147483647 + 1", "NUMERIC_VALUE_OUT_OF_RANGE: integer addition overflow: 2147483647 + 1"),
        ("SELECT cast(name AS integer) FROM sales", "INVALID_CAST_ARGUMENT: Cannot cast 'a' to INT"),
        ("SELECT (SELECT id FROM sales)", "SUBQUERY_MULTIPLE_ROWS: Scalar sub-query has returned multiple rows"),
        ("SELECT 1 FROM gone.t", "SCHEMA_NOT_FOUND: line 1:15: Schema 'gone' does not exist"),
        ("INSERT INTO sales VALUES (1)", "NOT_SUPPORTED: localaws does not run the statement INSERT"),
        ("EXPLAIN SELECT 1", "NOT_SUPPORTED: localaws does not run the statement EXPLAIN"),
        ("CREATE TABLE t AS SELECT 1 x", "NOT_SUPPORTED: localaws does not run the statement CREATE TABLE"),
        ("MSCK REPAIR TABLE sales", "NOT_SUPPORTED: localaws does not run the statement MSCK"),
    ],
)
def test_errors_are_athenas(sales: Lake, sql: str, reason: str) -> None:
    assert sales.error(sql) == reason


def test_the_same_token_starts_the_same_query_once(sales: Lake) -> None:
    token = str(uuid.uuid4())
    first = sales.start("SELECT 1", ClientRequestToken=token)
    assert sales.start("SELECT 1", ClientRequestToken=token) == first
    with pytest.raises(ClientError, match="Idempotent parameters do not match"):
        sales.start("SELECT 2", ClientRequestToken=token)


def test_question_marks_take_the_parameters(sales: Lake) -> None:
    sql = "SELECT id FROM sales WHERE name = ? OR id = ? -- really?"
    assert sales.rows(sql, ExecutionParameters=["'a'", "2"]) == [["id"], ["1"], ["2"]]
    assert sales.error(sql, ExecutionParameters=["2"]) == (
        "INVALID_PARAMETER_USAGE: Incorrect number of parameters: expected 2 but found 1"
    )
    assert sales.error("SELECT ?", ExecutionParameters=["1, 2"]) == "INVALID_PARAMETER_USAGE: Invalid parameter: 1, 2"


def test_a_prepared_statement_runs_until_it_is_deallocated(sales: Lake) -> None:
    sales.rows("PREPARE one FROM SELECT name FROM sales WHERE id = ?")
    assert sales.rows("EXECUTE one USING 1") == [["name"], ["a"]]
    assert sales.rows("EXECUTE one", ExecutionParameters=["3"]) == [["name"], ['c "x"']]
    listed = sales.athena.list_prepared_statements(WorkGroup="primary")["PreparedStatements"]
    assert [each["StatementName"] for each in listed] == ["one"]
    sales.rows("DEALLOCATE PREPARE one")
    assert sales.error("EXECUTE one USING 1") == "NOT_FOUND: Prepared statement not found: one"


def test_a_running_query_is_stopped(sales: Lake) -> None:
    numbers = "unnest(sequence(1, 30000))"
    slow = f"SELECT count(*) FROM {numbers} a(x) JOIN {numbers} b(y) ON cast(x AS varchar) <> cast(y AS varchar)"
    execution = sales.start(f"{slow} AND (x * y) % 7 = 3")
    sales.athena.stop_query_execution(QueryExecutionId=execution)
    done = sales.wait(execution)
    assert done["Status"]["State"] == "CANCELLED"
    assert done["Status"]["StateChangeReason"] == "Query cancelled by user"


def test_executions_are_listed_latest_first(sales: Lake) -> None:
    first, second = sales.start("SELECT 1"), sales.start("SELECT 2")
    listed = sales.athena.list_query_executions(WorkGroup="primary", MaxResults=2)
    assert listed["QueryExecutionIds"] == [second, first]
    assert "NextToken" in listed
    batch = sales.athena.batch_get_query_execution(QueryExecutionIds=[first, "none"])
    assert [each["QueryExecutionId"] for each in batch["QueryExecutions"]] == [first]
    assert [each["QueryExecutionId"] for each in batch["UnprocessedQueryExecutionIds"]] == ["none"]


def test_runtime_statistics_count_rows(sales: Lake) -> None:
    done = sales.run("SELECT id FROM sales")
    found = sales.athena.get_query_runtime_statistics(QueryExecutionId=done["QueryExecutionId"])
    assert found["QueryRuntimeStatistics"]["Rows"]["OutputRows"] == 3


def test_what_is_not_there_is_an_invalid_request(sales: Lake) -> None:
    for call in (sales.athena.get_query_execution, sales.athena.get_query_results, sales.athena.stop_query_execution):
        with pytest.raises(ClientError, match=r"InvalidRequestException.*was not found"):
            call(QueryExecutionId="none")
    with pytest.raises(ClientError, match="WorkGroup none is not found"):
        sales.start("SELECT 1", WorkGroup="none")
    with pytest.raises(ClientError, match="No output location provided"):
        sales.start("SELECT 1", ResultConfiguration={})
    with pytest.raises(ClientError, match="no other catalog"):
        sales.athena.start_query_execution(QueryString="SELECT 1", QueryExecutionContext={"Catalog": "other"})


def test_a_named_query_is_kept_changed_and_deleted(sales: Lake) -> None:
    athena = sales.athena
    made = athena.create_named_query(Name="n", Database=sales.name, QueryString="SELECT 1")["NamedQueryId"]
    athena.update_named_query(NamedQueryId=made, Name="m", QueryString="SELECT 2")
    found = athena.batch_get_named_query(NamedQueryIds=[made, "none"])
    assert [(each["Name"], each["QueryString"]) for each in found["NamedQueries"]] == [("m", "SELECT 2")]
    assert len(found["UnprocessedNamedQueryIds"]) == 1
    athena.delete_named_query(NamedQueryId=made)
    with pytest.raises(ClientError, match="was not found"):
        athena.get_named_query(NamedQueryId=made)


def test_many_queries_run_at_once(sales: Lake) -> None:
    started = [sales.start(f"SELECT {n}, count(*) FROM sales WHERE id > {n % 3}") for n in range(24)]
    assert {sales.wait(each)["Status"]["State"] for each in started} == {"SUCCEEDED"}
