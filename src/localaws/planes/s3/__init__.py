"""S3 on files: moto keeps the metadata, the state directory the bytes; reads read no more than is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from localaws import resets, state
from localaws.planes.s3 import (
    bodies,
    conditions,
    encryption,
    lifecycle,
    lifecycle_configuration,
    objects,
    presigned,
    reads,
    tags,
    unemulated,
    uploads,
    versions,
    whole,
    writes,
)
from localaws.planes.s3.requests import Refused
from localaws.settings import Settings
from localaws.wsgi import WsgiApp


def apply(settings: Settings) -> None:
    """Objects are files; every object says how it is encrypted; bucket policies are for the authorization to judge."""
    from moto.iam.access_control import PermissionResult
    from moto.s3.models import FakeBucket

    objects.apply()
    encryption.apply()
    writes.apply()
    versions.apply()
    uploads.apply()
    conditions.apply()
    tags.apply()
    lifecycle_configuration.apply()
    state.on_load(whole.check)
    state.on_save(_begin_save)
    resets.on_forget(objects.discard_all)
    FakeBucket.get_permission = lambda *_: PermissionResult.NEUTRAL


def start(settings: Settings) -> None:
    """There are no files but those of the objects: a killed server may have left some. What is due expires."""
    bodies.sweep(objects.alive())
    lifecycle.start(settings)


def reset() -> None:
    """Nothing has ended: what there is to expire goes with moto's backends."""


def stop() -> None:
    """Nothing expires any more."""
    lifecycle.stop()


def _begin_save() -> Callable[[bool], None]:
    taken = bodies.take_trash()
    return lambda saved: bodies.burn(taken) if saved else bodies.to_trash(taken)


def wrap(app: WsgiApp, settings: Settings) -> WsgiApp:
    """The application, but objects are read from their files and written to them on the way."""

    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        # moto asks for the path as it was sent under this name: a key may hold a percent sign
        environ.setdefault("RAW_URI", environ.get("REQUEST_URI", ""))
        try:
            for part in (unemulated, presigned, conditions):
                part.check(environ)
        except Refused as refused:
            return refused.answer(start_response)
        if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            answer = reads.answer(environ, start_response, settings)
            if answer is not None:
                return answer
        return writes.handle(app, environ, start_response)

    return serve
