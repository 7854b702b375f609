"""Changing and deleting connections, which moto's Glue lacks, and telling all of them."""

from __future__ import annotations

from typing import Any

from localaws.mend import edit
from localaws.planes.glue_catalog.errors import not_found

#: GetConnection tells of what type a connection is (page "Connection").
_TYPE = (
    '"Status": self.status,',
    '"Status": self.status, "ConnectionType": self.connection_input.get("ConnectionType"),'
    ' "MatchCriteria": self.connection_input.get("MatchCriteria"),',
)


def apply() -> None:
    """UpdateConnection and DeleteConnection work (pages "UpdateConnection", "DeleteConnection")."""
    from moto.glue.models import FakeConnection, GlueBackend
    from moto.glue.responses import GlueResponse

    GlueBackend.update_connection, GlueBackend.delete_connection = update_connection, delete_connection
    GlueResponse.update_connection = _update_action
    GlueResponse.delete_connection = _delete_action
    edit(FakeConnection, "as_dict", *_TYPE)


def update_connection(self: Any, catalog_id: str, name: str, connection_input: dict[str, Any]) -> None:
    """The connection is what `connection_input` says, whole; its tags and time of creation stay."""
    from moto.glue.models import FakeConnection

    old = self.connections.get(name)
    if old is None:
        raise not_found("Connection", name)
    new = FakeConnection(self, catalog_id, {**connection_input, "Name": name}, {})
    new.created_time = old.created_time
    self.connections[name] = new


def delete_connection(self: Any, name: str) -> None:
    """The connection is gone.

    Raises:
        EntityNotFoundException: it was not there.
    """
    if self.connections.pop(name, None) is None:
        raise not_found("Connection", name)


def _update_action(self: Any) -> Any:
    from moto.core.responses import EmptyResult

    asked = self.parameters
    catalog = asked.get("CatalogId") or self.current_account
    self.glue_backend.update_connection(catalog, asked["Name"], asked["ConnectionInput"])
    return EmptyResult()


def _delete_action(self: Any) -> Any:
    from moto.core.responses import EmptyResult

    self.glue_backend.delete_connection(self.parameters["ConnectionName"])
    return EmptyResult()
