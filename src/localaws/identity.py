"""Who acts: session credentials of roles, for whatever localaws starts on somebody's behalf."""

from __future__ import annotations

import os
import threading
import time
from typing import Any

from localaws import processes
from localaws.settings import current

ADMINISTRATOR = {"aws_access_key_id": "localaws", "aws_secret_access_key": "localaws"}  # any key that is no role's

_lock = threading.Lock()
_sessions: dict[str, tuple[float, dict[str, str]]] = {}
_DURATION = 43200
_FRESH = _DURATION / 4  # whoever gets a session can work with it for nine hours


def credentials_for(role_arn: str | None) -> dict[str, str]:
    """Session credentials that act as the role, in the spelling of boto3.client; the administrator's for None.

    A session is made anew every few hours, as the services of AWS do for their service roles; a restart makes a new
    one too, and those before it, which are in the saved state, go on being valid.
    """
    if role_arn is None:
        return ADMINISTRATOR
    with _lock:
        made, session = _sessions.get(role_arn, (0.0, {}))
        if not session or time.monotonic() - made > _FRESH:
            session = _assume(role_arn)
            _sessions[role_arn] = time.monotonic(), session
        return session


def child_env(role_arn: str | None, region: str, process: str = "") -> dict[str, str]:
    """The environment of a process that acts as the role: where localaws is, and who the process is.

    By the name of the `process` its requests are told from those of others that act as the same role.
    """
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR", "JAVA_HOME") if name in os.environ}
    credentials = {name.upper(): value for name, value in credentials_for(role_arn).items()}
    if process and "AWS_SESSION_TOKEN" in credentials:
        credentials["AWS_SESSION_TOKEN"] = processes.marked(credentials["AWS_SESSION_TOKEN"], process)
    return {
        **keep,
        **credentials,
        "AWS_ENDPOINT_URL": current().endpoint,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        # whatever profile, region or endpoint the user of this machine has configured is none of the process's business
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def forget() -> None:
    """Nobody has a session."""
    with _lock:
        _sessions.clear()


def _assume(role_arn: str) -> dict[str, str]:
    from moto.sts.models import sts_backends

    account = role_arn.split(":")[4]
    backend: Any = sts_backends[account]["aws"]
    role = backend.assume_role(current().region, "localaws", role_arn, None, _DURATION, None)
    return {
        "aws_access_key_id": role.access_key_id,
        "aws_secret_access_key": role.secret_access_key,
        "aws_session_token": role.session_token,
    }
