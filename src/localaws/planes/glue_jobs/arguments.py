"""What the arguments of a run ask of Glue itself (page "Using job parameters in AWS Glue jobs")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LOG_PREFIX = "/aws-glue/jobs"
#: Arguments that change what a job does and that are not emulated, and the values with which they change nothing.
REFUSED: dict[str, tuple[str, ...]] = {
    "--python-virtual-env": (),
    "--job-bookmark-option": ("job-bookmark-disable",),
    "--job-language": ("python",),
    "--class": (),
    "--enable-auto-scaling": ("true", "false"),
}


class UnsupportedArgumentError(ValueError):
    """An argument asks for what localaws does not emulate."""


@dataclass(frozen=True)
class Request:
    """A run's arguments, understood."""

    script: str
    argv: tuple[str, ...]
    modules: tuple[str, ...]
    installer_options: str
    py_files: tuple[str, ...]
    files: tuple[str, ...]
    jars: tuple[str, ...]
    conf: dict[str, str]
    iceberg: bool
    output_group: str
    error_group: str


def understand(run: Any, command: Mapping[str, Any], job_name: str) -> Request:
    """What the run asks for.

    Raises:
        UnsupportedArgumentError: it asks for something that is not emulated.
    """
    given: dict[str, str] = {name: str(value) for name, value in (run.arguments or {}).items()}
    for name, harmless in REFUSED.items():
        if name in given and given[name] not in harmless:
            raise UnsupportedArgumentError(f"NotImplemented: localaws does not emulate {name}={given[name]}")
    lake = _listed(given.get("--datalake-formats"))
    if strange := sorted(set(lake) - {"iceberg"}):
        raise UnsupportedArgumentError(f"NotImplemented: localaws does not emulate --datalake-formats {strange}")
    group = given.get("--continuous-log-logGroup")
    prefix = given.get("--custom-logGroup-prefix") or LOG_PREFIX
    return Request(
        script=given.get("--scriptLocation") or command["ScriptLocation"],
        argv=_argv(given, job_name, run.job_run_id),
        modules=_listed(given.get("--additional-python-modules")),
        installer_options=given.get("--python-modules-installer-option", ""),
        py_files=_listed(given.get("--extra-py-files")),
        files=_listed(given.get("--extra-files")),
        jars=_listed(given.get("--extra-jars")),
        conf=_conf(given.get("--conf", "")),
        iceberg="iceberg" in lake,
        output_group=group or f"{prefix}/output",
        error_group=group or f"{prefix}/error",
    )


def _argv(given: Mapping[str, str], job_name: str, run_id: str) -> tuple[str, ...]:
    everything = {**given, "--JOB_NAME": job_name, "--JOB_RUN_ID": run_id}
    return tuple(word for pair in everything.items() for word in pair)


def _listed(value: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (value or "").split(",") if part.strip())


def _conf(value: str) -> dict[str, str]:
    """`k=v --conf k2=v2`: one argument carries several settings, as the pages on Iceberg chain them."""
    pairs = [part.strip() for part in f" {value}".split(" --conf ")]
    bad = [pair for pair in pairs if pair and "=" not in pair]
    if bad:
        raise UnsupportedArgumentError(f"--conf: expected key=value, got {bad[0]!r}")
    return {key.strip(): setting.strip() for key, _, setting in (pair.partition("=") for pair in pairs if pair)}
