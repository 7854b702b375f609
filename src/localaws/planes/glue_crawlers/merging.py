"""MergeNewColumns: what is in the catalog stays, and columns come (page "Setting crawler configuration options")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DEPRECATED = "DEPRECATED_BY_CRAWLER"
#: What a table that GetTable answers has in common with a TableInput.
TABLE_INPUT = (
    "Name",
    "Description",
    "Owner",
    "Retention",
    "StorageDescriptor",
    "PartitionKeys",
    "TableType",
    "Parameters",
)
#: The attributes whose change no new column can make good: the page names these three.
FUNDAMENTAL = ("classification", "compressionType", "delimiter")


def clashes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """The fundamental attributes that the catalog has otherwise than the files."""
    known, found = old.get("Parameters", {}), new["Parameters"]
    return [name for name in FUNDAMENTAL if name in known and known[name] != found.get(name)]


def merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """The table or partition of the catalog with the new columns, and with what only the crawler itself sets."""
    fields = ("Values", *TABLE_INPUT)
    kept = {field: old[field] for field in fields if old.get(field)}
    parameters = {**old.get("Parameters", {}), **new["Parameters"]}
    parameters.pop(DEPRECATED, None)
    storage = _storage(old["StorageDescriptor"], new["StorageDescriptor"])
    return {**new, **kept, "StorageDescriptor": storage, "Parameters": parameters}


def _storage(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    columns = _columns(old, new)
    given = {**new.get("SerdeInfo", {}).get("Parameters", {})}
    if "paths" in given:  # the names of all columns
        given["paths"] = ",".join(sorted(column["Name"] for column in columns))
    serde = {**new.get("SerdeInfo", {}), **old.get("SerdeInfo", {})}
    serde["Parameters"] = {**serde.get("Parameters", {}), **given}
    own = {field: new[field] for field in ("Location", "Parameters") if field in new}
    return {**new, **old, **own, "Columns": columns, "SerdeInfo": serde}


def _columns(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, Any]]:
    kept: list[dict[str, Any]] = list(old.get("Columns", []))
    names = {column["Name"] for column in kept}
    return kept + [column for column in new["Columns"] if column["Name"] not in names]
