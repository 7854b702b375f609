"""Classifiers, which moto's Glue does not know: they are kept as they were given, on its backend."""

from __future__ import annotations

from typing import Any

from localaws.planes.glue_catalog.errors import not_found, refusal

KINDS = ("GrokClassifier", "XMLClassifier", "JsonClassifier", "CsvClassifier")


def apply() -> None:
    """Create-, Update-, Get-, GetClassifiers and DeleteClassifier work (pages "CreateClassifier" and so on)."""
    from moto.glue.models import GlueBackend
    from moto.glue.responses import GlueResponse

    GlueBackend.classifiers = property(_classifiers)
    GlueResponse.create_classifier = _create
    GlueResponse.update_classifier = _update
    GlueResponse.get_classifier = _get
    GlueResponse.get_classifiers = _get_all
    GlueResponse.delete_classifier = _delete


def _classifiers(backend: Any) -> dict[str, dict[str, Any]]:
    """Name → {kind: definition}; on the backend, so that it is part of the state."""
    found: dict[str, dict[str, Any]] = backend.__dict__.setdefault("_classifiers", {})
    return found


def _given(response: Any, operation: str) -> tuple[str, dict[str, Any]]:
    asked = response.parameters
    kinds = list(asked)
    if len(kinds) != 1 or kinds[0] not in KINDS:
        raise refusal(
            "InvalidInputException",
            f"{operation}: expected one of {', '.join(KINDS)}, got {', '.join(asked) or 'none'}",
        )
    return kinds[0], asked[kinds[0]]


def _create(self: Any) -> Any:
    from moto.core.responses import EmptyResult
    from moto.core.utils import utcnow

    kind, definition = _given(self, "CreateClassifier")
    name, known = definition["Name"], self.glue_backend.classifiers
    if name in known:
        raise refusal("AlreadyExistsException", f"Classifier with name {name} already exists.")
    stamps = {"CreationTime": utcnow(), "LastUpdated": utcnow(), "Version": 1}
    known[name] = {kind: {**definition, **stamps}}
    return EmptyResult()


def _update(self: Any) -> Any:
    from moto.core.responses import EmptyResult
    from moto.core.utils import utcnow

    kind, definition = _given(self, "UpdateClassifier")
    old = _found(self, definition["Name"])
    if kind not in old:
        raise refusal("InvalidInputException", f"Classifier {definition['Name']} is a {next(iter(old))}, not a {kind}")
    old[kind] = {**old[kind], **definition, "LastUpdated": utcnow(), "Version": old[kind]["Version"] + 1}
    return EmptyResult()


def _get(self: Any) -> Any:
    from moto.core.responses import ActionResult

    return ActionResult({"Classifier": _found(self, self.parameters["Name"])})


def _get_all(self: Any) -> Any:
    from moto.core.responses import ActionResult

    return ActionResult({"Classifiers": list(self.glue_backend.classifiers.values())})


def _delete(self: Any) -> Any:
    from moto.core.responses import EmptyResult

    name = self.parameters["Name"]
    _found(self, name)
    del self.glue_backend.classifiers[name]
    return EmptyResult()


def _found(response: Any, name: str) -> dict[str, Any]:
    known: dict[str, dict[str, Any]] = response.glue_backend.classifiers
    if name not in known:
        raise not_found("Classifier", name)
    return known[name]
