"""Throttling and errors of the service itself, in each service's words.

By the service's own model (botocore's) where that names the error of the operation, else as AWS's pages have it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from localaws.faults.asked import Asked
from localaws.faults.rule import Rule
from localaws.iam import answers
from localaws.iam.calls import routes

#: Status, code and message.
Words = tuple[int, str, str]

_THROTTLED: dict[str, Words] = {
    # S3 API Reference, "Error responses"
    "s3": (503, "SlowDown", "Please reduce your request rate."),
    # DynamoDB Developer Guide, "Error handling with DynamoDB"
    "dynamodb": (
        400,
        "ProvisionedThroughputExceededException",
        "The level of configured provisioned throughput for the table was exceeded. "
        "Consider increasing your provisioning level with the UpdateTable API.",
    ),
    # Lambda API Reference, "Invoke"
    "lambda": (429, "TooManyRequestsException", "Rate Exceeded."),
    # SQS API Reference, "SendMessage"
    "sqs": (400, "RequestThrottled", "Request is throttled."),
}
#: S3 API Reference, "Error responses"
_S3_ERROR: Words = (500, "InternalError", "We encountered an internal error. Please try again.")
#: "Common Errors" of each service's API Reference
_ERROR: Words = (500, "InternalFailure", "The request processing has failed because of an unknown error.")
_OWN_FAULT = re.compile(r"(KMS)?Internal\w*|ServiceFailure\w*|ServiceException")
_REASONS = {400: "Bad Request", 403: "Forbidden", 429: "Too Many Requests", 503: "Service Unavailable"}


def answer(rule: Rule, asked: Asked, start: Callable[..., Any]) -> Iterable[bytes]:
    """The rule's error in the protocol that the client speaks."""
    find = throttled if rule.fault == "throttle" else failed
    status, code, message = find(asked.service, asked.operation)
    status, code, message = rule.status or status, rule.code or code, rule.message or message
    named = f"{status} {_REASONS.get(status, 'Internal Server Error' if status >= 500 else 'Error')}"
    return answers.error(asked.environ, start, asked.service, code, message, named)


@cache
def throttled(service: str, operation: str) -> Words:
    """How the service refuses what comes too fast.

    ("Common Errors" of each service's API Reference: ThrottlingException; AWS re:Post Knowledge Center, "How do I
    resolve 'Rate exceeded' and 'ThrottlingException' errors in AWS Glue"; IAM, STS, SNS and CloudFormation, whose
    answers are XML, call it Throttling)
    """
    if service in _THROTTLED:
        return _THROTTLED[service]
    for shape in _errors(service, operation):
        if shape.name == "ThrottlingException":
            return shape.metadata.get("error", {}).get("httpStatusCode", 400), shape.name, "Rate exceeded"
    model = routes.model(service)
    xml = model is not None and model.metadata.get("protocol") in ("query", "rest-xml", "ec2")
    return 400, "Throttling" if xml else "ThrottlingException", "Rate exceeded"


@cache
def failed(service: str, operation: str) -> Words:
    """How the service says that the trouble is its own."""
    if service == "s3":
        return _S3_ERROR
    for shape in _errors(service, operation):
        if _OWN_FAULT.fullmatch(shape.name):
            return 500, shape.metadata.get("error", {}).get("code", shape.name), _ERROR[2]
    return _ERROR


def _errors(service: str, operation: str) -> list[Any]:
    model = routes.model(service)
    if model is None or operation not in model.operation_names:
        return []
    return list(model.operation_model(operation).error_shapes)
