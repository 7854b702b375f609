"""DynamoDB's operations on several tables, on indexes, and in PartiQL: what each needs where."""

from __future__ import annotations

import re
from collections.abc import Callable

from localaws.iam.calls.call import Call, Pair

_PARTIQL = re.compile(r"\s*(?:EXISTS\s*\(\s*)?(SELECT|INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
_PARTIQL_TABLE = re.compile(r'\b(?:FROM|INTO|UPDATE)\s+"?([\w.-]+)"?(?:\."?([\w.-]+)"?)?', re.IGNORECASE)


def _table(call: Call, name: str) -> str:
    return name if name.startswith("arn:") else call.arn(f"table/{name}")


def _batch(call: Call) -> list[Pair]:
    """A batch needs its own permission on each table. (DynamoDB, "Actions, resources, and condition keys")"""
    items = call.params.get("RequestItems")
    tables = items if isinstance(items, dict) else {}
    return [(call.action, _table(call, name)) for name in tables] or [(call.action, "*")]


_TRANSACTED = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
    "Get": "dynamodb:GetItem",
}


def _transacted(call: Call) -> list[Pair]:
    """A transaction needs the permission of each of its parts. (DynamoDB, "IAM and transactions")"""
    parts = [part for item in call.params.get("TransactItems") or [] for part in item.items()]
    known = [(_TRANSACTED[kind], str(body.get("TableName"))) for kind, body in parts if kind in _TRANSACTED]
    found = [(action, _table(call, table)) for action, table in known]
    return list(dict.fromkeys(found)) or [(call.action, "*")]


def _query(call: Call) -> list[Pair]:
    """A query of an index needs permission on the index. (DynamoDB, "Using IAM policy conditions")"""
    table, index = _table(call, call.text("TableName")), call.text("IndexName")
    return [(call.action, f"{table}/index/{index}" if index else table)]


def _partiql(call: Call) -> list[Pair]:
    """Each statement by its verb. (DynamoDB, "IAM security policies with PartiQL for DynamoDB")"""
    statements = call.texts("Statement", "Statements.Statement", "TransactStatements.Statement")
    return [_partiql_statement(call, text) for text in statements] or [(call.action, "*")]


def _partiql_statement(call: Call, text: str) -> Pair:
    verb, table = _PARTIQL.match(text), _PARTIQL_TABLE.search(text)
    if not verb or not table:
        return call.action, "*"
    arn = _table(call, table[1]) + (f"/index/{table[2]}" if table[2] else "")
    return f"dynamodb:PartiQL{verb[1].capitalize()}", arn


SPECIAL: dict[str, Callable[[Call], list[Pair]]] = {
    "dynamodb:BatchGetItem": _batch,
    "dynamodb:BatchWriteItem": _batch,
    "dynamodb:TransactGetItems": _transacted,
    "dynamodb:TransactWriteItems": _transacted,
    "dynamodb:Query": _query,
    "dynamodb:Scan": _query,
    "dynamodb:ExecuteStatement": _partiql,
    "dynamodb:BatchExecuteStatement": _partiql,
    "dynamodb:ExecuteTransaction": _partiql,
}
