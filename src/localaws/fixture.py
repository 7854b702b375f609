"""The pytest fixture `localaws`, which every suite has in whose environment this package is installed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from localaws.testing import Server


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
    }
    for name, value in leads_there.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return localaws_server
