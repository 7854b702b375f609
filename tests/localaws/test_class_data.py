from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from localaws.spark import class_data, class_path, java_home
from localaws.spark.class_data import learn, options, start, stop

A_CLASS = "org.apache.spark.launcher.Main"


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a driver that has loaded few classes, which are enough here; no archive is there yet."""
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "environment"))
    monkeypatch.setattr(class_data, "_ENOUGH", 2)
    monkeypatch.setattr(class_data, "_IDLE_SECONDS", 0.2)
    (tmp_path / "environment").mkdir()
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "classes").write_text(f"java/lang/Object id: 0\n{A_CLASS.replace('.', '/')} id: 1\n")
    start()
    yield tmp_path / "work"
    stop()


def until_archived(work: Path, seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if "SharedArchiveFile" in options(class_path(), work)[0]:
            return True
        time.sleep(0.05)
    return False


def loaded(flags: list[str], path: str) -> str:
    """The line in which the JVM says where it had the class from."""
    command = [str(java_home() / "bin" / "java"), *flags, "-Xlog:class+load:stdout", "-cp", path, A_CLASS]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return next(line for line in said.splitlines() if f" {A_CLASS} " in line)


def test_the_first_driver_notes_its_classes_and_the_next_one_shares_them(work: Path) -> None:
    first = options(class_path(), work)
    assert first == [f"-XX:DumpLoadedClassList={work / 'classes'}"]
    learn(work, class_path(), busy=lambda: False)
    shutil.rmtree(work)  # a run's folder goes at once
    assert until_archived(work)
    whole = class_data._whole(class_path())
    assert "shared objects file" in loaded(options(class_path(), work), whole)
    assert "jars/spark-launcher" in loaded(["-Xshare:off"], whole)


def test_an_archive_that_does_not_fit_is_passed_over_in_silence(work: Path) -> None:
    archive = class_data._archive(class_path())
    archive.parent.mkdir(parents=True)
    archive.write_bytes(b"broken")
    flags = options(class_path(), work)
    assert flags[0] == f"-XX:SharedArchiveFile={archive}"
    done = subprocess.run([str(java_home() / "bin" / "java"), *flags, "-version"], capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (0, b"")
    assert b"cds" not in done.stderr


def test_nothing_is_made_of_a_driver_that_did_little(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(class_data, "_ENOUGH", 3)
    learn(work, class_path(), busy=lambda: False)
    assert not class_data._archive(class_path()).parent.exists()


def test_nothing_is_made_of_a_job_that_started_no_spark(work: Path) -> None:
    (work / "classes").unlink()
    learn(work, class_path(), busy=lambda: False)
    assert not class_data._archive(class_path()).parent.exists()


def test_nothing_is_made_while_jobs_run_nor_after_the_end(work: Path) -> None:
    learn(work, class_path(), busy=lambda: True)
    assert not until_archived(work, seconds=1)
    stop()
    learn(work, class_path(), busy=lambda: False)
    assert not until_archived(work, seconds=1)
    assert [file.suffix for file in class_data._archive(class_path()).parent.iterdir()] == [".lock"]


def test_a_dump_is_ended_with_the_server(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (work / "bin").mkdir()
    slow = work / "bin" / "nice"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{work / 'bin'}{os.pathsep}{os.environ['PATH']}")
    learn(work, class_path(), busy=lambda: False)
    time.sleep(1)
    stop()
    assert not class_data._makers[class_data._archive(class_path())].is_alive()
    assert not until_archived(work, seconds=0)


def test_a_new_archive_takes_the_place_of_older_ones(work: Path) -> None:
    folder = class_data._archive(class_path()).parent
    folder.mkdir(parents=True)
    (folder / "old.jsa").touch()
    learn(work, class_path(), busy=lambda: False)
    assert until_archived(work)
    stop()
    assert sorted(file.suffix for file in folder.iterdir()) == [".jsa", ".lock"]


def test_an_environment_that_may_not_be_written_does_without(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: (path, mode) != (sys.prefix, os.W_OK))
    assert options(class_path(), work) == []


def test_other_jars_have_an_archive_of_their_own(work: Path, tmp_path: Path) -> None:
    jar = tmp_path / "a.jar"
    jar.write_bytes(b"1")
    before = class_data._archive(str(jar))
    jar.write_bytes(b"22")
    assert class_data._archive(str(jar)) != before
