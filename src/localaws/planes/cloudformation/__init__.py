"""CloudFormation: stacks are deployed by an engine of our own, through the APIs of the services.

moto's engine drops properties in silence, replaces nested stacks, and neither rolls back nor changes most types in
place. Here each resource type is a row (`rows`), AWS's own schemas say what a type knows and what a change of it means
(`schema`), and a deployment keeps what it needs to go back (`deploy`).
"""

from __future__ import annotations

from localaws.settings import Settings


def apply(settings: Settings) -> None:
    """Stacks are created, updated, rolled back and deleted as on AWS."""
    from localaws.planes.cloudformation import mends, nested, responses
    from localaws.planes.cloudformation.rows import ROWS

    ROWS[nested.ROW.type] = nested.ROW
    mends.apply()
    responses.apply()


def start(settings: Settings) -> None:
    """No stack waits for an operation that ended with an earlier process."""
    from moto.cloudformation.models import cloudformation_backends

    from localaws.planes.cloudformation import operations

    for _, _, backend in cloudformation_backends.iter_backends():
        operations.interrupted(backend)
