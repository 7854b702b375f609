"""What CloudFormation made is as its template says, for every type that can be read."""

from __future__ import annotations

from typing import Any

import pytest

from localaws.planes.cloudformation.reads import READS
from localaws.planes.cloudformation.rows import ROWS
from tests.localaws.cloudformation.conftest import Stacks
from tests.localaws.cloudformation.test_buckets import RULES, SETTINGS, bucket
from tests.localaws.cloudformation.test_everything import TEXT, given
from tests.localaws.cloudformation.test_resources import CASES, REPLACED

TEMPLATES = {
    **{name: case.template for name, case in CASES.items()},
    **{f"{name}, changed": case.template.replace(*case.change) for name, case in CASES.items()},
    **{name: template for name, (template, _) in REPLACED.items()},
    **{f"bucket with {name}": bucket(setting) for name, (setting, _, _) in SETTINGS.items()},
    **{f"rule of {name}": bucket(f"LifecycleConfiguration: {{Rules: [{rule}]}}") for name, (rule, _) in RULES.items()},
}


def drifted(stacks: Stacks) -> list[dict[str, Any]]:
    stacks.api.detect_stack_drift(StackName=stacks.name())
    found: list[dict[str, Any]] = stacks.api.describe_stack_resource_drifts(StackName=stacks.name())[
        "StackResourceDrifts"
    ]
    assert found
    return [one for one in found if one["StackResourceDriftStatus"] != "IN_SYNC"]


@pytest.mark.parametrize("name", TEMPLATES)
def test_what_was_made_is_in_sync(stacks: Stacks, name: str) -> None:
    assert stacks.create(TEMPLATES[name]) == "CREATE_COMPLETE", stacks.reasons()
    assert drifted(stacks) == []


def test_everything_is_in_sync(stacks: Stacks) -> None:
    assert stacks.create(TEXT, Parameters=given(stacks, Mail="a@example.com")) == "CREATE_COMPLETE", stacks.reasons()
    assert drifted(stacks) == []
    assert stacks.update(TEXT, Parameters=given(stacks, Stage="live")) == "UPDATE_COMPLETE"
    assert drifted(stacks) == []


@pytest.mark.parametrize("kind", sorted(ROWS))
def test_every_type_can_be_read(kind: str) -> None:
    assert kind in READS
