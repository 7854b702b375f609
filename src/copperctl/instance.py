"""An instance on this machine, as whoever talks to it needs to know it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

REGION = "us-east-1"
ADMINISTRATOR = {"AccessKeyId": "localaws", "SecretAccessKey": "localaws"}
#: What would lead a client of this machine's AWS to somebody's account, or to somebody's settings for it.
_ELSEWHERE = (
    *("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_CA_BUNDLE"),
    *("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"),
)
_FILES = ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")


@dataclass
class Instance:
    """What a state directory remembers of its server; what `copperctl up --json` prints."""

    endpoint: str
    region: str = REGION
    stack: str = "copperline"
    outputs: dict[str, str] = field(default_factory=dict)
    credentials: dict[str, str] = field(default_factory=lambda: dict(ADMINISTRATOR))
    pid: int = 0

    def environment(self) -> dict[str, str]:
        """The environment in which any client of AWS finds this server, and no account beside it."""
        return {
            **alone(os.environ),
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_ACCESS_KEY_ID": self.credentials["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": self.credentials["SecretAccessKey"],
        }

    def as_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self))


def alone(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without what names an account of the person's own."""
    kept = {name: value for name, value in environment.items() if not _is_elsewhere(name)}
    return kept | dict.fromkeys(_FILES, os.devnull)


def forget_accounts() -> None:
    """Clients that this process makes see no account of the person's own."""
    wanted = alone(os.environ)
    for name in set(os.environ) - set(wanted):
        del os.environ[name]
    os.environ.update(wanted)


def _is_elsewhere(name: str) -> bool:
    return name in _ELSEWHERE or name.startswith("AWS_ENDPOINT_URL")
