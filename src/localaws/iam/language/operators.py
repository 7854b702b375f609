"""Condition operators: how one value of the request compares with one value of the policy.

(IAM User Guide, "IAM JSON policy elements: Condition operators")
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network

from localaws.iam.language.context import Context
from localaws.iam.language.patterns import Template

#: Compares a value of the request with a value of the policy.
Compare = Callable[[str, Template, Context], bool]


def _texts(test: Callable[[str, str], bool]) -> Compare:
    def compare(have: str, want: Template, context: Context) -> bool:
        resolved = want.resolve(context)
        return resolved is not None and test(have, resolved)

    return compare


def _numbers(test: Callable[[float, float], bool]) -> Compare:
    return _texts(lambda have, want: _both(have, want, float, test))


def _dates(test: Callable[[float, float], bool]) -> Compare:
    return _texts(lambda have, want: _both(have, want, _moment, test))


def _both(have: str, want: str, read: Callable[[str], float], test: Callable[[float, float], bool]) -> bool:
    """What cannot be read as a number or a date fits nothing."""
    try:
        return test(read(have), read(want))
    except ValueError:
        return False


def _moment(text: str) -> float:
    """Seconds since 1970, from the same or from ISO 8601."""
    try:
        return float(text)
    except ValueError:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _within(have: str, want: str) -> bool:
    try:
        return ip_address(have) in ip_network(want, strict=False)
    except ValueError:
        return False


def _like(have: str, want: Template, context: Context) -> bool:
    return want.like(have, context)


def _arn_like(have: str, want: Template, context: Context) -> bool:
    return want.like(have, context, arn=True)


#: Operators without their negations, by name.
COMPARES: dict[str, Compare] = {
    "StringEquals": _texts(lambda have, want: have == want),
    "StringEqualsIgnoreCase": _texts(lambda have, want: have.lower() == want.lower()),
    "StringLike": _like,
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    "NumericEquals": _numbers(lambda have, want: have == want),
    "NumericLessThan": _numbers(lambda have, want: have < want),
    "NumericLessThanEquals": _numbers(lambda have, want: have <= want),
    "NumericGreaterThan": _numbers(lambda have, want: have > want),
    "NumericGreaterThanEquals": _numbers(lambda have, want: have >= want),
    "DateEquals": _dates(lambda have, want: have == want),
    "DateLessThan": _dates(lambda have, want: have < want),
    "DateLessThanEquals": _dates(lambda have, want: have <= want),
    "DateGreaterThan": _dates(lambda have, want: have > want),
    "DateGreaterThanEquals": _dates(lambda have, want: have >= want),
    "Bool": _texts(lambda have, want: have.lower() == want.lower()),
    "BinaryEquals": _texts(lambda have, want: have == want),
    "IpAddress": _texts(_within),
}

#: What each negated operator negates.
NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
}
