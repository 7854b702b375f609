"""Named queries, prepared statements and workgroups: what moto leaves out or answers wrongly."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from localaws.planes.athena.api import invalid


def get_named_query(self: Any) -> str:
    """Page "GetNamedQuery"."""
    return json.dumps({"NamedQuery": _described(_named(self, self._get_param("NamedQueryId")))})


def batch_get_named_query(self: Any) -> str:
    """Page "BatchGetNamedQuery"."""
    known = self.athena_backend.named_queries
    names = self._get_param("NamedQueryIds") or []
    missing = [
        {"NamedQueryId": name, "ErrorCode": "INVALID_INPUT", "ErrorMessage": f"NamedQuery {name} was not found"}
        for name in names
        if name not in known
    ]
    found = [_described(known[name]) for name in names if name in known]
    return json.dumps({"NamedQueries": found, "UnprocessedNamedQueryIds": missing})


def delete_named_query(self: Any) -> str:
    """Page "DeleteNamedQuery"."""
    _named(self, self._get_param("NamedQueryId"))
    del self.athena_backend.named_queries[self._get_param("NamedQueryId")]
    return json.dumps({})


def update_named_query(self: Any) -> str:
    """Page "UpdateNamedQuery": the description is replaced where it is given."""
    found = _named(self, self._get_param("NamedQueryId"))
    found.name, found.query_string = self._get_param("Name"), self._get_param("QueryString")
    if self._get_param("Description") is not None:
        found.description = self._get_param("Description")
    return json.dumps({})


def get_work_group(self: Any) -> str:
    """Page "GetWorkGroup": a name that means no workgroup is an error."""
    name = self._get_param("WorkGroup")
    if name not in self.athena_backend.work_groups:
        raise invalid(f"WorkGroup {name} is not found.")
    return json.dumps({"WorkGroup": self.athena_backend.get_work_group(name)})


def get_prepared_statement(self: Any) -> str:
    """Page "GetPreparedStatement"."""
    return json.dumps({"PreparedStatement": _prepared_described(_prepared(self))})


def list_prepared_statements(self: Any) -> str:
    """Page "ListPreparedStatements"."""
    group = self._get_param("WorkGroup")
    found = [each for each in self.athena_backend.prepared_statements.values() if each.workgroup == group]
    summaries = [
        {"StatementName": each.statement_name, "LastModifiedTime": _seconds(each.last_modified_time)} for each in found
    ]
    return json.dumps({"PreparedStatements": summaries})


def update_prepared_statement(self: Any) -> str:
    """Page "UpdatePreparedStatement"."""
    found = _prepared(self)
    found.query_statement = self._get_param("QueryStatement")
    found.description = self._get_param("Description") or found.description
    return json.dumps({})


def delete_prepared_statement(self: Any) -> str:
    """Page "DeletePreparedStatement"."""
    del self.athena_backend.prepared_statements[_prepared(self).statement_name]
    return json.dumps({})


def _named(self: Any, name: str) -> Any:
    found = self.athena_backend.named_queries.get(name)
    if found is None:
        raise invalid(f"NamedQuery {name} was not found")
    return found


def _described(query: Any) -> dict[str, Any]:
    described = {
        "Name": query.name,
        "Database": query.database,
        "QueryString": query.query_string,
        "NamedQueryId": query.id,
        "WorkGroup": query.workgroup.name,
    }
    return {**described, "Description": query.description} if query.description is not None else described


def _prepared(self: Any) -> Any:
    name, group = self._get_param("StatementName"), self._get_param("WorkGroup")
    found = self.athena_backend.prepared_statements.get(name)
    if found is None or found.workgroup != group:
        raise invalid(f"PreparedStatement {name} was not found in workGroup {group}")
    return found


def _prepared_described(statement: Any) -> dict[str, Any]:
    return {
        "StatementName": statement.statement_name,
        "QueryStatement": statement.query_statement,
        "WorkGroupName": statement.workgroup,
        "Description": statement.description or "",
        "LastModifiedTime": _seconds(statement.last_modified_time),
    }


def _seconds(moment: datetime) -> float:
    return moment.timestamp()


OPERATIONS = (
    get_named_query,
    batch_get_named_query,
    delete_named_query,
    update_named_query,
    get_work_group,
    get_prepared_statement,
    list_prepared_statements,
    update_prepared_statement,
    delete_prepared_statement,
)
