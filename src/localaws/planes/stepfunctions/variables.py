"""Variables in JSONPath states, `$name.path` (AWS: "Passing data between states with variables").

moto reads them with JSONata, which it does not have.
"""

from __future__ import annotations

import copy
import re
from typing import Any

from localaws.planes.stepfunctions.paths import extract_json

_REFERENCE = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)(.*)", re.DOTALL)


def apply() -> None:
    """A reference gives the variable's value, or what the path behind its name selects of it."""
    from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringVariableSample

    StringVariableSample._eval_body = _sample


def _sample(self: Any, env: Any) -> None:
    match = _REFERENCE.fullmatch(self.expression)
    if match is None:
        raise ValueError(f"expected a variable such as $name or $name.path, got {self.expression!r}")
    value = env.variable_store.get(match[1])
    env.stack.append(copy.deepcopy(extract_json(f"${match[2]}", value) if match[2] else value))
