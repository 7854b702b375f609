"""The resource types that can be deployed: one row each."""

from __future__ import annotations

from importlib import import_module

from localaws.planes.cloudformation.rows.base import Row

#: A module each, here with its rows and in `reads` with its readers.
SERVICES = (
    "athena",
    "cloudwatch",
    "dynamodb",
    "events",
    "glue",
    "iam",
    "kms",
    "lambdas",
    "logs",
    "messaging",
    "others",
    "s3",
    "secrets",
    "stepfunctions",
)
ROWS: dict[str, Row] = {row.type: row for service in SERVICES for row in import_module(f"{__name__}.{service}").ROWS}
