"""What is kept of stacks: plain data on moto's backend, so that it is part of the state."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from localaws.planes.cloudformation.parameters import Values

STACK = "AWS::CloudFormation::Stack"


def now() -> datetime:
    """The moment, as CloudFormation stamps it."""
    return datetime.now(UTC)


@dataclass
class Event:
    """One line of DescribeStackEvents."""

    stack_id: str
    stack_name: str
    logical_id: str
    physical_id: str
    type: str
    status: str
    reason: str | None
    properties: str | None = None
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    timestamp: datetime = field(default_factory=now)


@dataclass(frozen=True)
class Difference:
    """One line of PropertyDifferences."""

    path: str
    expected: str
    actual: str
    kind: str  # ADD, REMOVE, NOT_EQUAL


@dataclass
class Drift:
    """What the last detection found of a resource."""

    status: str  # IN_SYNC, MODIFIED, DELETED, UNKNOWN
    expected: str  # JSON
    actual: str
    differences: tuple[Difference, ...]
    reason: str | None = None
    checked: datetime = field(default_factory=now)


@dataclass
class Detection:
    """One detection of drift on a stack."""

    id: str
    status: str
    drifted: int
    reasons: tuple[str, ...] = ()
    started: datetime = field(default_factory=now)


@dataclass
class Resource:
    """A resource of a stack: what it was asked to be and what it became."""

    logical_id: str
    type: str
    physical_id: str = ""
    properties: dict[str, Any] = field(default_factory=dict)  # as resolved, names that were generated left out
    generated: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    deletion_policy: str = "Delete"
    update_replace_policy: str = "Delete"
    status: str = "CREATE_IN_PROGRESS"
    reason: str | None = None
    updated: datetime = field(default_factory=now)
    drift: Drift | None = None
    attempted: dict[str, Any] | None = None  # what an update that has not ended may have made of the properties

    @property
    def effective(self) -> dict[str, Any]:
        """The properties with the names that were generated."""
        return {**self.generated, **self.properties}


@dataclass
class Output:
    """An output of a stack."""

    key: str
    value: str
    description: str | None
    export: str | None


@dataclass
class Definition:
    """What a stack is made from: the part of it that an update replaces and a rollback brings back."""

    text: str
    parameters: Values
    tags: dict[str, str]


@dataclass
class Stack:
    """A stack, root or nested."""

    stack_id: str
    name: str
    account_id: str
    region: str
    definition: Definition
    capabilities: list[str] = field(default_factory=list)
    role_arn: str | None = None
    notification_arns: list[str] = field(default_factory=list)
    termination_protection: bool = False
    on_failure: str = "ROLLBACK"
    timeout_minutes: int | None = None
    description: str | None = None
    status: str = "CREATE_IN_PROGRESS"
    reason: str | None = None
    resources: dict[str, Resource] = field(default_factory=dict)
    outputs: list[Output] = field(default_factory=list)
    imports: set[str] = field(default_factory=set)
    events: list[Event] = field(default_factory=list)
    created: datetime = field(default_factory=now)
    updated: datetime | None = None
    deleted: datetime | None = None
    parent_id: str | None = None
    root_id: str | None = None
    detections: tuple[Detection, ...] = ()
    previous: Definition | None = None  # during an update, and after one that neither ended well nor went back
    retain_except_on_create: bool = False

    @property
    def tags(self) -> dict[str, str]:
        """The stack's own tags, which its resources take on."""
        return self.definition.tags

    @property
    def busy(self) -> bool:
        """An operation is at work on it."""
        return self.status.endswith("_IN_PROGRESS") and self.status != "REVIEW_IN_PROGRESS"

    def tell(self, resource: Resource, status: str, reason: str | None = None, properties: str | None = None) -> None:
        """The resource has the status, and an event says so."""
        resource.status, resource.reason, resource.updated = status, reason, now()
        self.events.append(
            Event(
                self.stack_id,
                self.name,
                resource.logical_id,
                resource.physical_id,
                resource.type,
                status,
                reason,
                properties,
            )
        )

    def turn(self, status: str, reason: str | None = None) -> None:
        """The stack has the status, and an event says so."""
        self.status, self.reason = status, reason
        self.events.append(Event(self.stack_id, self.name, self.name, self.stack_id, STACK, status, reason))


@dataclass
class Change:
    """One line of a change set."""

    action: str  # Add, Modify, Remove
    logical_id: str
    physical_id: str | None
    type: str
    replacement: str | None = None  # True, False, Conditional
    properties: list[str] = field(default_factory=list)


@dataclass
class ChangeSet:
    """A change set: a definition that waits to be executed."""

    id: str
    name: str
    kind: str  # CREATE, UPDATE
    stack_id: str
    stack_name: str
    definition: Definition
    description: str | None = None
    capabilities: list[str] = field(default_factory=list)
    role_arn: str | None = None
    notification_arns: list[str] = field(default_factory=list)
    on_failure: str | None = None
    changes: list[Change] = field(default_factory=list)
    status: str = "CREATE_COMPLETE"
    execution_status: str = "AVAILABLE"
    reason: str | None = None
    created: datetime = field(default_factory=now)
