"""The credentials that a query works with: all that its process knows of whoever started it."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from localaws import clients
from localaws.settings import current

_lock = threading.Lock()  # boto3 sessions are not thread-safe while they build a client


@dataclass(frozen=True)
class Keys:
    """An access key, and the token of the session that it belongs to, if any."""

    id: str
    secret: str
    token: str | None = None

    def client(self, service: str) -> Any:
        """A client that acts as the owner of the keys, so that its reads and writes are judged by its policies."""
        with _lock:
            return _client(self, service, current().endpoint)


@lru_cache(maxsize=64)
def _client(keys: Keys, service: str, endpoint: str) -> Any:
    from botocore.config import Config

    return clients.session().client(
        service,
        region_name=current().region,
        endpoint_url=endpoint,
        aws_access_key_id=keys.id,
        aws_secret_access_key=keys.secret,
        aws_session_token=keys.token,
        config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, parameter_validation=False),
    )
