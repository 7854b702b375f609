"""Class data sharing: a driver maps the classes that an earlier one loaded, instead of finding and checking each.

It spares a fifth of a small job's seconds. The first driver that does real work notes what it loads, and an archive of
200 MB is made of that once no job runs. It lies in the Python environment, as Spark's own jars do, and goes with it;
where it is missing or does not fit, the JVM starts as without it (JDK tool specifications, "java", "Class Data
Sharing").
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from localaws.spark.home import spark_home
from localaws.spark.java import java_home
from localaws.spark.lock import locked

_LOG = logging.getLogger(__name__)
_NOTES = "classes"  # a file in a driver's work folder
_ENOUGH = 15_000  # classes; a driver that loaded fewer has done too little to learn from
_QUIET = ("-Xlog:disable", "-Xlog:all=error:stderr")  # an archive that does not fit is nothing to warn a job of
_IDLE_SECONDS = 3.0
_stopped = threading.Event()
_one_learner = threading.Lock()
_makers: dict[Path, threading.Thread] = {}  # one attempt a process: what failed once fails again


def start() -> None:
    """Archives may be made."""
    _stopped.clear()
    _makers.clear()


def stop() -> None:
    """No archive is being made any more."""
    _stopped.set()
    for maker in list(_makers.values()):
        maker.join()


def options(class_path: str, work: Path) -> list[str]:
    """Options of a driver with that `spark.driver.extraClassPath`: use the archive, or note what to put in one."""
    archive = _archive(class_path)
    if archive.exists():
        return [f"-XX:SharedArchiveFile={archive}", *_QUIET]
    return [f"-XX:DumpLoadedClassList={work / _NOTES}"] if os.access(sys.prefix, os.W_OK) else []


def learn(work: Path, class_path: str, busy: Callable[[], bool]) -> None:
    """A thread waits until nothing is busy, and makes an archive of what the driver in the work folder has loaded.

    Raises:
        OSError: the environment cannot be written.
    """
    notes = work / _NOTES
    if not notes.exists() or notes.read_bytes().count(b"\n") < _ENOUGH:
        return
    archive = _archive(class_path)
    with _one_learner:
        if archive.exists() or archive in _makers or _stopped.is_set():
            return
        archive.parent.mkdir(parents=True, exist_ok=True)
        classes = Path(shutil.copy(notes, archive.with_suffix(f".{os.getpid()}")))
        _makers[archive] = threading.Thread(target=_make, args=(archive, classes, class_path, busy), name="class-data")
        _makers[archive].start()


def _make(archive: Path, classes: Path, class_path: str, busy: Callable[[], bool]) -> None:
    try:
        with locked(archive.with_suffix(".lock"), wait=False):
            part = archive.with_suffix(".part")
            part.unlink(missing_ok=True)  # of a server that was killed
            if _idle(busy) and not archive.exists() and _dumped(part, classes, class_path):
                for older in archive.parent.glob("*.jsa"):
                    older.unlink()
                part.rename(archive)
            part.unlink(missing_ok=True)
    except OSError as error:
        _LOG.info("no class data is shared: %s", error)
    finally:
        classes.unlink(missing_ok=True)


def _idle(busy: Callable[[], bool]) -> bool:
    """True once nothing has been busy for some seconds; False if stopped before."""
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


def _archive(class_path: str) -> Path:
    """Named by what the JVM itself compares: its own build, and path, size and time of each jar."""
    told = hashlib.sha256((java_home() / "release").read_bytes())
    for jar in (*map(Path, class_path.split(os.pathsep)), *sorted((spark_home() / "jars").glob("*.jar"))):
        facts = jar.stat()
        told.update(f"{jar} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return Path(sys.prefix) / "share" / "localaws" / "class-data" / f"{told.hexdigest()[:16]}.jsa"


def _whole(class_path: str) -> str:
    """The class path as Spark's launcher makes it: extra ones, its configuration, its jars."""
    return os.pathsep.join([class_path, f"{spark_home() / 'conf'}{os.sep}", str(spark_home() / "jars" / "*")])
