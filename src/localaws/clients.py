"""boto3 clients with which localaws calls itself."""

from __future__ import annotations

import os
import threading
from functools import cache, lru_cache
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import ConnectionError as NoConnection
from botocore.exceptions import HTTPClientError

from localaws.identity import credentials_for
from localaws.settings import current

#: What a call of ourselves raises while the server goes down, before and after its socket is closed.
GOING_DOWN = (HTTPClientError, NoConnection)
_lock = threading.Lock()  # boto3 sessions are not thread-safe while they build a client


def client(service: str, region: str | None = None, role_arn: str | None = None) -> Any:
    """A client of the service on our own endpoint, acting as the role or else as the administrator; built once."""
    with _lock:
        return _build(service, region or current().region, role_arn, current().endpoint)


def forget() -> None:
    """No client is kept that acts as a role which is gone."""
    with _lock:
        _build.cache_clear()


@cache
def session() -> boto3.session.Session:
    """One for all: each would load the services' descriptions for itself, 40 MB of them."""
    return of_nobody()


def of_nobody() -> boto3.session.Session:
    """A session that reads neither a profile nor a file of whoever uses this machine."""
    none = (None, None, None, None)
    nowhere = (None, None, os.devnull, None)
    kept = {"profile": none, "config_file": nowhere, "credentials_file": nowhere}
    return boto3.session.Session(botocore_session=botocore.session.Session(session_vars=kept))


@lru_cache(maxsize=256)
def _build(service: str, region: str, role_arn: str | None, endpoint: str) -> Any:
    config = Config(
        parameter_validation=False,
        max_pool_connections=50,
        retries={"total_max_attempts": 1},
        read_timeout=3600,
        s3={"addressing_style": "path"},
    )
    return session().client(
        service, region_name=region, endpoint_url=endpoint, config=config, **credentials_for(role_arn)
    )
