"""Everything that a run's process needs: script, modules, files and environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from localaws.clients import client
from localaws.identity import child_env
from localaws.planes.glue_jobs import modules
from localaws.planes.glue_jobs.arguments import Request
from localaws.planes.glue_jobs.logs import LogStream
from localaws.settings import current
from localaws.spark import submit_env


class LaunchError(RuntimeError):
    """A run cannot begin; the message is its ErrorMessage."""


def prepare(request: Request, *, role: str, region: str, folder: Path, small: bool) -> tuple[Path, dict[str, str]]:
    """The run's files are in the folder, fetched as the job's role; answers the script and its environment.

    Raises:
        LaunchError: the script or a file that it names is not there or not for this role, or a module does not install.
    """
    fetch = _Fetcher(client("s3", region, role))
    script = folder / "script" / _base(request.script)
    fetch(request.script, script)
    for uri in request.files:
        fetch(uri, folder / "work" / _base(uri))
    jars = [fetch(uri, folder / "jars" / _base(uri)) for uri in request.jars]
    path = _modules(request, fetch, folder) + _py_files(request, fetch, folder / "py")
    conf = {"spark.jars": ",".join(map(str, jars)), **request.conf} if jars else request.conf
    spark = submit_env(
        current().endpoint,
        region,
        work=folder / "spark",
        properties=conf,
        iceberg=request.iceberg,
        small=small,
    )
    return script, _env(role, region, folder, path) | spark


def log_streams(request: Request, run_id: str, *, role: str, region: str, folder: Path) -> list[LogStream]:
    """The run's two streams; jobs write their logs as their own role (page "Create an IAM role for AWS Glue")."""
    logs = client("logs", region, role)
    groups = {"stdout": request.output_group, "stderr": request.error_group}
    return [LogStream(logs, group, run_id, folder / file) for file, group in groups.items()]


def _env(role: str, region: str, folder: Path, path: list[Path]) -> dict[str, str]:
    return {
        **child_env(role, region, folder.name),
        "HOME": str(folder / "work"),
        "TMPDIR": str(folder / "work"),
        "PYTHONPATH": os.pathsep.join(map(str, path)),
        "PYTHONUNBUFFERED": "1",
    }


def _modules(request: Request, fetch: _Fetcher, folder: Path) -> list[Path]:
    cache = current().state.resolve() / "glue" / "modules"
    try:
        return modules.install(request.modules, request.installer_options, fetch=fetch, cache=cache)
    except modules.ModuleInstallError as wrong:
        (folder / "stderr").write_text(f"PythonModuleInstaller: {wrong}\n")
        raise LaunchError(modules.FAILED) from None


def _py_files(request: Request, fetch: _Fetcher, folder: Path) -> list[Path]:
    """Entries of PYTHONPATH for --extra-py-files: an archive is one itself, of a module its folder."""
    fetched = [fetch(uri, folder / _base(uri)) for uri in request.py_files]
    archives = [file for file in fetched if file.suffix in (".zip", ".egg")]
    if strange := [file.name for file in fetched if file.suffix not in (".zip", ".egg", ".py")]:
        raise LaunchError(f"--extra-py-files: expected .py or .zip files, got {', '.join(strange)}")
    return [*archives, folder] if fetched else []


class _Fetcher:
    """Copies objects of S3 into files, as one role."""

    def __init__(self, s3: Any) -> None:
        self._s3 = s3

    def __call__(self, uri: str, target: Path) -> Path:
        bucket, _, key = uri.partition("://")[2].partition("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            body = self._s3.get_object(Bucket=bucket, Key=key)["Body"]
            with target.open("wb") as file:
                for chunk in body.iter_chunks(1 << 20):
                    file.write(chunk)
        except ClientError as error:
            raise LaunchError(f"LAUNCH ERROR | Error downloading {uri}: {error}") from None
        return target


def _base(uri: str) -> str:
    return uri.rpartition("/")[2]
