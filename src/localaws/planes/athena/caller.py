"""Whose rights a query has: those of whoever started it."""

from __future__ import annotations

from dataclasses import dataclass

from localaws.identity import credentials_for
from localaws.planes.athena.keys import Keys


@dataclass(frozen=True)
class Caller:
    """Who started a query: a role, the owner of an access key, or (neither) the administrator."""

    role_arn: str | None = None
    access_key: str | None = None

    def keys(self) -> Keys:
        """Credentials that are the caller's, so that what is done with them is judged by its policies."""
        if self.access_key is not None:
            return Keys(self.access_key, "localaws")  # no secret: localaws looks at keys only
        found = credentials_for(self.role_arn)
        return Keys(found["aws_access_key_id"], found["aws_secret_access_key"], found.get("aws_session_token"))


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
