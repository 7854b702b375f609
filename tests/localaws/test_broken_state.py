"""A state directory that is broken, newer or somebody else's: one sentence, exit code 3, and nothing is touched."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from localaws import state_dir
from localaws.testing import Server
from tests.localaws.test_state import run

BODY = b"x" * 10_000


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state with a little of everything that is kept in files."""
    state = tmp_path_factory.mktemp("good")
    with Server(state) as server:
        s3 = server.client("s3")
        s3.create_bucket(Bucket="kept")
        s3.put_object(Bucket="kept", Key="k", Body=BODY)
        s3.put_object(Bucket="kept", Key="empty", Body=b"")
        topic = server.client("sns").create_topic(Name="t")["TopicArn"]
        server.client("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint="a@example.com")
        server.client("sns").publish(TopicArn=topic, Message="hello")
    (state / "localaws.log").unlink()
    return state


@pytest.fixture
def state(good: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(good, tmp_path / "state"))


def seen(state: Path) -> dict[str, tuple[bytes, int]]:
    """Every file with its bytes and when they were written."""
    return {
        str(path.relative_to(state)): (path.read_bytes() if path.is_file() else b"", path.stat().st_mtime_ns)
        for path in sorted(state.rglob("*"))
    }


def body(state: Path) -> Path:
    """The file of the object's bytes."""
    (found,) = [path for path in (state / "s3").rglob("*") if path.is_file()]
    return found


def rewritten(change: Callable[[bytes], bytes]) -> Callable[[Path], object]:
    return lambda state: (state / "snapshot").write_bytes(change((state / "snapshot").read_bytes()))


def with_header(**fields: object) -> Callable[[Path], object]:
    def change(data: bytes) -> bytes:
        line, _, rest = data.partition(b"\n")
        return json.dumps({**json.loads(line), **fields}).encode() + b"\n" + rest

    return rewritten(change)


def folder_for_snapshot(state: Path) -> None:
    (state / "snapshot").unlink()
    (state / "snapshot").mkdir()


def killed_without_snapshot(state: Path) -> None:
    (state / "snapshot").unlink()
    state_dir.begin(state)


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "snapshot cut": (rewritten(lambda data: data[:-1]), "snapshot is broken"),
    "snapshot cut in its header": (rewritten(lambda data: data[:20]), "snapshot is broken"),
    "snapshot empty": (rewritten(lambda _: b""), "snapshot is broken"),
    "snapshot garbage": (rewritten(lambda data: bytes(reversed(data))), "snapshot is broken"),
    "a bit of the snapshot": (rewritten(lambda data: data[:-9] + bytes([data[-9] ^ 1]) + data[-8:]), "is broken"),
    "snapshot a folder": (folder_for_snapshot, "Is a directory"),
    "snapshot missing": (lambda state: (state / "snapshot").unlink(), "its file snapshot is missing"),
    "snapshot missing after a kill": (killed_without_snapshot, "its file snapshot is missing"),
    "a newer one": (with_header(format=state_dir.FORMAT + 1), "use the newer one that wrote it"),
    "of another moto": (with_header(moto="9.9.9"), "was written with moto 9.9.9"),
    "an object's bytes missing": (lambda state: body(state).unlink(), "is missing or too short"),
    "an object's bytes cut": (lambda state: body(state).write_bytes(BODY[:-1]), "is missing or too short"),
    "all objects missing": (lambda state: shutil.rmtree(state / "s3"), "is missing or too short"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_broken_state_is_one_sentence_and_is_left_alone(state: Path, damage: str) -> None:
    act, words = DAMAGE[damage]
    act(state)
    before = seen(state)
    ended = run("--port", "0", "--state", str(state))
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (3, "", 1), ended.stderr
    assert ended.stderr.startswith("localaws: ")
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr
    assert {name: what[0] for name, what in seen(state).items()} == {name: what[0] for name, what in before.items()}


@pytest.mark.parametrize("garbage", [True, False])
def test_what_holds_no_state_may_be_lost(state: Path, garbage: bool) -> None:
    shutil.rmtree(state / "mail")
    for name in ("lock", "port"):
        (state / name).write_bytes(b"\xff\x00 no number") if garbage else (state / name).unlink()
    with Server(state) as server:
        assert server.client("s3").get_object(Bucket="kept", Key="k")["Body"].read() == BODY


def test_a_directory_in_use_is_left_alone(state: Path) -> None:
    with Server(state) as server:
        server.client("s3").list_buckets()
        before = seen(state)
        ended = run("--port", "0", "--state", str(state))
        assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (3, "", 1)
        assert f"is in use by another localaws (process {server.pid}): stop it first" in ended.stderr
        assert seen(state) == before


def test_a_state_that_was_restored_starts(state: Path, good: Path) -> None:
    body(state).unlink()
    assert run("--port", "0", "--state", str(state)).returncode == 3
    shutil.copytree(good / "s3", state / "s3", dirs_exist_ok=True)
    with Server(state) as server:
        assert server.client("s3").get_object(Bucket="kept", Key="k")["Body"].read() == BODY
