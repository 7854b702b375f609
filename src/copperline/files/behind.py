"""Which gold tables are behind what their silver has published, whatever run left them so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from copperline.contract import Contract
from copperline.files.dynamo import Table
from copperline.files.iceberg import Catalogue, Head
from copperline.names import Names


def compared_key(gold: str) -> tuple[str, str]:
    """The key of the item that holds the metadata files between which no difference was found."""
    return f"compared#{gold}", "latest"


@dataclass(frozen=True)
class Comparison:
    """Gold's record of the snapshots it was built from, against those that silver publishes.

    Metadata files never change, so a comparison that found no difference is remembered by their names.
    """

    table: Table
    catalogue: Catalogue
    names: Names

    def behind(self, gold: Iterable[Contract], kept: Mapping[tuple[str, str], Mapping[str, Any]]) -> set[str]:
        """Those whose sources are all published, and differ from what they were built from."""
        places = self._places()
        heads: dict[str, Head | None] = {}
        return {
            contract.id
            for contract in gold
            if kept.get(compared_key(contract.id), {}).get("files") != _files(contract, places)
            and self._differs(contract, places, heads)
        }

    def _places(self) -> dict[str, str]:
        return {
            f"{layer}.{name}": location
            for layer in ("silver", "gold")
            for name, location in self.catalogue.locations(self.names.database(layer)).items()
        }

    def _differs(self, contract: Contract, places: Mapping[str, str], heads: dict[str, Head | None]) -> bool:
        for name in (contract.id, *contract.reads):
            if name not in heads:
                heads[name] = self.catalogue.head(places[name]) if name in places else None
        sources = {source: head.snapshot for source in contract.reads if (head := heads[source])}
        if len(sources) < len(contract.reads):
            return False
        own = heads[contract.id]
        if own and own.built_from == sources:
            self.table.set(*compared_key(contract.id), {"files": _files(contract, places)})
            return False
        return True


def _files(contract: Contract, places: Mapping[str, str]) -> str:
    return "\n".join(places.get(name, "") for name in (contract.id, *contract.reads))
