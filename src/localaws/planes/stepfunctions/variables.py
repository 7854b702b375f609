"""Variables in JSONPath states, `$name.path` (AWS: "Passing data between states with variables").

moto reads them with JSONata, which it does not have.
"""

from __future__ import annotations

import copy
import re
from typing import Any

from localaws.planes.stepfunctions.failures import Fatal
from localaws.planes.stepfunctions.paths import extract_json

_REFERENCE = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)(.*)", re.DOTALL)


def apply() -> None:
    """A reference gives the variable's value, or what the path behind its name selects of it."""
    from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringVariableSample

    StringVariableSample._eval_body = lambda self, env: env.stack.append(sample(env, self.expression))


def sample(env: Any, expression: str) -> Any:
    """What `$name` or `$name.path` stands for.

    Raises:
        ValueError: it is no reference to a variable.
        Fatal: no state that ran before, in this scope or an outer one, assigned it.
        NoSuchJsonPathError: the variable has nothing there.
    """
    from moto.stepfunctions.parser.asl.eval.variable_store import NoSuchVariable

    match = _REFERENCE.fullmatch(expression)
    if match is None:
        raise ValueError(f"expected a variable such as $name or $name.path, got {expression!r}")
    try:
        value = env.variable_store.get(match[1])
    except NoSuchVariable as error:
        raise Fatal(f"The variable '{match[1]}' in '{expression}' has not been assigned.") from error
    return copy.deepcopy(extract_json(f"${match[2]}", value) if match[2] else value)
