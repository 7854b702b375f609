"""The s3 plane: moto's own so far."""

from __future__ import annotations

from localaws.app import WsgiApp
from localaws.settings import Settings


def apply(settings: Settings) -> None:
    """Nothing is mended yet."""


def wrap(app: WsgiApp, settings: Settings) -> WsgiApp:
    """The application as it was."""
    return app
