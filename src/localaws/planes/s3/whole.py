"""A state directory whose objects are not whole is broken: nobody learns it from an object that cannot be read."""

from __future__ import annotations

from localaws.planes.s3 import bodies, objects
from localaws.planes.s3.bodies import Body
from localaws.state_dir import StateError


def check() -> None:
    """The bytes of every object that was saved are there.

    Raises:
        StateError: some are not; nothing was touched.
    """
    broken = sorted({body.name for body in objects.kept() if body.name and not _whole(body)})
    if broken:
        path = bodies.path_of(broken[0])
        more = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
        raise StateError(f"{path} is missing or too short{more}: it holds bytes of an object; restore it, or {_REMEDY}")


_REMEDY = "name another directory with --state"


def _whole(body: Body) -> bool:
    try:
        return bodies.path_of(body.name).stat().st_size >= body.start + body.size
    except OSError:
        return False
