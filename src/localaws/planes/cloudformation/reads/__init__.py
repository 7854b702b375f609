"""What resources really are: one reader a type."""

from __future__ import annotations

from importlib import import_module

from localaws.planes.cloudformation.reads.base import Read
from localaws.planes.cloudformation.rows import SERVICES

READS: dict[str, Read] = {
    kind: read for service in SERVICES for kind, read in import_module(f"{__name__}.{service}").READS.items()
}
