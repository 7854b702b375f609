"""The stack in an account: who is asked, what is told. That the deployment itself works is shown in test_deploy."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from copperctl import account
from copperctl.aws import Aws
from tests.copperctl.conftest import Command

QUESTION = "account 123456789012, us-east-1, as arn:aws:"


@pytest.fixture
def calls(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was deployed or deleted; the account is the local one."""
    found: list[Any] = []

    def deploy(_: Path, stack: str, *, parameters: dict[str, str], say: Any) -> dict[str, str]:
        say("deploying")
        found.append((stack, parameters))
        return {"CopperBucket": "bucket"}

    for name, value in aws.instance.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(account, "deploy", deploy)
    monkeypatch.setattr(account, "delete", lambda stack, with_data: found.append((stack, with_data)))
    return found


def answer(monkeypatch: pytest.MonkeyPatch, yes: bool) -> None:
    """A person at a terminal, who answers so."""

    def confirm(question: str, *, abort: bool) -> bool:
        assert QUESTION in question
        if not yes and abort:
            raise typer.Abort
        return yes

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(typer, "confirm", confirm)


def test_parameters_reach_the_template_and_outputs_are_shown(copperctl: Command, calls: list[Any]) -> None:
    given = ("--parameter", "ScheduleState=ENABLED", "--parameter", "ScheduleExpression=rate(1 hour)")
    ended = copperctl("deploy", "--stack", "mine", "--email", "a@example.com", *given, "--yes")
    assert ended.code == 0, ended.err
    assert calls == [
        (
            "mine",
            {
                "ScheduleState": "ENABLED",
                "ScheduleExpression": "rate(1 hour)",
                "AlertEmail": "a@example.com",
            },
        )
    ]
    first, *_, last = ended.out.splitlines()
    assert first.startswith(f"Deploy stack mine to {QUESTION}")
    assert "│ CopperBucket │ bucket │" in ended.out
    assert last == "a@example.com gets a mail from AWS: alerts come once its link was followed."


@pytest.mark.parametrize("command", ["deploy", "delete"])
def test_where_nobody_can_be_asked_nothing_is_done(copperctl: Command, calls: list[Any], command: str) -> None:
    ended = copperctl(command)
    assert (ended.code, calls) == (2, [])
    assert "expected it, where nobody can be asked, got no terminal" in ended.err
    assert QUESTION in ended.err


@pytest.mark.parametrize("yes", [True, False])
def test_somebody_is_asked(copperctl: Command, calls: list[Any], monkeypatch: pytest.MonkeyPatch, yes: bool) -> None:
    answer(monkeypatch, yes)
    ended = copperctl("deploy")
    assert (ended.code, calls) == ((0, [("copperline", {})]) if yes else (1, []))


def test_data_goes_only_when_that_is_said(copperctl: Command, calls: list[Any]) -> None:
    assert copperctl("delete", "--stack", "mine", "--yes").out.startswith(f"Delete stack mine from {QUESTION}")
    ended = copperctl("delete", "--stack", "mine", "--with-data", "--yes")
    assert ended.out.startswith(f"Delete stack mine and all its data from {QUESTION}")
    assert calls == [("mine", False), ("mine", True)]


def test_without_credentials_it_says_how_to_name_an_account(
    copperctl: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    ended = copperctl("deploy", "--yes")
    assert ended.code == 3
    assert "name an account with AWS_PROFILE and AWS_REGION" in ended.err
