"""A rule: which requests it is about, how often it strikes, and what goes wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from localaws.faults.asked import Asked
from localaws.iam.language.patterns import Template

#: Faults that strike whoever asks, where localaws has started it: a client of one's own is left alone.
OF_PROCESSES = ("kill", "stop")


@dataclass(frozen=True)
class Rule:
    """What `docs/localaws/faults.md` says of its fields; `service` is the name that requests are signed for."""

    service: str
    operation: str
    fault: str
    when: str = "before"
    seconds: float = 0.0
    times: int | None = None  #: None: as often as there are requests
    skip: int = 0
    probability: float = 1.0
    seed: int = 0
    caller: str = "*"
    match: Mapping[str, str] = field(default_factory=dict)
    code: str = ""
    status: int = 0
    message: str = ""
    given: Mapping[str, Any] = field(default_factory=dict, repr=False)  #: as it was written

    def fits(self, asked: Asked) -> bool:
        """The request is one of those that the rule is about."""
        if self.service not in ("*", asked.service) or self.operation not in ("*", asked.operation):
            return False
        if self.caller != "*" and not _like(self.caller, asked.caller):
            return False
        if self.fault in OF_PROCESSES and not asked.process:
            return False
        return all(any(_like(text, value) for value in asked.texts(name)) for name, text in self.match.items())


def _like(text: str, value: str) -> bool:
    """`*` and `?` are wildcards, as in a policy."""
    return re.fullmatch(Template(text, variables=False).regex(arn=False), value, re.DOTALL) is not None
