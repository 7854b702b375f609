"""A stack's resources are brought to what its template says, and back again where that fails."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from localaws.planes.cloudformation import attempts, drift, outputs, resolve, schema, taken, template
from localaws.planes.cloudformation.context import Context
from localaws.planes.cloudformation.errors import Refused, said
from localaws.planes.cloudformation.removal import delete_resource, kept_on_rollback, remove
from localaws.planes.cloudformation.rows import ROWS
from localaws.planes.cloudformation.rows.base import Props, Row
from localaws.planes.cloudformation.stacks import Definition, Resource, Stack

NEW_PHYSICAL = "Requested update requires the creation of a new physical resource; hence creating one."
CUSTOM_NAMED = (
    "CloudFormation cannot update a stack when a custom-named resource requires replacing."
    " Rename {name} and update the stack again."
)


class Failed(Exception):
    """The deployment cannot go on; the message is the stack's reason."""


class Deployment:
    """One way of a stack from what it is to a new definition.

    `run` changes and creates; afterwards either `finish` deletes what is not wanted any more, or `rollback` undoes
    it all. Until then nothing is deleted that a rollback would need.

    With `back` it is the way back from an update that failed: what the definition does not have, that update made.
    """

    def __init__(self, backend: Any, stack: Stack, definition: Definition, *, back: bool = False) -> None:
        self.backend = backend
        self.stack = stack
        self.definition = definition
        self.back = back
        self.template = template.parse(definition.text)
        self.scope = resolve.scope(backend, stack, self.template, definition, stack.resources)
        self.before = copy.copy(stack)
        self.undo: list[Callable[[], None]] = []
        self.clean: list[Callable[[], None]] = []

    def run(self) -> None:
        """Every resource is as the new definition says, and so are outputs and exports.

        Raises:
            Failed: one is not; events say why.
        """
        self.stack.definition = self.definition
        self.stack.description = self.template.get("Description")
        names = template.order(self.template)
        for name in names:
            if self.scope.wanted(name):
                self._bring(name)
        try:
            outputs.publish(self.backend, self.stack, self.scope)
        except Refused as error:
            raise Failed(str(error)) from error
        kept = {name for name in names if self.scope.wanted(name)}
        for old in reversed([old for name, old in self.stack.resources.items() if name not in kept]):
            policy = kept_on_rollback(self.stack, old) if self.back else old.deletion_policy
            self.clean.append(lambda old=old, policy=policy: remove(self.stack, old, policy))  # type: ignore[misc]

    def finish(self) -> None:
        """What the new definition does not have is deleted; a failure is told in the events and left alone."""
        for step in self.clean:
            try:
                step()
            except Refused:
                continue

    def rollback(self) -> bool:
        """The stack is what it was; false when a step back failed, which the events tell."""
        whole = True
        for step in reversed(self.undo):
            try:
                step()
            except Refused:
                whole = False
        for name in ("definition", "description"):
            setattr(self.stack, name, getattr(self.before, name))
        outputs.restore(self.backend, self.stack, self.before)
        return whole

    def _bring(self, name: str) -> None:
        item = self.template["Resources"][name]
        old = self.stack.resources.get(name)
        if old is not None and old.type != item["Type"]:
            raise Failed(
                "Update of resource type is not permitted. The new template modifies resource type of the"
                f" following resources: [{name}]"
            )
        if old is not None and old.status == "CREATE_FAILED":  # left by a creation without rollback
            delete_resource(self.stack, old)
            old = None
        if old is None:
            self._create(name, item)
        else:
            self._change(old, item)

    def _create(self, name: str, item: Props) -> None:
        resource = Resource(name, item["Type"], **_policies(item))
        self.stack.resources[name] = resource
        self.undo.append(lambda: remove(self.stack, resource, kept_on_rollback(self.stack, resource)))
        self.stack.tell(resource, "CREATE_IN_PROGRESS")
        self._make(resource, "CREATE_FAILED", lambda: self._properties(name))
        self.stack.tell(resource, "CREATE_COMPLETE")

    def _make(self, resource: Resource, failure: str, wanted: Callable[[], Props]) -> None:
        """The physical resource exists; where that fails half-way, its id is kept so that it can be deleted."""
        context = Context(self.stack, resource.logical_id)
        row = ROWS[resource.type]
        try:
            resource.properties = wanted()
            resource.generated = _generated(row, context, resource.properties, {})
            given = resolve.live(self.stack, resource.effective)
            taken.check(context, resource.type, given)
            resource.physical_id = row.create(context, given)
            resource.attributes = row.attributes(context, resource.physical_id, given)
        except Exception as error:  # noqa: BLE001 - whatever a service says fails this resource
            resource.physical_id = context.physical_id
            self._fail(resource, failure, error)

    def _properties(self, name: str) -> Props:
        props = resolve.properties(self.scope, self.definition, name)
        resolve.accept(self.template["Resources"][name]["Type"], name, props)
        return props

    def _fail(self, resource: Resource, status: str, error: Exception) -> None:
        self.stack.tell(resource, status, said(error))
        verb = "create" if status == "CREATE_FAILED" else "update"
        raise Failed(f"The following resource(s) failed to {verb}: [{resource.logical_id}]. ") from error

    def _change(self, old: Resource, item: Props) -> None:
        row, name = ROWS[old.type], old.logical_id
        context = Context(self.stack, name, old.physical_id)
        saved = copy.copy(old)
        try:
            props = self._properties(name)
            generated = _generated(row, context, props, old.generated)
            new = {**generated, **props}
            untouched = props == old.properties and old.attempted is None
            if untouched and not row.drifted(context, old.physical_id, props):
                self.undo.append(lambda: _set(old, vars(saved)))
                _set(old, _policies(item))
                return
            replaces = row.update is None or bool(schema.replaces(old.type, old.effective, new))
            if replaces:
                _check_name(row, old, new)
        except Exception as error:  # noqa: BLE001 - the same
            self.undo.append(lambda: _set(old, vars(saved)))
            self._fail(old, "UPDATE_FAILED", error)
        if replaces:
            self._replace(old, item)
        else:
            self._update(old, saved, item, context, (props, generated))

    def _update(
        self, old: Resource, saved: Resource, item: Props, context: Context, wanted: tuple[Props, dict[str, str]]
    ) -> None:
        row = ROWS[old.type]
        assert row.update is not None
        new = resolve.live(self.stack, {**wanted[1], **wanted[0]})
        self.stack.tell(old, "UPDATE_IN_PROGRESS")
        old.attempted = attempts.attempt(saved, {**wanted[1], **wanted[0]})
        self.undo.append(lambda: self._go_back(old, saved, context))
        try:
            before = resolve.live(self.stack, saved.effective)
            drift.require(context, old, before)
            row.update(
                context, old.physical_id, new, attempts.in_flux(before, resolve.live(self.stack, saved.attempted), new)
            )
            old.attributes = row.attributes(context, old.physical_id, new)
        except Exception as error:  # noqa: BLE001 - the same
            self._fail(old, "UPDATE_FAILED", error)
        _set(old, {"properties": wanted[0], "generated": wanted[1], "attempted": None, **_policies(item)})
        self.clean.extend(context.clean)
        self.stack.tell(old, "UPDATE_COMPLETE")

    def _go_back(self, resource: Resource, saved: Resource, context: Context) -> None:
        attempted = resource.attempted or resource.effective
        self.stack.tell(resource, "UPDATE_IN_PROGRESS")
        try:
            if context.undo:
                for step in reversed(context.undo):
                    step()
            else:
                self._restore(resource, saved, context, attempted)
        except Exception as error:
            _set(resource, {**vars(saved), "attempted": attempted})
            self.stack.tell(resource, "UPDATE_FAILED", said(error))
            raise Refused(said(error)) from error
        _set(resource, {**vars(saved), "attempted": None})
        self.stack.tell(resource, "UPDATE_COMPLETE")

    def _restore(self, resource: Resource, saved: Resource, context: Context, attempted: Props) -> None:
        row, before = ROWS[resource.type], resolve.live(self.stack, saved.effective)
        assert row.update is not None
        drift.require(context, resource, before)
        row.update(context, resource.physical_id, before, resolve.live(self.stack, attempted))

    def _replace(self, old: Resource, item: Props) -> None:
        name = old.logical_id
        new = Resource(name, old.type, status="UPDATE_IN_PROGRESS", **_policies(item))
        self.stack.resources[name] = new
        self.undo.append(lambda: self._put_back(old, new))
        self.stack.tell(old, "UPDATE_IN_PROGRESS", NEW_PHYSICAL)
        self._make(new, "UPDATE_FAILED", lambda: self._properties(name))
        self.stack.tell(new, "UPDATE_COMPLETE")
        self.clean.append(lambda: delete_resource(self.stack, old, old.update_replace_policy))

    def _put_back(self, old: Resource, new: Resource) -> None:
        self.stack.resources[old.logical_id] = old
        delete_resource(self.stack, new)
        self.stack.tell(old, "UPDATE_COMPLETE")


def _generated(row: Row, context: Context, props: Props, old: dict[str, str]) -> dict[str, str]:
    """The name that the template leaves to CloudFormation: the one that it has, or a new one."""
    if not row.name or row.name in props:
        return {}
    return old or {row.name: context.generated_name(row.name_limit, row.lower)}


def _check_name(row: Row, old: Resource, new: Props) -> None:
    """Two resources of one name cannot exist side by side while one takes the other's place."""
    if row.name and new.get(row.name) == old.effective.get(row.name):
        raise Refused(CUSTOM_NAMED.format(name=new[row.name]))


def _policies(item: Props) -> dict[str, Any]:
    deletion = item.get("DeletionPolicy", "Delete")
    return {"deletion_policy": deletion, "update_replace_policy": item.get("UpdateReplacePolicy", "Delete")}


def _set(resource: Resource, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(resource, name, value)
