"""Up and down: a server with the stack deployed on it, and its end."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from copperctl import deployed, server
from copperctl.checkout import root
from copperctl.deploy import deploy
from copperctl.doctor import need_disk
from copperctl.instance import Instance
from copperline.errors import UsageError, expected


def up(state: Path, port: int = 0, say: Callable[[str], None] = lambda _: None) -> Instance:
    """A server runs on the state directory, and the stack on it is as the checkout says.

    Where that is so already nothing is done, which takes well under a second.

    Raises:
        UsageError: it runs already, on another port.
        ConfigurationError: the directory cannot be used, or the server does not start.
        MissingPart: the disk is full.
        ContractError: a contract of the checkout is broken.
        DeploymentError: the stack could not be deployed.
    """
    state = state.resolve()
    with server.only_one(state, say):
        instance = _started(state, port, say)
        mark = deployed.fingerprint(root())
        outputs = deployed.outputs(state, instance, mark)
        if outputs is None:
            outputs = deploy(root(), instance.stack, environment=instance.environment(), say=say)
        instance.outputs = outputs
        deployed.remember(state, instance, mark)
        server.save(state, instance)
    return instance


def _started(state: Path, port: int, say: Callable[[str], None]) -> Instance:
    instance = server.running(state)
    if instance is None:
        server.refuse_if_held(state)
        need_disk(state)
        say("starting localaws")
        instance = server.start(state, port)
        server.save(state, instance)
    elif port and not instance.endpoint.endswith(f":{port}"):
        remedy = f"leave the port out, or stop it with `copperctl down --state {state}` first"
        raise UsageError(expected("up", "--port", f"that of {instance.endpoint}, where it runs", port, remedy))
    return instance


def down(state: Path, *, delete: bool = False) -> bool:
    """Nothing runs on the state directory; with `delete`, the directory is gone. Whether anything ran.

    Raises:
        UsageError: the directory is to be removed, and `up` did not make it.
        ConfigurationError: the server would not end.
    """
    state = state.resolve()
    if delete and state.exists() and not server.is_ours(state):
        raise UsageError(
            expected("down", "--delete", "a directory that `copperctl up` made", state, "remove it by hand")
        )
    if not state.is_dir():
        return False
    with server.only_one(state):
        process = server.owner(state)
        ran = process is not None and server.stop(process)
        if ran:
            deployed.stopped(state)
        if delete:
            shutil.rmtree(state)
    return ran
