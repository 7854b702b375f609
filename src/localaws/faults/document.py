"""Rules as somebody writes them, in JSON or YAML, read into rules; nothing that would never strike goes through."""

from __future__ import annotations

import difflib
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

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
}
_COMMON = frozenset(
    {"service", "operation", "fault", "when", "times", "skip", "probability", "seed", "caller", "match"}
)
_LONGEST = 900.0  # seconds: a request that waits holds one of the server's threads
_PATIENCE = 120.0
_S3_MATCHES = ("Bucket", "Key")


class RuleError(ValueError):
    """The message says in a sentence what is wrong with a rule, and where."""


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
    field = _Fields(given, place)
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
        skip=field.number("skip", 0, 0, 1 << 31),
        probability=field.number("probability", 1.0, 0, 1),
        seed=field.number("seed", secrets.randbelow(1 << 31), 0, 1 << 63),
        caller=field.text("caller", "*"),
        match=_match(field, model, operation),
        code=field.text("code", ""),
        status=field.number("status", 0, 400, 599),
        message=field.text("message", ""),
        given=given,
    )


def _operation(field: _Fields) -> tuple[Any, str]:
    """The service's model, None for every service; and the operation, `*` for each of them."""
    service = field.text("service")
    if service == "*":
        return None, field.one_of("operation", ("*",), "*")
    model = routes.model(service)
    if model is None:
        raise field.wrong("service", "the name of a service as boto3 has it, such as glue, or *")
    return model, field.one_of("operation", ("*", *model.operation_names))


def _seconds(field: _Fields, fault: str) -> float:
    if fault == "delay":
        return float(field.number("seconds", None, 0, _LONGEST))
    return float(field.number("seconds", _PATIENCE, 0, _LONGEST)) if fault == "timeout" else 0.0


def _times(field: _Fields) -> int | None:
    """Once, unless a probability or a number says otherwise."""
    if field.given.get("times", "always" if "probability" in field.given else 1) == "always":
        return None
    return int(field.number("times", 1, 1, 1 << 31))


def _match(field: _Fields, model: Any, operation: str) -> dict[str, str]:
    """Parameters of the operation, by their names, and the texts that they must be like."""
    match = field.given.get("match", {})
    if not (isinstance(match, dict) and all(isinstance(text, str) for text in match.values())):
        raise field.wrong("match", "parameters and the texts that they must be like")
    known = _parameters(model, operation)
    for name in match:
        if known is not None and name.partition(".")[0] not in known:
            raise RuleError(f"{field.place}: match: expected {_choice(known, name)}, got {name!r}")
    return {str(name): text for name, text in match.items()}


def _parameters(model: Any, operation: str) -> Iterable[str] | None:
    if model is not None and model.signing_name == "s3":
        return _S3_MATCHES
    if model is None or operation == "*":
        return None
    shape = model.operation_model(operation).input_shape
    return list(shape.members) if shape else ()


class _Fields:
    """The fields of one rule, and where it stands."""

    def __init__(self, given: Mapping[str, Any], place: str) -> None:
        self.given = given
        self.place = place

    def wrong(self, name: str, expected: str) -> RuleError:
        got = repr(self.given[name]) if name in self.given else "nothing"
        return RuleError(f"{self.place}: {name}: expected {expected}, got {got}")

    def no_others(self, known: Iterable[str], fault: str) -> None:
        for name in self.given:
            if name not in known:
                raise RuleError(f"{self.place}: expected {_choice(sorted(known), str(name))} for {fault}, got {name!r}")

    def one_of(self, name: str, known: Iterable[str], default: str | None = None) -> str:
        value = self.given.get(name, default)
        if not isinstance(value, str) or value not in known:
            raise self.wrong(name, _choice(known, str(value)))
        return value

    def text(self, name: str, default: str | None = None) -> str:
        value = self.given.get(name, default)
        if not isinstance(value, str):
            raise self.wrong(name, "a text")
        return value

    def number(self, name: str, default: Any, least: float, most: float) -> Any:
        """Whole where the limits are."""
        value = self.given.get(name, default)
        if name not in self.given and default is not None:
            return value
        kind = (int, float) if isinstance(default, float) or default is None else int
        if not isinstance(value, kind) or isinstance(value, bool) or not least <= value <= most:
            raise self.wrong(name, f"a number from {least:g} to {most:g}")
        return value


def _choice(known: Iterable[str], got: str) -> str:
    """What could stand there, or what it is most like where that is much."""
    names = list(known)
    near = difflib.get_close_matches(got, names, 1)
    if len(names) <= 15:
        return "one of " + ", ".join(names)
    return f"a name that there is, such as {near[0] if near else names[1]}"
