"""Say which crawlers and jobs a run needs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from typing import Any

import boto3

from copperline.contract import load_contracts
from copperline.files.plan import BATCH_BYTES, Planner

client = cache(boto3.client)


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """The feeds that have something to do, with their crawlers and job runs; `nothing` if there is none."""
    planner = Planner(
        dynamodb=client("dynamodb"),
        glue=lambda: client("glue"),
        s3=lambda: client("s3"),
        stack=os.environ["STACK"],
        contracts=load_contracts(),
        batch_bytes=int(os.environ.get("BATCH_BYTES", BATCH_BYTES)),
    )
    return planner.plan(event["execution"])
