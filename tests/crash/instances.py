"""A deployed instance that is saved once and had again for each point: a copy costs a fraction of a deployment."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from copperctl import server
from copperctl.aws import Aws
from tests.crash import data
from tests.end_to_end.stack import Stack

#: Folders of a state directory whose files are written once: a link to them is as good as a copy.
_WRITTEN_ONCE = ("s3", "modules", "code")


class Restored(Stack):
    """An instance on a copy of a saved state: it runs as it was saved, and nothing is deployed."""

    def __init__(self, saved: Path, state: Path) -> None:
        shutil.rmtree(state, ignore_errors=True)
        shutil.copytree(saved, state, copy_function=_copy)
        super().__init__(state)

    def up(self) -> None:
        """The instance runs."""
        known = server.remembered(self.state)
        assert known is not None, f"{self.state} is no saved instance"
        self.instance = server.start(self.state)
        self.instance.outputs = known.outputs
        server.save(self.state, self.instance)
        self.aws = Aws(self.instance)


def put(stack: Stack, files: Mapping[str, bytes]) -> None:
    """The files are in copper."""
    for key, body in files.items():
        stack.aws.client("s3").put_object(Bucket=stack.aws.output("CopperBucket"), Key=key, Body=body)


def save_first(state: Path) -> Path:
    """A saved instance: deployed, and delivered to for the first time."""
    stack = Stack(state)
    put(stack, data.first())
    stack.down()
    return state


def save_next(first: Path, state: Path) -> Path:
    """A saved instance: what was delivered first was run, and more was delivered."""
    stack = Restored(first, state)
    ended = stack.run()
    assert ended["status"] == "SUCCEEDED", ended
    put(stack, data.second())
    stack.down()
    return state


def _copy(source: str, target: str) -> None:
    if any(f"{os.sep}{name}{os.sep}" in source for name in _WRITTEN_ONCE):
        os.link(source, target)
    else:
        shutil.copy2(source, target)
