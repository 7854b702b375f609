"""Intrinsic functions where states call them (AWS: "Intrinsics for JSONPath states in Step Functions")."""

from __future__ import annotations

import copy
from types import SimpleNamespace
from typing import Any

from localaws.planes.stepfunctions.expressions import Call, Literal, Path, parse
from localaws.planes.stepfunctions.failures import Fatal, StateError, text_of
from localaws.planes.stepfunctions.functions import FUNCTIONS, IntrinsicError
from localaws.planes.stepfunctions.paths import extract_json
from localaws.planes.stepfunctions.variables import sample


def apply() -> None:
    """Calls are read by `parse` and carried out by `FUNCTIONS`; one that fails is States.IntrinsicFailure.

    An argument that is a path to nothing is States.Runtime, as AWS has it; either cause says the whole expression.
    """
    from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringIntrinsicFunction
    from moto.stepfunctions.parser.asl.parse.intrinsic.intrinsic_parser import IntrinsicParser

    IntrinsicParser.parse = staticmethod(_read)
    StringIntrinsicFunction._eval_body = _evaluate


def _read(text: str) -> tuple[Any, None]:
    from moto.stepfunctions.parser.asl.component.intrinsic.functionname.state_function_name_types import (
        StatesFunctionNameType,
    )

    call = parse(text)
    name = StatesFunctionNameType[call.name].name()  # as CausePath and ErrorPath compare it
    return SimpleNamespace(call=call, name=SimpleNamespace(name=name)), None


def _evaluate(self: Any, env: Any) -> None:
    from moto.stepfunctions.parser.asl.utils.json_path import NoSuchJsonPathError

    failed = f"The function '{self.intrinsic_function_derivation}' had the following error: "
    try:
        env.stack.append(evaluate(self.function.call, env))
    except NoSuchJsonPathError as missing:
        what = f"The JsonPath argument for the field '{missing.json_path}' could not be found in the input"
        raise Fatal(f"{failed}{what} '{text_of(env, missing.data)}'") from missing
    except IntrinsicError as error:
        raise StateError("States.IntrinsicFailure", f"{failed}{error}") from error


def evaluate(part: Any, env: Any) -> Any:
    """What the call, path or literal stands for.

    Raises:
        IntrinsicError: a function cannot be applied to its arguments.
        NoSuchJsonPathError: a path to nothing.
    """
    if isinstance(part, Call):
        return FUNCTIONS[part.name](*(evaluate(argument, env) for argument in part.arguments))
    if isinstance(part, Path):
        return read_path(part.text, env)
    literal: Literal = part
    return literal.value


def read_path(path: str, env: Any) -> Any:
    """What the path selects, of the context object (`$$`), the input (`$`) or a variable (`$name`).

    Raises:
        NoSuchJsonPathError: nothing.
    """
    if path.startswith("$$"):
        return copy.deepcopy(extract_json(path[1:], env.states.context_object.context_object_data))
    if path == "$" or path.startswith(("$.", "$[")):
        return copy.deepcopy(extract_json(path, env.stack[-1]))
    return sample(env, path)
