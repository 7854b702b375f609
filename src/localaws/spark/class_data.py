"""Class data sharing: a driver maps the classes that an earlier one loaded, instead of finding and checking each.

It spares a fifth of a small job's seconds. The first driver that does real work notes what it loads, and an archive is
made of that once the machine is idle. It belongs to the Python environment, as Spark's own jars do; where it is missing
or does not fit, the JVM starts as without it (JDK tool specifications, "java", "Class Data Sharing").
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from localaws.spark.java import java_home

_NOTES = "classes"  # a file in a driver's work folder
_ENOUGH = 15_000  # classes; a driver that loaded fewer has done too little to learn from
_QUIET = ("-Xlog:disable", "-Xlog:all=error:stderr")  # an archive that does not fit is nothing to warn a job of
_IDLE_SECONDS = 3.0
_stopped = threading.Event()


def options(class_path: str, work: Path) -> list[str]:
    """Options of a driver with that `spark.driver.extraClassPath`: use the archive, or note what to put in one."""
    archive = _archive(class_path)
    if archive.exists():
        return [f"-XX:SharedArchiveFile={archive}", *_QUIET]
    return [f"-XX:DumpLoadedClassList={work / _NOTES}"]


def learn(work: Path, class_path: Callable[[], str], busy: Callable[[], bool]) -> None:
    """What the driver in the work folder has loaded is going to be an archive: in the background, when not busy."""
    notes = work / _NOTES
    if not notes.exists() or notes.read_bytes().count(b"\n") < _ENOUGH:
        return
    path = class_path()
    archive = _archive(path)
    with contextlib.suppress(OSError):  # an environment that may not be written does without
        archive.parent.mkdir(parents=True, exist_ok=True)
        classes = Path(shutil.copy(notes, archive.with_suffix(".classes")))
        _stopped.clear()
        threading.Thread(target=_make, args=(archive, classes, path, busy), name="class-data", daemon=True).start()


def stop() -> None:
    """Nothing is being made any more."""
    _stopped.set()


def _make(archive: Path, classes: Path, class_path: str, busy: Callable[[], bool]) -> None:
    with contextlib.suppress(OSError), _only_maker(archive.with_suffix(".lock")):
        part = archive.with_suffix(".part")
        if _idle(busy) and not archive.exists() and _dumped(part, classes, class_path):
            part.rename(archive)
        part.unlink(missing_ok=True)


def _idle(busy: Callable[[], bool]) -> bool:
    """True once nothing has run for some seconds; False where there is no time left for that."""
    since = time.monotonic()
    while time.monotonic() - since < _IDLE_SECONDS:
        if _stopped.wait(0.2):
            return False
        if busy():
            since = time.monotonic()
    return True


def _dumped(part: Path, classes: Path, class_path: str) -> bool:
    command = [
        *("nice", "-n", "19", str(java_home() / "bin" / "java"), "-Xshare:dump", "-XX:+UseSerialGC", *_QUIET),
        *(f"-XX:SharedClassListFile={classes}", f"-XX:SharedArchiveFile={part}", "-cp", _whole(class_path)),
    ]
    maker = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while maker.poll() is None:
        if _stopped.wait(0.2):
            maker.kill()
            maker.wait()
    return maker.returncode == 0


@contextlib.contextmanager
def _only_maker(lock: Path) -> Iterator[None]:
    """Raises OSError where another process is at it."""
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


def _archive(class_path: str) -> Path:
    return Path(sys.prefix) / "share" / "localaws" / "class-data" / f"{_digest(class_path)}.jsa"


@functools.cache
def _digest(class_path: str) -> str:
    """What the JVM itself compares: its own build, and path, size and time of each jar."""
    told = hashlib.sha256((java_home() / "release").read_bytes())
    for jar in (*map(Path, class_path.split(os.pathsep)), *sorted(_jars().glob("*.jar"))):
        facts = jar.stat()
        told.update(f"{jar} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return told.hexdigest()[:16]


def _whole(class_path: str) -> str:
    """The class path as Spark's launcher makes it: extra ones, its configuration, its jars."""
    return os.pathsep.join([class_path, f"{_jars().parent / 'conf'}{os.sep}", str(_jars() / "*")])


def _jars() -> Path:
    import pyspark

    return Path(pyspark.__file__).parent / "jars"
