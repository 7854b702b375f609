"""Presigned URLs end (page "Download and upload objects with presigned URLs"); nobody checks their signatures."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from localaws.planes.s3.requests import Refused, is_for_s3

LONGEST_SECONDS = 7 * 86_400  # the same page: Expiration time


def check(environ: dict[str, Any]) -> None:
    """The presigned URL, if it is one, is in time.

    Raises:
        Refused: it has expired, or says in a wrong way when it will.
    """
    if is_for_s3(environ):
        _check(dict(parse_qsl(environ.get("QUERY_STRING", ""))))


def _check(query: Mapping[str, str]) -> None:
    expires = query.get("Expires", "") if "Signature" in query else _expires(query)
    if expires.isdigit() and int(expires) < time.time():
        stamp = datetime.fromtimestamp(int(expires), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        raise Refused("403 Forbidden", "AccessDenied", "Request has expired", Expires=stamp)


def _expires(query: Mapping[str, str]) -> str:
    seconds, begun = query.get("X-Amz-Expires", ""), query.get("X-Amz-Date", "")
    if not seconds.isdigit() or not begun:
        return ""
    if int(seconds) > LONGEST_SECONDS:
        message = "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less "
        raise Refused(
            "400 Bad Request", "AuthorizationQueryParametersError", f"{message}than {LONGEST_SECONDS} seconds"
        )
    try:
        moment = datetime.strptime(begun, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        message = "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""
        raise Refused("400 Bad Request", "AuthorizationQueryParametersError", message) from None
    return str(int(moment.timestamp()) + int(seconds))
