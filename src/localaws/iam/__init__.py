"""Policies are not evaluated yet."""

from __future__ import annotations

from localaws.app import WsgiApp
from localaws.settings import Settings


def wrap(app: WsgiApp, settings: Settings) -> WsgiApp:
    """The application as it was."""
    return app
