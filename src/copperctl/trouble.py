"""How a program ends: what a person can mend is one sentence and an exit code; only a fault of ours shows its trace."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
)
from botocore.exceptions import ConnectionError as NoConnection

from copperctl.show import note
from copperline.errors import CopperlineError
from localaws.spark import SparkUnavailableError

FAILED, CONFIGURATION, LACKING, INTERRUPTED = 1, 3, 4, 130
#: What AWS answers to credentials that it does not know, that have run out, or that may not do this.
DENIED = (
    *("AccessDenied", "AccessDeniedException", "AuthFailure", "ExpiredToken", "ExpiredTokenException"),
    *("InvalidClientTokenId", "SignatureDoesNotMatch", "UnrecognizedClientException"),
)
_FULL = (errno.ENOSPC, errno.EDQUOT)
_ITS_FAULT = 500  # status of an answer whose cause is the service
_ACCOUNT = "name an account with AWS_PROFILE and AWS_REGION, or see `aws configure`"


def end(program: str, action: Callable[[], object]) -> int:
    """The action has run; what went wrong is said on standard error, and the answer is the exit code."""
    try:
        action()
    except KeyboardInterrupt:
        return INTERRUPTED
    except (CopperlineError, SparkUnavailableError, BotoCoreError, ClientError, OSError) as error:
        code, words = verdict(error)
        note(f"{program}: {words}")
        return code
    return 0


def verdict(error: Exception) -> tuple[int, str]:
    """The exit code and the sentence."""
    if isinstance(error, CopperlineError):
        return error.exit_code, str(error)
    if isinstance(error, SparkUnavailableError):
        return LACKING, str(error)
    if isinstance(error, ClientError):
        return _refused(error)
    if isinstance(error, BotoCoreError):
        return _unsent(error)
    return _of_the_system(error)


def _unsent(error: BotoCoreError) -> tuple[int, str]:
    words = f"AWS: {' '.join(str(error).split()).rstrip('.')}"
    if isinstance(error, (NoCredentialsError, NoRegionError, PartialCredentialsError, ProfileNotFound)):
        return CONFIGURATION, f"{words}; {_ACCOUNT}"
    if isinstance(error, (HTTPClientError, NoConnection)):
        return LACKING, f"{words}; is it there? `copperctl up` starts the one on this machine"
    return FAILED, words


def _refused(error: ClientError) -> tuple[int, str]:
    answer = error.response.get("Error", {})
    code = answer.get("Code", "an error")
    words = f"AWS answered {error.operation_name} with {code}: {answer.get('Message', 'no message')}"
    if code in DENIED:
        return CONFIGURATION, f"{words.rstrip('.')}; {_ACCOUNT}"
    if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= _ITS_FAULT:
        return FAILED, f"{words.rstrip('.')}; try again; on this machine, localaws.log in the state directory says why"
    return FAILED, words


def _of_the_system(error: Exception) -> tuple[int, str]:
    place, why = getattr(error, "filename", None), getattr(error, "strerror", None) or str(error)
    words = f"{place}: {why}" if place else why
    if getattr(error, "errno", None) in _FULL or os.strerror(errno.ENOSPC) in why:
        return LACKING, f"{words}; make room, or name a place that has some"
    return CONFIGURATION, f"{words}; name a place that can be read and written" if place else words
