"""Choice states (AWS: "Choice workflow state")."""

from __future__ import annotations

from typing import Any

from localaws.mend import edit
from localaws.planes.stepfunctions.comparisons import MISSING, compare
from localaws.planes.stepfunctions.failures import Fatal
from localaws.planes.stepfunctions.intrinsics import read_path


def apply() -> None:
    """Every comparison is `compare`; a path to nothing and a choice without a match are States.Runtime.

    AWS's page calls the latter States.NoChoiceMatched; the histories that AWS gives say States.Runtime.
    """
    from moto.stepfunctions.parser.asl.component.state.choice import choice_rule, state_choice
    from moto.stepfunctions.parser.asl.component.state.choice.comparison import comparison_func, variable
    from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor

    variable.Variable._eval_body = _variable
    comparison_func.ComparisonFuncValue._eval_body = _compare
    comparison_func.ComparisonFuncStringVariableSample._eval_body = _compare
    choice_rule.ChoiceRule._eval_body = _rule
    edit(Preprocessor, "visitChoice_rule_comparison_variable", "assign=None", "assign=comparison_stmts.get(AssignDecl)")
    state_choice.Fatal = Fatal
    edit(
        state_choice.StateChoice,
        "_eval_state",
        'raise RuntimeError("No branching option reached in state %s", self.name)',
        'raise Fatal("Failed to transition out of the state. The state does not point to a next state.")',
    )


def _rule(self: Any, env: Any) -> None:
    """Whether the rule applies is on the stack; if so, its variables are assigned."""
    self.comparison.eval(env)
    if env.stack[-1] is True and self.assign is not None:
        env.stack.pop()
        self.assign.eval(env=env)
        env.stack.append(True)


def _variable(self: Any, env: Any) -> None:
    path = getattr(self.string_sampler, "context_object_path", self.string_sampler.literal_value)
    env.stack.append((path, _read(env, path)))


def _read(env: Any, path: str) -> Any:
    from moto.stepfunctions.parser.asl.utils.json_path import NoSuchJsonPathError

    try:
        return read_path(path, env)
    except NoSuchJsonPathError:
        return MISSING
    except Fatal:  # a variable that nobody assigned
        return MISSING


def _compare(self: Any, env: Any) -> None:
    path, found = env.stack.pop()
    operator = self.operator_type.name
    wanted = self.value
    if operator.endswith("Path"):
        sampler = getattr(self, "string_variable_sample", None)
        right = sampler.expression if sampler is not None else wanted
        operator, wanted = operator.removesuffix("Path"), _read(env, right)
        _present(right, wanted)
    if operator != "IsPresent":
        _present(path, found)
    env.stack.append(compare(operator, found, wanted))


def _present(path: str, value: Any) -> None:
    if value is MISSING:
        raise Fatal(f"Invalid path '{path}': The choice state's condition path references an invalid value.")
