"""Athena's operations on queries, in place of moto's canned ones."""

from __future__ import annotations

import json
from typing import Any

from localaws.planes.athena import results, runner
from localaws.planes.athena.caller import caller_of
from localaws.planes.athena.errors import QueryError
from localaws.planes.athena.executions import FINAL, Execution
from localaws.planes.athena.statements import bare, kind
from localaws.planes.athena.workgroups import InvalidRequest, terms

_LONGEST = 262144  # Athena user guide, "Service Quotas"
_PAGE = 1000


def invalid(message: str) -> Exception:
    """InvalidRequestException with the message."""
    from moto.core.exceptions import JsonRESTError

    error: Exception = JsonRESTError("InvalidRequestException", message)
    return error


def start_query_execution(self: Any) -> str:
    """Page "StartQueryExecution": the same token starts the same query once."""
    backend, sql, token = (
        self.athena_backend,
        self._get_param("QueryString") or "",
        self._get_param("ClientRequestToken"),
    )
    asked = _asked(self)
    for known in backend.executions.values():
        if token and known.token == token:
            if known.query != sql:
                raise invalid("Idempotent parameters do not match")
            return json.dumps({"QueryExecutionId": known.id})
    execution = _made(self, backend, sql, token, asked)
    backend.executions[execution.id] = execution
    runner.submit(execution, backend)
    return json.dumps({"QueryExecutionId": execution.id})


def _asked(self: Any) -> dict[str, Any]:
    sql = self._get_param("QueryString") or ""
    if not bare(sql):
        raise invalid("Query string is empty" if not sql.strip() else "Query is empty: it has comments only")
    if len(sql.encode()) > _LONGEST:
        raise invalid(f"Query string is longer than {_LONGEST} bytes")
    context = self._get_param("QueryExecutionContext") or {}
    if context.get("Catalog", "AwsDataCatalog").lower() != "awsdatacatalog":
        raise invalid(f"localaws has no other catalog than AwsDataCatalog, not {context['Catalog']}")
    return dict(context)


def _made(self: Any, backend: Any, sql: str, token: str | None, context: dict[str, str]) -> Execution:
    group = backend.work_groups.get(self._get_param("WorkGroup") or "primary")
    if group is None:
        raise invalid(f"WorkGroup {self._get_param('WorkGroup')} is not found.")
    try:
        found = terms(group, self._get_param("ResultConfiguration") or {})
    except InvalidRequest as error:
        raise invalid(str(error)) from error
    caller = caller_of(self.access_key, self.current_account)
    what = kind(sql)
    execution = Execution(
        query=sql,
        workgroup=group.name,
        context=context,
        configuration=dict(found.configuration),
        cutoff=found.cutoff,
        put=found.put,
        parameters=list(self._get_param("ExecutionParameters") or []),
        token=token,
        role_arn=caller.role_arn,
        access_key=caller.access_key,
        statement=what.statement,
        substatement=what.substatement,
    )
    ending = "csv" if what.statement == "DML" else "txt"
    execution.configuration["OutputLocation"] = f"{found.location}{execution.id}.{ending}"
    return execution


def _found(self: Any) -> Execution:
    name = self._get_param("QueryExecutionId")
    found: Execution | None = self.athena_backend.executions.get(name)
    if found is None:
        raise invalid(f"QueryExecution {name} was not found")
    return found


def get_query_execution(self: Any) -> str:
    """Page "GetQueryExecution"."""
    return json.dumps({"QueryExecution": _found(self).described()})


def batch_get_query_execution(self: Any) -> str:
    """Page "BatchGetQueryExecution"."""
    known = self.athena_backend.executions
    names = self._get_param("QueryExecutionIds") or []
    missing = [
        {"QueryExecutionId": name, "ErrorCode": "INVALID_INPUT", "ErrorMessage": f"QueryExecution {name} was not found"}
        for name in names
        if name not in known
    ]
    described = [known[name].described() for name in names if name in known]
    return json.dumps({"QueryExecutions": described, "UnprocessedQueryExecutionIds": missing})


def list_query_executions(self: Any) -> str:
    """Page "ListQueryExecutions": the latest first."""
    group = self._get_param("WorkGroup") or "primary"
    if group not in self.athena_backend.work_groups:
        raise invalid(f"WorkGroup {group} is not found.")
    known = [each.id for each in reversed(self.athena_backend.executions.values()) if each.workgroup == group]
    start = int(self._get_param("NextToken") or 0)
    size = min(int(self._get_param("MaxResults") or 50), 50)
    answer: dict[str, Any] = {"QueryExecutionIds": known[start : start + size]}
    if start + size < len(known):
        answer["NextToken"] = str(start + size)
    return json.dumps(answer)


def stop_query_execution(self: Any) -> str:
    """Page "StopQueryExecution": a query that has ended stays as it is."""
    runner.stop(_found(self))
    return json.dumps({})


def get_query_results(self: Any) -> str:
    """Page "GetQueryResults": the first row of a SELECT's result is the header; the caller must be able to read S3."""
    execution = _found(self)
    if execution.status != "SUCCEEDED":
        raise invalid(_not_ready(execution))
    limit = int(self._get_param("MaxResults") or _PAGE)
    if not 1 <= limit <= _PAGE:
        raise invalid(f"MaxResults is more than maximum allowed length {_PAGE}.")
    keys = caller_of(self.access_key, self.current_account).keys()
    try:
        rows, token = results.page(keys, execution.output, self._get_param("NextToken"), limit)
    except QueryError as error:
        raise invalid(f"Could not find results: {error}") from error
    except ValueError as error:
        raise invalid("Malformed NextToken") from error
    answer: dict[str, Any] = {
        "UpdateCount": 0,
        "ResultSet": {
            "Rows": [{"Data": [_datum(value) for value in row]} for row in rows],
            "ResultSetMetadata": {"ColumnInfo": execution.columns},
        },
    }
    if token is not None:
        answer["NextToken"] = token
    return json.dumps(answer)


def _not_ready(execution: Execution) -> str:
    if execution.status in FINAL:
        return f"Query did not finish successfully. Final query state: {execution.status}"
    return f"Query has not yet finished. Current state: {execution.status}"


def _datum(value: str | None) -> dict[str, str]:
    return {} if value is None else {"VarCharValue": value}


def get_query_runtime_statistics(self: Any) -> str:
    """Page "GetQueryRuntimeStatistics": timeline and rows; stages are not told, DuckDB having none."""
    execution = _found(self)
    timeline = {k: v for k, v in execution.statistics().items() if k.endswith("InMillis")}
    rows = {"InputBytes": execution.scanned, "OutputBytes": execution.size, "OutputRows": execution.rows}
    return json.dumps({"QueryRuntimeStatistics": {"Timeline": timeline, "Rows": rows}})


OPERATIONS = (
    start_query_execution,
    get_query_execution,
    batch_get_query_execution,
    list_query_executions,
    stop_query_execution,
    get_query_results,
    get_query_runtime_statistics,
)
