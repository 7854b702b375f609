"""The resource types that can be deployed: one row each."""

from __future__ import annotations

from localaws.planes.cloudformation.rows import (
    athena,
    cloudwatch,
    dynamodb,
    events,
    glue,
    iam,
    kms,
    lambdas,
    logs,
    messaging,
    others,
    s3,
    secrets,
    stepfunctions,
)
from localaws.planes.cloudformation.rows.base import Row

_MODULES = (
    athena,
    cloudwatch,
    dynamodb,
    events,
    glue,
    iam,
    kms,
    lambdas,
    logs,
    messaging,
    others,
    s3,
    secrets,
    stepfunctions,
)

ROWS: dict[str, Row] = {row.type: row for module in _MODULES for row in module.ROWS}
