"""A local instance: up, down, and what can be wrong with its directory."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from copperctl import deployed, lifecycle, server
from copperctl.aws import Aws
from copperctl.errors import ConfigurationError
from copperctl.instance import Instance, alone, forget_accounts
from localaws.testing import Server
from tests.copperctl.conftest import Command

#: Outputs of the root stack that anyone may rely on.
OUTPUTS = (
    *("CopperBucket", "BronzeBucket", "SilverBucket", "GoldBucket", "ArchiveBucket", "ResultsBucket", "DocsBucket"),
    *("AthenaWorkgroup", "MedallionArn", "PipelineArn", "AlertsTopicArn", "CopperDatabase", "BronzeDatabase"),
    *("SilverDatabase", "GoldDatabase", "QuarantineDatabase", "OpsDatabase"),
)


@pytest.fixture
def server_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A directory for an instance on which nothing is deployed, since that takes its time."""
    monkeypatch.setattr(lifecycle, "deploy", lambda *_, **__: {"CopperBucket": "bucket"})
    folder = tmp_path / "own"
    yield folder
    lifecycle.down(folder)


def test_up_says_all_in_one_line_of_json(copperctl: Command, state: Path) -> None:
    ended = copperctl("up", "--json", "--state", state)
    assert (ended.code, ended.out.count("\n")) == (0, 1)
    told: dict[str, Any] = json.loads(ended.out)
    assert list(told) == ["endpoint", "region", "stack", "outputs", "credentials", "pid"]
    assert set(OUTPUTS) <= set(told["outputs"])
    assert set(told["credentials"]) == {"AccessKeyId", "SecretAccessKey"}
    assert server.answers(told["endpoint"]) == told["pid"]
    assert (told["region"], told["stack"]) == ("us-east-1", "copperline")


def test_up_on_what_is_up_deploys_nothing(copperctl: Command, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "deploy", lambda *_, **__: pytest.fail("it was deployed again"))
    first, again = copperctl("up", "--json", "--state", state), copperctl("up", "--json", "--state", state)
    assert (first.out, first.err) == (again.out, again.err)
    assert copperctl("up", "--state", state).out.startswith("copperline is ready at http://127.0.0.1:")


def test_what_changed_or_is_gone_is_deployed(state: Path, aws: Aws) -> None:
    mark = deployed.fingerprint(lifecycle.root())
    assert deployed.outputs(state, aws.instance, mark) == aws.instance.outputs
    assert deployed.outputs(state, aws.instance, "of other sources") is None
    assert deployed.outputs(state, Instance(aws.instance.endpoint, pid=1), mark) is None, "another process: killed"
    assert deployed.outputs(state, Instance(aws.instance.endpoint, stack="gone", pid=aws.instance.pid), mark) is None


def test_the_fingerprint_tells_names_and_bytes(tmp_path: Path) -> None:
    (tmp_path / "infra").mkdir()
    found = {deployed.fingerprint(tmp_path)}
    for name, text in (("a", "1"), ("a", "2"), ("b", "1")):
        (tmp_path / "infra" / name).write_text(text)
        found.add(deployed.fingerprint(tmp_path))
    assert len(found) == 4


def test_down_and_up_find_everything_as_it_was(server_only: Path) -> None:
    first = lifecycle.up(server_only)
    Aws(first).client("s3").create_bucket(Bucket="kept")
    assert lifecycle.down(server_only)
    assert server.answers(first.endpoint) is None
    assert not lifecycle.down(server_only), "nothing runs any more"
    again = lifecycle.up(server_only)
    assert (again.endpoint, again.pid != first.pid) == (first.endpoint, True)
    assert "kept" in [bucket["Name"] for bucket in Aws(again).client("s3").list_buckets()["Buckets"]]


def test_two_directories_do_not_disturb_each_other(server_only: Path, state: Path, aws: Aws) -> None:
    other = lifecycle.up(server_only)
    assert other.endpoint != aws.instance.endpoint
    assert Aws(other).client("s3").list_buckets()["Buckets"] == []
    lifecycle.down(server_only)
    assert server.running(state) is not None
    server.save(server_only, Instance(aws.instance.endpoint, pid=other.pid))
    assert server.running(server_only) is None, "its port is another's by now"


def test_delete_removes_what_up_made_and_nothing_else(copperctl: Command, server_only: Path, tmp_path: Path) -> None:
    lifecycle.up(server_only)
    ended = copperctl("down", "--delete", "--state", server_only)
    assert (ended.code, ended.out) == (0, f"stopped; {server_only} is removed\n")
    assert not server_only.exists()
    again = copperctl("down", "--delete", "--state", server_only)
    assert (again.code, again.out) == (0, "nothing was running\n")
    (tmp_path / "mine").mkdir()
    assert copperctl("down", "--delete", "--state", tmp_path / "mine").code == 2
    assert (tmp_path / "mine").is_dir()


def test_a_port_in_use_is_named(copperctl: Command, server_only: Path, aws: Aws) -> None:
    port = aws.instance.endpoint.rpartition(":")[2]
    ended = copperctl("up", "--port", port, "--state", server_only)
    assert ended.code == 3
    assert f"cannot listen on 127.0.0.1:{port}" in ended.err


def test_a_directory_that_another_server_has_is_refused(
    copperctl: Command, server_only: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "_LAST_WORDS", 0.0)
    with Server(server_only / "localaws") as other:
        ended = copperctl("up", "--state", server_only)
        assert ended.code == 3
        assert f"expected a directory that no server uses, got process {other.pid}" in ended.err


def test_a_server_that_does_not_answer_can_still_be_stopped(copperctl: Command, server_only: Path) -> None:
    found = lifecycle.up(server_only)
    (server_only / "copperctl.json").unlink()
    assert copperctl("status", "--state", server_only).code == 2
    assert lifecycle.down(server_only)
    assert server.answers(found.endpoint) is None


def test_what_up_remembers_can_be_broken(copperctl: Command, server_only: Path) -> None:
    server_only.mkdir()
    (server_only / "copperctl.json").write_text("{")
    for command in ("up", "status"):
        ended = copperctl(command, "--state", server_only)
        assert ended.code == 3
        assert f"{server_only}/copperctl.json: file: expected what `up` writes" in ended.err


def test_a_broken_state_is_named(copperctl: Command, server_only: Path) -> None:
    (server_only / "localaws").mkdir(parents=True)
    (server_only / "localaws/snapshot").write_text("nonsense")
    ended = copperctl("up", "--state", server_only)
    assert ended.code == 3
    assert "is broken: expected a state of localaws; restore or delete it" in ended.err


def test_after_a_kill_it_comes_back_and_is_deployed_again(server_only: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = lifecycle.up(server_only)
    os.kill(first.pid, signal.SIGKILL)
    while server.answers(first.endpoint):
        time.sleep(0.01)
    calls: list[str] = []
    monkeypatch.setattr(lifecycle, "deploy", lambda _root, stack, **_: calls.append(stack) or {})
    assert lifecycle.up(server_only).pid != first.pid
    assert calls == ["copperline"]


def test_one_at_a_time(server_only: Path) -> None:
    import threading

    said: list[str] = []
    with server.only_one(server_only):
        second = threading.Thread(target=_take, args=(server_only, said))
        second.start()
        while not said:
            time.sleep(0.01)
        assert said == [f"waiting for another copperctl that is at work in {server_only}"]
    second.join()
    assert said[-1] == "taken"


def _take(folder: Path, said: list[str]) -> None:
    with server.only_one(folder, said.append):
        said.append("taken")


def test_a_server_that_is_never_ready_is_given_up(server_only: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_PATIENCE", 0.0)
    with pytest.raises(ConfigurationError, match="was not ready after 0 s"):
        lifecycle.up(server_only)


def test_a_process_that_is_gone_has_stopped() -> None:
    child = os.spawnlp(os.P_NOWAIT, "true", "true")
    os.waitpid(child, 0)
    assert not server.stop(child)


def test_no_account_of_the_persons_own_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"):
        monkeypatch.setenv(name, "somewhere")
    assert {"AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3"} & set(alone(os.environ)) == set()
    found = Instance("http://here", pid=1).environment()
    assert (found["AWS_ENDPOINT_URL"], found["AWS_CONFIG_FILE"]) == ("http://here", os.devnull)
    forget_accounts()
    assert "AWS_PROFILE" not in os.environ


def test_a_profile_that_does_not_exist_disturbs_no_local_command(
    copperctl: Command, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    assert copperctl("status", "--state", state).code == 0
