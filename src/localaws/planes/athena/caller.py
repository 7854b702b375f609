"""Whose rights a query has: those of whoever started it."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cache
from typing import Any

from localaws import clients
from localaws.identity import credentials_for
from localaws.settings import current

_lock = threading.Lock()


@dataclass(frozen=True)
class Caller:
    """Who started a query: a role, the owner of an access key, or (neither) the administrator."""

    role_arn: str | None = None
    access_key: str | None = None

    def client(self, service: str) -> Any:
        """A client that acts as the caller, so that its reads and writes are judged by its policies."""
        if self.access_key is None:
            return clients.client(service, role_arn=self.role_arn)
        with _lock:
            return _client_of_key(service, self.access_key)

    def credentials(self) -> dict[str, str]:
        """Credentials in the spelling of boto3.client."""
        if self.access_key is not None:
            return {"aws_access_key_id": self.access_key, "aws_secret_access_key": "localaws"}
        return credentials_for(self.role_arn)


ADMINISTRATOR = Caller()


def caller_of(access_key: str | None, account: str) -> Caller:
    """Who has the access key; a key that localaws never made is the administrator's."""
    from moto.iam.models import iam_backends
    from moto.sts.models import sts_backends

    if not access_key:
        return ADMINISTRATOR
    session = sts_backends[account]["aws"].get_assumed_role_from_access_key(access_key)
    if session is not None:
        return Caller(None, access_key) if session.policy else Caller(session.role_arn)
    known = access_key in iam_backends[account]["aws"].access_keys
    return Caller(None, access_key) if known else ADMINISTRATOR


@cache
def _client_of_key(service: str, access_key: str) -> Any:
    import boto3
    from botocore.config import Config

    return boto3.session.Session().client(
        service,
        region_name=current().region,
        endpoint_url=current().endpoint,
        aws_access_key_id=access_key,
        aws_secret_access_key="localaws",  # noqa: S106 - no secret: localaws looks at keys only
        config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, parameter_validation=False),
    )
