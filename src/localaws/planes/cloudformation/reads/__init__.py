"""What resources really are: one reader a type."""

from __future__ import annotations

from localaws.planes.cloudformation.reads import (
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
from localaws.planes.cloudformation.reads.base import Read

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

READS: dict[str, Read] = {kind: read for module in _MODULES for kind, read in module.READS.items()}
