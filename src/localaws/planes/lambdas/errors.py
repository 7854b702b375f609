"""Errors of Lambda that moto has not."""

from __future__ import annotations

from moto.awslambda.exceptions import LambdaClientError


class NotEmulatedError(LambdaClientError):  # type: ignore[misc]
    """The function is of a kind that localaws does not run; the message says which."""

    code = 501

    def __init__(self, message: str) -> None:
        super().__init__("NotImplemented", message)


class TooManyRequestsError(LambdaClientError):  # type: ignore[misc]
    """As many processes of the function run as it may have."""

    code = 429

    def __init__(self) -> None:
        super().__init__("TooManyRequestsException", "Rate Exceeded.")


class InvalidContentError(LambdaClientError):  # type: ignore[misc]
    """The payload is no JSON."""

    code = 400

    def __init__(self, reason: str) -> None:
        super().__init__("InvalidRequestContentException", f"Could not parse request body into json: {reason}")
