"""Values that moto takes and AWS refuses, in tests about something else: they are sent in a spelling that AWS takes.

The answer is spelt back. A test that was helped in this way is counted apart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import yaml

_OWNER = (
    '{"Version": "2012-10-17", "Id": "of-moto", "Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*", '
    '"Principal": {"AWS": "arn:aws:iam::123456789012:root"}}]}'
)
_STACK = re.compile(r"[a-zA-Z][-a-zA-Z0-9]*")


def _stack_name(given: str) -> str:
    """CreateStack: a name begins with a letter, and has only letters, digits and hyphens."""
    if given.startswith("arn:") or _STACK.fullmatch(given) or not given:
        return given
    return "s-" + re.sub(r"[^-a-zA-Z0-9]", "-", given)


def _schedule(given: str) -> str:
    """CreateSchedule, "Schedule types on EventBridge Scheduler": at(…), rate(…) or cron(…)."""
    return given if given.startswith(("at(", "rate(", "cron(")) else "cron(7 3 ? * SUN 2030)"


def _key_policy(given: str) -> str:
    """CreateKey, MalformedPolicyDocumentException: a policy is JSON."""
    return given if given.startswith("{") else _OWNER


def _template(given: str) -> str:
    """CreateStack, "CloudFormation template format": what begins with a brace is JSON, without single quotes."""
    if not given.lstrip().startswith("{"):
        return given
    try:
        json.loads(given)
    except ValueError:
        return json.dumps(yaml.safe_load(given))
    return given


def _job_kind(given: str) -> str:
    """CreateJob, JobCommand: glueetl, pythonshell, gluestreaming or glueray."""
    return given if given in ("glueetl", "pythonshell", "gluestreaming", "glueray") else "glueetl"


#: Service and parameter → how AWS wants it spelt; the function's text names the page.
SPELLINGS: dict[tuple[str, str], Callable[[str], str]] = {
    ("cloudformation", "StackName"): _stack_name,
    ("cloudformation", "TemplateBody"): _template,
    ("scheduler", "ScheduleExpression"): _schedule,
    ("kms", "Policy"): _key_policy,
    ("glue", "Command.Name"): _job_kind,
}


@dataclass
class Spelt:
    """What was spelt otherwise in the test that runs: as it was sent, and as the test has it."""

    back: dict[str, str] = field(default_factory=dict)
    helped: bool = False

    def sent(self, service: str, parameters: Any) -> Any:
        """The parameters as they go out."""
        if not isinstance(parameters, dict):
            return parameters
        return {name: self._value(service, name, value) for name, value in parameters.items()}

    def received(self, answer: Any) -> Any:
        """The answer as the test expects it."""
        if not self.back:
            return answer
        if isinstance(answer, str):
            for ours, theirs in self.back.items():
                answer = answer.replace(ours, theirs)
            return answer
        if isinstance(answer, dict):
            return {name: self.received(value) for name, value in answer.items()}
        return [self.received(value) for value in answer] if isinstance(answer, list) else answer

    def _value(self, service: str, name: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {inner: self._value(service, f"{name}.{inner}", held) for inner, held in value.items()}
        if not isinstance(value, str):
            return value
        for ours, theirs in self.back.items():
            if value != theirs:  # an ARN, or a name that was made of ours
                value = value.replace(theirs, ours)
        spelling = SPELLINGS.get((service, name))
        wanted = spelling(value) if spelling else value
        if wanted != value:
            self.back[wanted] = value
            self.helped = True
        return wanted
