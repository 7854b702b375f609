"""Payload templates, `"name.$"`, and ItemsPath (AWS: "Manipulate parameters in Step Functions workflows")."""

from __future__ import annotations

import re
from typing import Any

from localaws.mend import edit
from localaws.planes.stepfunctions.failures import Fatal, StateError, text_of
from localaws.planes.stepfunctions.paths import extract_json
from localaws.planes.stepfunctions.reference import conflict, nothing_there, steps

_LAST_INDEX = re.compile(r"(.*)\[\d+\]")


def apply() -> None:
    """A path to nothing is States.Runtime and says the field; one past the end of an array is null, as AWS has it."""
    from moto.stepfunctions.parser.asl.component.common.assign.assign_template_binding import (
        AssignTemplateBindingStringExpressionSimple,
    )
    from moto.stepfunctions.parser.asl.component.common.path import input_path, output_path
    from moto.stepfunctions.parser.asl.component.common.path.items_path import ItemsPath
    from moto.stepfunctions.parser.asl.component.common.payload.payloadvalue.payloadbinding.payload_binding import (
        PayloadBindingStringExpressionSimple,
    )

    PayloadBindingStringExpressionSimple._eval_val = lambda self, env: value(env, self, self.field)
    AssignTemplateBindingStringExpressionSimple._eval_value = lambda self, env: value(env, self, self.identifier)
    ItemsPath._eval_body = _items
    for module, owner in ((input_path, input_path.InputPath), (output_path, output_path.OutputPath)):
        module.nothing_there = nothing_there
        edit(
            owner,
            "_eval_body",
            """f"Invalid path '{json_path}' : No results for path: $['{json_path[2:]}']\"""",
            "nothing_there(json_path, no_such_json_path_error.data)",
        )


def value(env: Any, binding: Any, field: str) -> Any:
    """What the path or intrinsic function of a field selects or gives.

    Raises:
        Fatal: a path to nothing.
    """
    from moto.stepfunctions.parser.asl.utils.json_path import NoSuchJsonPathError

    env.next_field_name = f"{field}.$"
    try:
        binding.string_expression_simple.eval(env=env)
    except NoSuchJsonPathError as missing:
        if _past_the_end(missing):
            return None
        raise Fatal(
            f"The JSONPath '{missing.json_path}' specified for the field '{field}.$' could not be found "
            f"in the input '{text_of(env, missing.data)}'"
        ) from missing
    return env.stack.pop()


def _past_the_end(missing: Any) -> bool:
    from moto.stepfunctions.parser.asl.utils.json_path import NoSuchJsonPathError

    match = _LAST_INDEX.fullmatch(missing.json_path)
    try:
        return match is not None and isinstance(extract_json(match[1], missing.data), list)
    except NoSuchJsonPathError:
        return False


def _items(self: Any, env: Any) -> None:
    """The items are on the stack.

    Raises:
        StateError: there is nothing. No page of AWS's names States.ReferencePathConflict; questions of its users do
            (LocalStack's issue 1854, December 2019).
        Fatal: what is there is no array.
    """
    from moto.stepfunctions.parser.asl.utils.json_path import NoSuchJsonPathError

    path = self.string_sampler.literal_value
    try:
        self.string_sampler.eval(env=env)
    except NoSuchJsonPathError as missing:
        step = conflict(missing.data, steps(missing.json_path))
        cause = f'Unable to apply step "{step}" to input {text_of(env, missing.data)}'
        raise StateError("States.ReferencePathConflict", cause, located=True) from missing
    if not isinstance(env.stack[-1], list):
        raise Fatal(f'Reference path "{path}" must point to array.')
