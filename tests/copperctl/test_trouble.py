"""How programs end."""

from __future__ import annotations

import errno
from typing import Any

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    ProfileNotFound,
)

from copperctl.athena import QueryFailed, QueryRefused
from copperctl.errors import ConfigurationError, DeploymentError
from copperctl.execute import RunFailed
from copperctl.trouble import end
from copperline.errors import ContractError, MissingPart, UsageError
from localaws.spark import SparkUnavailableError


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "No."}}, "CreateStack")


def broken(status: int) -> ClientError:
    answer: Any = {"Error": {"Code": str(status), "Message": "Internal Server Error"}}
    return ClientError(answer | {"ResponseMetadata": {"HTTPStatusCode": status}}, "PutObject")


CAUSES = [
    (RunFailed("it did not"), 1, "it did not"),
    (QueryFailed("Athena: too slow"), 1, "Athena: too slow"),
    (DeploymentError("stack x: Gold: taken"), 1, "stack x: Gold: taken"),
    (refusal("ValidationError"), 1, "AWS answered CreateStack with ValidationError: No."),
    (ParamValidationError(report="a\nb"), 1, "AWS: Parameter validation failed: a b"),
    (BotoCoreError(), 1, "AWS: An unspecified error occurred"),
    (UsageError("call it so"), 2, "call it so"),
    (ConfigurationError("mend it"), 3, "mend it"),
    (ContractError("mend that"), 3, "mend that"),
    (QueryRefused("Athena: SYNTAX_ERROR"), 3, "Athena: SYNTAX_ERROR"),
    (refusal("ExpiredToken"), 3, "AWS answered CreateStack with ExpiredToken: No; name an account with AWS_PROFILE"),
    (NoCredentialsError(), 3, "AWS: Unable to locate credentials; name an account with AWS_PROFILE"),
    (NoRegionError(), 3, "AWS: You must specify a region; name an account with AWS_PROFILE and AWS_REGION"),
    (ProfileNotFound(profile="x"), 3, "AWS: The config profile (x) could not be found; name an account"),
    (PermissionError(13, "Permission denied", "/x"), 3, "/x: Permission denied; name a place that can be"),
    (OSError("no words"), 3, "no words"),
    (OSError(errno.ENOSPC, "No space left on device", "/x"), 4, "/x: No space left on device; make room, or name"),
    (OSError(errno.EDQUOT, "Disk quota exceeded"), 4, "Disk quota exceeded; make room, or name a place that has some"),
    (OSError("Detail: [errno 28] No space left on device"), 4, "Detail: [errno 28] No space left on device; make room"),
    (broken(500), 1, "AWS answered PutObject with 500: Internal Server Error; try again; on this machine, "),
    (MissingPart("install it"), 4, "install it"),
    (SparkUnavailableError("Spark needs Java 17"), 4, "Spark needs Java 17"),
    (EndpointConnectionError(endpoint_url="u"), 4, 'AWS: Could not connect to the endpoint URL: "u"; is it there?'),
]  # fmt: skip


@pytest.mark.parametrize(("cause", "code", "words"), CAUSES, ids=lambda value: str(value)[:40])
def test_a_cause_is_one_sentence_and_an_exit_code(
    cause: Exception, code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise cause

    assert end("copperctl", fail) == code
    told = capsys.readouterr().err
    assert told.startswith(f"copperctl: {words}")
    assert told.count("\n") == 1


def test_an_interruption_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    assert end("copperctl", interrupt) == 130
    assert capsys.readouterr().err == ""


def test_what_went_well_is_zero() -> None:
    assert end("copperctl", lambda: None) == 0


def test_a_fault_of_ours_keeps_its_trace() -> None:
    def fail() -> None:
        raise KeyError("ours")

    with pytest.raises(KeyError):
        end("copperctl", fail)
