"""Definitions, judged before a state machine has them (AWS: CreateStateMachine, UpdateStateMachine)."""

from __future__ import annotations

from localaws.planes.stepfunctions.validation.definition import diagnose
from localaws.planes.stepfunctions.validation.report import ERROR, SCHEMA, Diagnostic


def judge(definition: str, kind: str = "STANDARD") -> list[Diagnostic]:
    """Everything wrong with it, or that localaws does not emulate."""
    found = diagnose(definition, kind)
    if not any(problem.severity == ERROR for problem in found):
        found += _unread(definition)
    return found


def refuse(definition: str, kind: str = "STANDARD") -> None:
    """The definition can be carried out.

    Raises:
        InvalidDefinition: it cannot; the message has every error and its place.
    """
    from moto.stepfunctions.parser.api import InvalidDefinition

    if errors := [str(problem) for problem in judge(definition, kind) if problem.severity == ERROR]:
        raise InvalidDefinition(message=f"Invalid State Machine Definition: '{', '.join(errors)}'")


def _unread(definition: str) -> list[Diagnostic]:
    """What only the interpreter's own reader finds: integrations that are not there, above all."""
    from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

    try:
        AmazonStateLanguageParser.parse(definition)
    except Exception as error:  # noqa: BLE001 - the reader raises whatever comes to its mind
        return [Diagnostic(SCHEMA, str(error), "/")]
    return []
