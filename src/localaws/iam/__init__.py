"""IAM: every request is weighed by the policies of whoever makes it and of what it is for.

`wrap` is the middleware. Other planes ask `may_assume`, `service_may` and `role_may`.
"""

from __future__ import annotations

from localaws.iam.trust import AccessDenied, may_assume, role_may, service_may
from localaws.settings import Settings
from localaws.wsgi import WsgiApp

__all__ = ["AccessDenied", "may_assume", "role_may", "service_may", "wrap"]


def wrap(app: WsgiApp, settings: Settings) -> WsgiApp:
    """The application behind a gate that lets through what IAM allows."""
    from localaws.iam import mends
    from localaws.iam.gate import Gate

    mends.apply()
    return Gate(app, settings)
