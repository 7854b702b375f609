"""The stack in a real account: whoever asks is told which account it is before anything happens."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

import typer

from copperctl import show
from copperctl.checkout import root
from copperctl.deploy import delete, deploy
from copperctl.deploy.account import Account
from copperline.errors import UsageError, expected

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def parameters(email: str, pairs: Sequence[str]) -> dict[str, str]:
    """The parameters of the root stack.

    Raises:
        UsageError: one is no `Key=Value`, or the address is none.
    """
    if email and not _EMAIL.fullmatch(email):
        raise UsageError(expected("deploy", "--email", "an address", email, "give one that can receive mail"))
    for pair in pairs:
        if not re.match(r"[A-Za-z][A-Za-z0-9]*=", pair):
            raise UsageError(expected("deploy", "--parameter", "Key=Value", pair, "write it so"))
    found = dict(pair.split("=", 1) for pair in pairs)
    return found | ({"AlertEmail": email} if email else {})


def deploy_there(stack: str, given: dict[str, str], *, yes: bool) -> None:
    """The account that the environment names holds the stack; its outputs are printed.

    Raises:
        UsageError: nobody is there to confirm it.
        DeploymentError: CloudFormation refused or rolled back.
    """
    _confirm(f"Deploy stack {stack} to", yes=yes)
    clock = show.Clock()
    outputs = deploy(root(), stack, parameters=given, say=lambda text: show.say(f"{clock}  {text}"))
    show.table(["output", "value"], sorted(outputs.items()), title=f"{stack} is deployed")
    if "AlertEmail" in given:
        show.say(f"{given['AlertEmail']} gets a mail from AWS: alerts come once its link was followed.")


def delete_there(stack: str, *, with_data: bool, yes: bool) -> None:
    """The account that the environment names does not hold the stack any more.

    Raises:
        UsageError: nobody is there to confirm it.
        DeploymentError: a bucket holds data that may not go, or CloudFormation could not delete something.
    """
    _confirm(f"Delete stack {stack} {'and all its data ' if with_data else ''}from", yes=yes)
    delete(stack, with_data=with_data)
    show.say(f"{stack} is deleted")


def _confirm(what: str, *, yes: bool) -> None:
    """Somebody has agreed to what is about to happen, knowing where."""
    client = Account().client("sts")
    caller = client.get_caller_identity()
    question = f"{what} account {caller['Account']}, {client.meta.region_name}, as {caller['Arn']}"
    if yes:
        show.say(question)
        return
    if not sys.stdin.isatty():
        raise UsageError(expected("copperctl", "--yes", "it, where nobody can be asked", "no terminal", f"{question}?"))
    typer.confirm(f"{question}?", abort=True)
