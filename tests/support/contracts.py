"""Contracts drawn in a test: a whole valid one, of which the test changes what it is about."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from copperline.contract import Contract
from copperline.contract.load import load_contract

Document = dict[str, Any]


def prop(name: str, physical: str = "string", logical: str = "string", **more: Any) -> Document:
    """One property."""
    return {"name": name, "physicalType": physical, "logicalType": logical, "description": f"The {name}."} | more


def key(name: str = "id", place: int = 1) -> Document:
    """The property that a row is known by."""
    return prop(name, "bigint", "integer", required=True, primaryKey=True, primaryKeyPosition=place)


def document(contract_id: str, *properties: Document, **custom: Any) -> Document:
    """A contract as the standard and the house want it."""
    layer, _, table = contract_id.partition(".")
    kinds: dict[str, Document] = {
        "bronze": {"feed": "shop", "folder": table},
        "silver": {"reads": [f"bronze.{table}"]},
        "gold": {"reads": [f"silver.{table}"]},
    }
    custom = kinds[layer] | custom
    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": contract_id,
        "version": "1.0.0",
        "status": "active",
        "name": table,
        "description": {"purpose": f"The {table}."},
        "schema": [
            {
                "name": table,
                "logicalType": "object",
                "physicalType": "table",
                "description": f"The {table}.",
                "dataGranularityDescription": "one row per id",
                "properties": list(properties) or [key()],
                "customProperties": [{"property": name, "value": value} for name, value in custom.items()],
            }
        ],
    }


def write(folder: Path, contract: Document, *, file: str = "", suffix: str = ".odcs.yaml") -> Path:
    """The file that holds the contract, where the house wants it unless told otherwise."""
    layer, _, table = contract["id"].partition(".")
    path = folder / (file or f"{layer}/{table}{suffix}")
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(contract) if path.suffix == ".json" else yaml.safe_dump(contract, allow_unicode=True)
    path.write_text(text, encoding="utf-8")
    return path


def load(folder: Path, contract: Document) -> Contract:
    """The contract, through a file."""
    return load_contract(write(folder, contract))
