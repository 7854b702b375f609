"""The pytest fixture `localaws`, which every suite has in whose environment this package is installed."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from localaws.testing import Server

#: What would lead a client elsewhere, or make it somebody else: page "Understanding environment variables", of the
#: SDKs and Tools reference guide.
_LEADS_ELSEWHERE = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
)


@pytest.fixture(scope="session")
def localaws_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for all tests of the process; what one leaves in it, the next one finds."""
    with Server(tmp_path_factory.mktemp("localaws")) as server:
        yield server


@pytest.fixture
def localaws(localaws_server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The server, and an environment that leads every AWS client there for as long as the test lasts."""
    leads_there = {
        "AWS_ENDPOINT_URL": localaws_server.endpoint,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "localaws",
        "AWS_SECRET_ACCESS_KEY": "localaws",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
    for name, value in leads_there.items():
        monkeypatch.setenv(name, value)
    of_services = [name for name in os.environ if name.startswith("AWS_ENDPOINT_URL_")]
    for name in (*_LEADS_ELSEWHERE, *of_services):
        monkeypatch.delenv(name, raising=False)
    return localaws_server
