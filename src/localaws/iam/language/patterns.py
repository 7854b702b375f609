"""Texts of a policy: wildcards, ARN patterns and policy variables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from localaws.iam.language.context import Context

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_LITERALS = frozenset("*?$")
_ARN_COLONS = 5


@dataclass(frozen=True)
class Template:
    """A text of a policy as written; `variables` is false in documents older than 2012-10-17.

    (IAM User Guide, "IAM policy elements: Variables and tags")
    """

    text: str
    variables: bool = True

    @cached_property
    def fixed(self) -> bool:
        """No variable needs the request."""
        return not self.variables or "${" not in self.text

    def resolve(self, context: Context) -> str | None:
        """The text with its variables replaced; None where the request has no value for one."""
        out = []
        for text, variable in self._pieces():
            value = _value(text, context) if variable else text
            if value is None:
                return None
            out.append(value)
        return "".join(out)

    def like(self, value: str, context: Context, *, arn: bool = False) -> bool:
        """The value fits the text, in which `*` and `?` are wildcards; what a variable brings in is literal."""
        expression = self._fixed(arn) if self.fixed else self._expression(context, arn)
        return expression is not None and re.fullmatch(expression, value, re.DOTALL) is not None

    def regex(self, *, arn: bool) -> str:
        """The expression of a text without variables."""
        return self._fixed(arn)

    def _fixed(self, arn: bool) -> str:
        return _glob(self.text, arn)

    def _expression(self, context: Context, arn: bool) -> str | None:
        out, colons = [], 0
        for text, variable in self._pieces():
            if not variable:
                out.append(_glob(text, arn, colons))
                colons += text.count(":")
                continue
            value = _value(text, context)
            if value is None:
                return None
            out.append(re.escape(value))
        return "".join(out)

    def _pieces(self) -> Iterator[tuple[str, bool]]:
        at = 0
        for found in _VARIABLE.finditer(self.text) if self.variables else ():
            yield self.text[at : found.start()], False
            yield found[1], True
            at = found.end()
        yield self.text[at:], False


def _value(variable: str, context: Context) -> str | None:
    if variable in _LITERALS:
        return variable
    key, comma, default = variable.partition(",")
    fact = context.get(key.strip())
    if isinstance(fact, list):
        fact = fact[0] if len(fact) == 1 else None
    if fact is None and comma:
        return default.strip().strip("'")
    return fact


@lru_cache(maxsize=16384)
def _glob(text: str, arn: bool, colons: int = 0) -> str:
    """A wildcard of an ARN stays within its segment, but for the last segment (the sixth)."""
    if arn and text == "*" and not colons:
        return ".*"
    out = []
    for letter in text:
        within = arn and colons < _ARN_COLONS
        if letter == "*":
            out.append("[^:]*" if within else ".*")
        elif letter == "?":
            out.append("[^:]" if within else ".")
        else:
            out.append(re.escape(letter))
            colons += letter == ":"
    return "".join(out)
