"""What was deployed where: the same sources on the same server need not be deployed again."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from pathlib import Path

from botocore.exceptions import ClientError

from copperctl.aws import Aws
from copperctl.instance import Instance

#: Everything that a deployment is made of.
SOURCES = ("athena_queries", "contracts", "crawlers", "glue_jobs", "iam", "infra", "lambdas", "statemachine")
CODE = ("src/copperline", "src/copperctl/deploy", "src/copperctl/package", "pyproject.toml")
_WHOLE = ("CREATE_COMPLETE", "UPDATE_COMPLETE")


def fingerprint(root: Path) -> str:
    """A hash of the names and bytes that a deployment of the checkout is made of."""
    digest = hashlib.sha256()
    for part in (*SOURCES, *CODE):
        top = root / part
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                digest.update(f"{path.relative_to(root).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def remember(state: Path, instance: Instance, mark: str) -> None:
    """The server of this process holds what the fingerprint says."""
    _file(state).write_text(json.dumps({"fingerprint": mark, "pid": instance.pid}) + "\n")


def stopped(state: Path) -> None:
    """The server has stopped in order, so that the next one begins with what this one held."""
    with suppress(OSError, ValueError):
        found = json.loads(_file(state).read_text())
        _file(state).write_text(json.dumps(found | {"pid": None}) + "\n")


def outputs(state: Path, instance: Instance, mark: str) -> dict[str, str] | None:
    """The outputs of the stack if it is whole and as the fingerprint says; None where it must be deployed.

    A server that was killed comes back as it was some moments before, perhaps without what was deployed last.
    """
    try:
        found = json.loads(_file(state).read_text())
        if found["fingerprint"] != mark or found["pid"] not in (None, instance.pid):
            return None
        stack = Aws(instance).client("cloudformation").describe_stacks(StackName=instance.stack)["Stacks"][0]
    except (OSError, ValueError, KeyError, TypeError, ClientError):
        return None
    if stack["StackStatus"] not in _WHOLE:
        return None
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _file(state: Path) -> Path:
    return state / "deployed.json"
