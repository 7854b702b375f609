"""Contracts from files: YAML as people write them, or the JSON that ships in wheel and zips."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from copperline.contract.model import Column, Contract, Contracts, Measure
from copperline.contract.place import contracts_folder
from copperline.contract.rules import rules_of
from copperline.contract.versions import with_sound_versions
from copperline.errors import ContractError, expected

SUFFIXES = (".odcs.yaml", ".odcs.json")


def load_contracts(root: Path | None = None) -> Contracts:
    """Every contract below the folder, by its id; those that ship with the package unless told otherwise.

    Raises:
        ContractError: a file is no contract, or two have the same id.
    """
    return _load_all(root or contracts_folder())


@cache
def _load_all(root: Path) -> Contracts:
    files = sorted(file for file in root.glob("*/*.odcs.*") if file.name.endswith(SUFFIXES))
    found: dict[str, Contract] = {}
    for file in files:
        contract = load_contract(file)
        if contract.id in found:
            raise ContractError(expected(str(file), "id", "an id of its own", contract.id, "rename one of the two"))
        found[contract.id] = contract
    return Contracts(found)


def load_contract(file: Path) -> Contract:
    """The contract that the file holds.

    Raises:
        ContractError: the file cannot be parsed, lacks what every contract has, or says what cannot be done.
    """
    document = _document(file)
    try:
        return with_sound_versions(_contract(document, str(file)))
    except KeyError as missing:
        raise ContractError(expected(str(file), str(missing), "a value", "nothing", "add it")) from missing
    except (AttributeError, IndexError, TypeError) as error:
        raise ContractError(f"{file}: {error}; compare it with another contract") from error


def _document(file: Path) -> dict[str, Any]:
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ContractError(f"{file}: is no UTF-8: {error}; save it as UTF-8") from error
    if file.suffix == ".json":
        try:
            return dict(json.loads(text))
        except ValueError as error:
            raise ContractError(f"{file}: is no JSON: {error}; build the package anew") from error
    import yaml  # noqa: PLC0415 - what ships holds JSON, and has no use for a YAML parser

    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ContractError(f"{file}: is no YAML: {' '.join(str(error).split())}") from error
    if not isinstance(document, dict):
        raise ContractError(
            expected(str(file), "document", "a mapping", type(document).__name__, "start with apiVersion:")
        )
    return document


def _contract(document: Mapping[str, Any], file: str) -> Contract:
    schema = document["schema"][0]
    custom = _custom(schema)
    return Contract(
        id=document["id"],
        version=str(document["version"]),
        description=document["description"]["purpose"],
        grain=schema["dataGranularityDescription"],
        columns=tuple(_column(item, file) for item in schema["properties"]),
        file=file,
        reads=tuple(custom.get("reads", ())),
        feed=custom.get("feed", ""),
        folder=custom.get("folder", ""),
        aliases=tuple(custom.get("aliases", ())),
        format=custom.get("format", "parquet"),
        delivery=custom.get("delivery", "increments"),
        group=custom.get("publicationGroup", document["id"]),
        partition_above_bytes=int(custom.get("partitionAboveBytes", 0)),
        max_rejected_percent=_percent(custom.get("maxRejectedPercent"), file),
        rejected_rows_tolerated=int(custom.get("rejectedRowsTolerated", 0)),
        refers_to=_refers_to(schema, file),
        version_by=str(custom.get("version", "")),
        history=custom.get("history", False),
    )


def _percent(value: Any, file: str) -> float | None:
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 100):
        return value
    raise ContractError(expected(file, "maxRejectedPercent", "a number from 0 to 100", value, "write it so"))


def _refers_to(schema: Mapping[str, Any], file: str) -> tuple[str, ...]:
    """The ids of the contracts that foreign keys lead to, each told as layer.table.column."""
    keys = [key for element in (schema, *schema["properties"]) for key in element.get("relationships", [])]
    ends = [end for key in keys for end in (key["to"] if isinstance(key["to"], list) else [key["to"]])]
    for end in ends:
        if end.count(".") != 2:
            raise ContractError(expected(file, "relationships: to", "layer.table.column", end, "write it so"))
    return tuple(sorted({end.rpartition(".")[0] for end in ends}))


def _custom(element: Mapping[str, Any]) -> dict[str, Any]:
    return {item["property"]: item["value"] for item in element.get("customProperties", [])}


def _column(item: Mapping[str, Any], file: str) -> Column:
    return Column(
        name=item["name"],
        type=item["physicalType"],
        description=item["description"],
        required=item.get("required", False),
        unique=item.get("unique", False),
        primary_key=item.get("primaryKeyPosition", 0) if item.get("primaryKey") else 0,
        partitioned=item.get("partitionKeyPosition", 0) if item.get("partitioned") else 0,
        partition_transform=_custom(item).get("partitionTransform", ""),
        classification=item.get("classification", ""),
        encrypted_name=item.get("encryptedName", ""),
        rules=rules_of(item, file),
        measure=_measure(item),
    )


def _measure(item: Mapping[str, Any]) -> Measure | None:
    if "transformLogic" not in item:
        return None
    return Measure(source=item["transformSourceObjects"][0], expression=item["transformLogic"])
