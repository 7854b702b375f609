"""Up and down: a server with the stack deployed on it, and its end."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from copperctl import server
from copperctl.checkout import root
from copperctl.deploy import deploy
from copperctl.server import Instance


def up(state: Path, port: int = 0, say: Callable[[str], None] = lambda _: None) -> Instance:
    """A server runs on the state directory, and the stack on it is as the checkout says."""
    state = state.resolve()
    instance = server.running(state)
    if instance is None:
        say("starting localaws")
        before = server.remembered(state)
        instance = server.start(state, port)
        if before is not None:
            instance.outputs = before.outputs
        server.save(state, instance)
    instance.outputs = deploy(root(), instance.stack, environment=instance.environment(), say=say)
    server.save(state, instance)
    return instance


def down(state: Path, *, delete: bool = False) -> bool:
    """Nothing runs on the state directory; with `delete`, the directory is gone. Whether anything ran."""
    state = state.resolve()
    instance = server.remembered(state)
    ran = instance is not None and server.answers(instance.endpoint)
    if instance is not None and ran:
        server.stop(instance)
    if delete and server.is_ours(state):
        shutil.rmtree(state)
    return ran
