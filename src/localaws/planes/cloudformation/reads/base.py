"""What a reader is: it tells what a resource really is, in CloudFormation's spelling."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError

from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.rows.base import Props

#: Gets the physical id and the properties that the template gives, and answers those that the resource has. It may
#: leave out what the template does not give. A property that is missing or None is one that the resource has not.
Read = Callable[[Context, str, Props], Props]


class GoneError(Exception):
    """The resource is not there any more."""


def only(items: Iterable[Any]) -> Any:
    """The one item.

    Raises:
        GoneError: there is none.
    """
    for item in items:
        return item
    raise GoneError


def asked(call: Callable[..., Any], *codes: str, **given: Any) -> Any:
    """What the service answers, or an empty mapping where it answers one of these errors."""
    try:
        return call(**given)
    except ClientError as error:
        if error.response["Error"]["Code"] in codes:
            return {}
        raise


def tags(found: Any, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Tags as a list of Key and Value, from a mapping or from pairs that the service spells otherwise."""
    if isinstance(found, dict):
        return [{"Key": name, "Value": text} for name, text in found.items()]
    return [{"Key": tag[key], "Value": tag[value]} for tag in found or []]


def upper_first(value: Any) -> Any:
    """The names of members with a capital first letter, as CloudFormation spells what some APIs do not."""
    if isinstance(value, dict):
        return {name[:1].upper() + name[1:]: upper_first(item) for name, item in value.items()}
    return [upper_first(item) for item in value] if isinstance(value, list) else value


def known(names: Iterable[str], find: Callable[[str], Any], *gone: type[Exception]) -> dict[str, Any]:
    """What `find` answers for each of the names that are there.

    Raises:
        GoneError: none is.
    """
    found: dict[str, Any] = {}
    for name in names:
        with suppress(GoneError, *gone):
            found[name] = find(name)
    if not found:
        raise GoneError
    return found
