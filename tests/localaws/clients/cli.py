"""The AWS CLI as it is installed, of either major version."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

#: The first version 2 that knows AWS_ENDPOINT_URL: an older one would call AWS. (AWS CLI changelog, 2.13.0)
_TELLS_ENDPOINTS = (2, 13)


@dataclass(frozen=True)
class Cli:
    """One executable, told by the environment alone where AWS is."""

    program: Path
    version: tuple[int, ...]
    endpoint: str = ""
    folder: Path = Path()

    def run(self, *arguments: str, **options: str) -> subprocess.CompletedProcess[str]:
        told = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "LC_ALL": "C.UTF-8",
            "AWS_PAGER": "",
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "localaws",
            "AWS_SECRET_ACCESS_KEY": "localaws",
        }
        return subprocess.run(
            [str(self.program), *arguments],
            env=told,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            **options,
        )

    def __call__(self, *arguments: str, **options: str) -> str:
        """What the command prints; it must succeed."""
        done = self.run(*arguments, **options)
        assert done.returncode == 0, f"exit code {done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout.strip()


@cache
def installed(major: int) -> Cli | str:
    """The CLI of that version, or why there is none."""
    old = ""
    for program in _candidates(major):
        version = _version(program)
        if version[:1] == (major,):
            if major == 1 or version >= _TELLS_ENDPOINTS:
                return Cli(program, version)
            old = f"{program} is {'.'.join(map(str, version))} and knows no AWS_ENDPOINT_URL; "
    return f"{old}no AWS CLI version {major}: install it, or name it in AWS_CLI_V{major}"


def _candidates(major: int) -> Iterator[Path]:
    """What the environment names, this environment's own, and all that are on the path."""
    if named := os.environ.get(f"AWS_CLI_V{major}"):
        yield Path(named)
    yield Path(sys.executable).with_name("aws")
    folders = os.environ["PATH"].split(os.pathsep)
    yield from (path for folder in folders if (path := Path(folder) / "aws").is_file())


@cache
def _version(program: Path) -> tuple[int, ...]:
    told = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"aws-cli/([\d.]+)", told.stdout + told.stderr)
    return tuple(int(part) for part in found[1].split(".")) if found else ()
