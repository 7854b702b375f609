"""Rules as somebody writes them, in JSON or YAML, read into rules; nothing that would never strike goes through."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from localaws.faults.fields import Fields, RuleError, choice
from localaws.faults.rule import Rule
from localaws.iam.calls import routes

_ANSWER = frozenset({"code", "status", "message"})
#: Each fault, and the fields that only some faults have.
_FAULTS = {
    "throttle": _ANSWER,
    "error": _ANSWER,
    "delay": frozenset({"seconds"}),
    "timeout": frozenset({"seconds"}),
    "drop": frozenset(),
    "kill": frozenset(),
    "stop": frozenset({"seconds"}),
}
_COMMON = frozenset(
    {"service", "operation", "fault", "when", "times", "skip", "probability", "seed", "caller", "match"}
)
_MOST = 1 << 31
_LONGEST = 900.0  # seconds: a request that waits holds one of the server's threads
#: The seconds of a fault for which none are named; a delay must name them.
_USUAL = {"timeout": 120.0, "stop": _LONGEST}
_S3_MATCHES = ("Bucket", "Key")


def load(path: Path) -> list[Rule]:
    """The rules of a file.

    Raises:
        RuleError: it is not there, or does not hold what it should.
    """
    try:
        return read(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(f"{path}: {getattr(error, 'strerror', None) or error}") from error


def read(text: str, place: str) -> list[Rule]:
    """The rules of a document: one rule, a list of them, or such a list under `rules`.

    Raises:
        RuleError: it holds something else.
    """
    try:
        found = yaml.safe_load(text)  # JSON is YAML too
    except yaml.YAMLError as error:
        raise RuleError(f"{place}: is neither JSON nor YAML: {' '.join(str(error).split())}") from error
    if isinstance(found, dict) and set(found) == {"rules"}:
        found = found["rules"]
    listed = [found] if isinstance(found, dict) else found
    if not isinstance(listed, list):
        raise RuleError(f"{place}: expected a list of rules, got {type(found).__name__}")
    return [_rule(given, f"{place}: rule {number}") for number, given in enumerate(listed, 1)]


def _rule(given: Any, place: str) -> Rule:
    if not isinstance(given, dict):
        raise RuleError(f"{place}: expected an object, got {given!r}")
    field = Fields(given, place)
    fault = field.one_of("fault", _FAULTS)
    field.no_others(_COMMON | _FAULTS[fault], fault)
    model, operation = _operation(field)
    when = field.one_of("when", ("before",) if fault == "throttle" else ("before", "after"), "before")
    return Rule(
        service=model.signing_name if model else "*",
        operation=operation,
        fault=fault,
        when=when,
        seconds=_seconds(field, fault),
        times=_times(field),
        skip=field.whole("skip", 0, _MOST) if "skip" in given else 0,
        probability=field.number("probability", 1.0, 0, 1),
        seed=_seed(field),
        caller=field.text("caller", "*"),
        match=_match(field, model, operation),
        code=field.text("code", ""),
        status=field.whole("status", 400, 599) if "status" in given else 0,
        message=field.text("message", ""),
        given=given,
    )


def _operation(field: Fields) -> tuple[Any, str]:
    """The service's model, None for every service; and the operation, `*` for each of them."""
    service = field.text("service")
    if service == "*":
        return None, field.one_of("operation", ("*",), "*")
    model = routes.model(service)
    if model is None:
        raise field.wrong("service", "the name of a service as boto3 has it, such as glue, or *")
    return model, field.one_of("operation", ("*", *model.operation_names))


def _seconds(field: Fields, fault: str) -> float:
    if "seconds" not in _FAULTS[fault]:
        return 0.0
    return float(field.number("seconds", _USUAL.get(fault), 0, _LONGEST))


def _times(field: Fields) -> int | None:
    """Once, unless a probability or a number says otherwise."""
    times = field.given.get("times", "always" if "probability" in field.given else 1)
    if times == "always":
        return None
    return field.whole("times", 1, _MOST, ", or always") if "times" in field.given else 1


def _seed(field: Fields) -> int:
    """What the dice begin with: drawn unless given, so that the same can be had again."""
    if "seed" not in field.given:
        return secrets.randbelow(_MOST)
    if "probability" not in field.given:
        raise RuleError(f"{field.place}: seed: is of use with a probability only")
    return field.whole("seed", 0, _MOST)


def _match(field: Fields, model: Any, operation: str) -> dict[str, str]:
    """Parameters of the operation, by their names, and the texts that they must be like."""
    match = field.given.get("match", {})
    if not (isinstance(match, dict) and all(isinstance(text, str) for pair in match.items() for text in pair)):
        raise field.wrong("match", "parameters and the texts that they must be like")
    known = _parameters(model, operation)
    for name in match:
        if known is not None and name.partition(".")[0] not in known:
            raise RuleError(f"{field.place}: match: expected {choice(known, name)}, got {name!r}")
    return dict(match)


def _parameters(model: Any, operation: str) -> Iterable[str] | None:
    if model is not None and model.signing_name == "s3":
        return _S3_MATCHES
    if model is None or operation == "*":
        return None
    shape = model.operation_model(operation).input_shape
    return list(shape.members) if shape else ()
