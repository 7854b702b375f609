"""Clients of one instance, and what commands ask of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from copperctl.deploy.account import Account
from copperctl.instance import Instance


@dataclass
class Aws:
    """An instance with its clients, each built once."""

    instance: Instance
    _clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """A boto3 client on the instance."""
        if service not in self._clients:
            self._clients[service] = Account(self.instance.environment()).client(service)
        return self._clients[service]

    def output(self, name: str) -> str:
        """An output of the root stack."""
        return self.instance.outputs[name]
