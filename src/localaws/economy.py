"""What moto does on every request and localaws has no use for."""

from __future__ import annotations

from functools import lru_cache
from typing import Any


def apply() -> None:
    """A request costs about half of what it did, and what is deleted leaves the memory."""
    from moto.core.common_models import BaseModel
    from moto.moto_api._internal.recorder.models import Recorder
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication

    # moto keeps each object that it ever made, for a dashboard
    BaseModel.__new__ = lambda cls, *_, **__: object.__new__(cls)
    Recorder._record_request = lambda *_: None
    _remember_hosts(DomainDispatcherApplication)


def _remember_hosts(dispatcher: Any) -> None:
    """Which service answers for a host is found once a host, not twice a request among 500 patterns and folders."""
    plain = dispatcher.get_backend_for_host

    @lru_cache(maxsize=4096)
    def found(dispatcher: Any, host: str | None) -> Any:
        return plain(dispatcher, host)

    dispatcher.get_backend_for_host = found
