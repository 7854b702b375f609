"""The WSGI application: moto's own, mended, in the one order that works."""

from __future__ import annotations

import importlib
import os
import traceback
from typing import Any

from localaws import clients, economy, health, identity, moto_api, resets, state
from localaws import settings as _settings
from localaws.settings import Settings
from localaws.wsgi import WsgiApp

#: Applied in this order: a plane may rely on those before it.
PLANES = (
    "s3",
    "kms",
    "dynamodb",
    "lambdas",
    "sns",
    "glue_catalog",
    "glue_jobs",
    "glue_crawlers",
    "athena",
    "stepfunctions",
    "events",
    "cloudformation",
)
#: Wrapped around moto in this order: the last one sees a request first.
MIDDLEWARE = ("localaws.planes.s3", "localaws.faults", "localaws.iam")


def build(settings: Settings) -> WsgiApp:
    """An application that answers as AWS does, for this process's settings.

    moto reads its port and account when it is imported, and builds a service's handlers at the first request:
    the environment comes before the import, and every plane before the first request.

    Raises:
        localaws.state_dir.StateError: the saved state cannot be loaded.
    """
    _settings.use(settings)
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):  # moto's own sessions would look for it
        os.environ.pop(name, None)
    os.environ["MOTO_PORT"] = str(settings.port)
    os.environ["MOTO_ACCOUNT_ID"] = settings.account
    os.environ["MOTO_DISABLE_GLOBAL_CORS"] = "true"  # a bucket's own rules hold
    economy.apply()
    for name in PLANES:
        plane = _plane(name)
        plane.apply(settings)
        resets.on_end(getattr(plane, "reset", getattr(plane, "stop", _nothing)))
    from moto.server import DomainDispatcherApplication, create_backend_app

    state.load(settings)
    app: WsgiApp = economy.wrap(DomainDispatcherApplication(create_backend_app))
    for name in MIDDLEWARE:
        app = importlib.import_module(name).wrap(app, settings)
    resets.on_forget(identity.forget)
    resets.on_forget(clients.forget)
    return health.wrap(moto_api.wrap(state.wrap(app, settings), settings), settings)


def start(settings: Settings) -> None:
    """Every plane that works in the background has begun, and what changes is saved."""
    state.start(settings)
    for name in PLANES:
        getattr(_plane(name), "start", _nothing)(settings)


def stop_planes() -> None:
    """No plane works in the background any more; child processes are gone."""
    for name in reversed(PLANES):
        try:
            getattr(_plane(name), "stop", _nothing)()
        except Exception:  # noqa: BLE001 - whatever one plane does at its end, the others stop
            traceback.print_exc()


def save(settings: Settings) -> None:
    """Everything is in the state directory, for good."""
    state.stop(settings)


def _plane(name: str) -> Any:
    return importlib.import_module(f"localaws.planes.{name}")


def _nothing(*_: object) -> None:
    return None
