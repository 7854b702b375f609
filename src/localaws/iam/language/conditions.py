"""The Condition element: operators over keys, all of which must hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from localaws.iam.language.context import Context, Undetermined
from localaws.iam.language.operators import COMPARES, NEGATED, Compare
from localaws.iam.language.patterns import Template

_QUANTIFIERS = ("ForAllValues", "ForAnyValue")


@dataclass(frozen=True)
class Test:
    """One operator over one key.

    (IAM User Guide, "Conditions with multiple context keys or values" and "Multivalued context keys")
    """

    operator: str
    key: str
    wanted: tuple[Template, ...]
    quantifier: str = ""
    if_exists: bool = False

    def holds(self, context: Context) -> bool:
        """The request passes.

        Raises:
            Undetermined: localaws knows neither the operator or not the key.
        """
        if self.operator == "Null":
            return self._is_null(context)
        compare, negated = self._compare()
        fact = context.get(self.key)
        if fact is None or fact == []:
            return self._without_fact(negated)
        return self._compares(fact if isinstance(fact, list) else [fact], compare, negated, context)

    def _is_null(self, context: Context) -> bool:
        missing = context.get(self.key) in (None, [])
        return any((want.text.lower() == "true") == missing for want in self.wanted)

    def _compare(self) -> tuple[Compare, bool]:
        name = NEGATED.get(self.operator, self.operator)
        if name not in COMPARES or self.quantifier not in ("", *_QUANTIFIERS):
            prefix = f"{self.quantifier}:" if self.quantifier else ""
            raise Undetermined(f"localaws does not know the condition operator {prefix}{self.operator}")
        return COMPARES[name], name != self.operator

    def _without_fact(self, negated: bool) -> bool:
        """A missing key fails a positive operator and passes a negated one, unless the quantifier says otherwise."""
        if self.quantifier == "ForAllValues" or self.if_exists:
            return True
        return negated and self.quantifier != "ForAnyValue"

    def _compares(self, facts: list[str], compare: Compare, negated: bool, context: Context) -> bool:
        hits = (any(compare(have, want, context) for want in self.wanted) != negated for have in facts)
        if self.quantifier == "ForAllValues" or (negated and not self.quantifier):
            return all(hits)
        return any(hits)


def hold(tests: tuple[Test, ...], context: Context) -> bool:
    """Every test holds.

    One that fails decides, whatever localaws cannot evaluate beside it; else the first such one is raised.
    """
    doubt: Undetermined | None = None
    for test in tests:
        try:
            if not test.holds(context):
                return False
        except Undetermined as unknown:
            doubt = doubt or unknown
    if doubt:
        raise doubt
    return True


def parse(block: Mapping[str, Mapping[str, Any]], variables: bool) -> tuple[Test, ...]:
    """The tests of a Condition element."""
    return tuple(
        _test(operator, key, wanted, variables) for operator, keys in block.items() for key, wanted in keys.items()
    )


def _test(operator: str, key: str, wanted: Any, variables: bool) -> Test:
    quantifier, _, name = operator.rpartition(":")
    values = wanted if isinstance(wanted, list) else [wanted]
    templates = tuple(Template(_text(value), variables) for value in values)
    return Test(name.removesuffix("IfExists"), key, templates, quantifier, name.endswith("IfExists"))


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
