"""Contracts held against the standard's own schema, and against the rules of the house."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import jsonschema
import yaml

from copperctl.checkout import root
from copperctl.show import note, say
from copperline.columns.types import spark_type
from copperline.contract import CORRECTIONS, Column, Contract, Contracts, load_contract, reference
from copperline.contract.order import circle
from copperline.errors import ContractError, CopperlineError, expected

#: `logicalType` of the standard for each physical type that a table of the house can hold.
LOGICAL = {
    "string": "string",
    "boolean": "boolean",
    "int": "integer",
    "bigint": "integer",
    "float": "number",
    "double": "number",
    "decimal": "number",
    "date": "date",
    "timestamp": "timestamp",
    "binary": "string",
}


def problems(folder: Path) -> Iterator[str]:
    """What is wrong with the contracts below the folder: file, place, expected, got, what to do."""
    found: dict[str, Contract] = {}
    for file in sorted(folder.glob("*/*.odcs.yaml")):
        broken = list(_against_standard(file))
        yield from broken
        if not broken:
            try:
                contract = load_contract(file)
            except CopperlineError as error:
                yield str(error)
                continue
            found[contract.id] = contract
            yield from _against_house(contract, file)
    for contract in found.values():
        yield from _against_each_other(contract, found)


def need_sound(folder: Path) -> None:
    """Nothing is wrong with the contracts below the folder.

    Raises:
        ContractError: something is; the message says the first of it.
    """
    found = list(problems(folder))
    if found:
        more = f" ({len(found) - 1} more: `make check` says them all)" if found[1:] else ""
        raise ContractError(f"{found[0]}{more}")


def _against_standard(file: Path) -> Iterator[str]:
    schema = json.loads(files("open_data_contract_standard").joinpath("schema.json").read_text(encoding="utf-8"))
    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        yield f"{file}: is no YAML: {' '.join(str(error).split())}"
        return
    for broken in jsonschema.Draft201909Validator(schema).iter_errors(document):
        place = ".".join(map(str, broken.absolute_path)) or "document"
        want = f"what the standard's {broken.validator} asks for ({json.dumps(broken.validator_value)[:120]})"
        yield expected(str(file), place, want, json.dumps(broken.instance, default=str)[:120], "mend it")


def _against_house(contract: Contract, file: Path) -> Iterator[str]:
    place = str(file)
    if contract.id != f"{file.parent.name}.{file.name.removesuffix('.odcs.yaml')}":
        yield expected(place, "id", f"{file.parent.name}.{file.name.removesuffix('.odcs.yaml')}", contract.id, "rename")
    if contract.layer != "bronze" and not contract.primary_key:
        yield expected(place, "primaryKey", "at least one property", "none", "say what a row is known by")
    if contract.feed == CORRECTIONS:
        yield expected(place, "feed", f"another name than {CORRECTIONS}, which is taken", contract.feed, "rename it")
    if contract.layer == "bronze" and not (contract.feed and contract.folder):
        yield expected(place, "customProperties", "feed and folder", "one of them missing", "add it")
    names = [column.stored_name for column in contract.columns]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield expected(place, "name", "a name of its own", f"{name} twice", "rename one of the two")
    if contract.max_rejected_percent is not None and contract.layer != "silver":
        yield expected(
            place, "maxRejectedPercent", "a silver contract", contract.layer, "rows are rejected there alone"
        )
    yield from _columns(contract, file)


def _columns(contract: Contract, file: Path) -> Iterator[str]:
    logical = {item["name"]: item["logicalType"] for item in _properties(file)}
    for column in contract.columns:
        place = f"{file}: {column.name}"
        try:
            spark_type(column.type, place)
        except ContractError as error:
            yield str(error)
            continue
        want = LOGICAL[column.type.partition("(")[0]]
        if logical[column.name] != want:
            yield expected(
                place, "logicalType", f"{want} for {column.type}", logical[column.name], "mend one of the two"
            )
        if column.measure and contract.layer == "silver":
            yield from _measure(contract, column, place)
        if column.personal and contract.layer == "gold":
            yield expected(place, "classification", "nothing personal in gold", column.classification, "take it out")
        if column.encrypted_name and not column.personal:
            yield expected(place, "encryptedName", "classification: personal beside it", "none", "add it")
        for rule in column.rules:
            if "reference" in rule.arguments:
                name, _, key = str(rule.arguments["reference"]).partition(".")
                try:
                    reference(name, key, key)
                except ContractError as error:
                    yield f"{place}: {error}"


def _measure(contract: Contract, column: Column, place: str) -> Iterator[str]:
    """A sum that silver takes over from bronze: of what adds up exactly, and of nothing that is personal."""
    assert column.measure is not None
    source = column.measure.source.partition(".")[2]
    if column.personal or not column.type.startswith(("int", "bigint", "decimal")):
        yield expected(place, "transformLogic", "a column of int, bigint or decimal", column.type, "take it out")
    if not re.search(rf"\b{source}[.]", column.measure.expression):
        want = f"columns of the file as {source}.<column>"
        yield expected(place, "transformLogic", want, column.measure.expression, "name them so")
    if column.measure.source != contract.reads[0]:
        yield expected(place, "transformSourceObjects", contract.reads[0], column.measure.source, "mend it")


def _properties(file: Path) -> list[dict[str, str]]:
    found: list[dict[str, str]] = yaml.safe_load(file.read_text(encoding="utf-8"))["schema"][0]["properties"]
    return found


def _against_each_other(contract: Contract, found: dict[str, Contract]) -> Iterator[str]:
    below = {"silver": "bronze", "gold": "silver"}.get(contract.layer)
    for source in contract.reads:
        if source not in found or found[source].layer != below:
            yield expected(contract.file, "reads", f"a contract of {below}", source, "mend it")
    if below and not contract.reads:
        yield expected(contract.file, "reads", f"contracts of {below}", "none", "say what it is made from")
    yield from _against_masking(contract, found)
    for other in contract.refers_to:
        if other not in found:
            yield expected(contract.file, "relationships", "a contract that is there", other, "mend it")
    if circle(Contracts(found), contract.id):
        want = "tables that do not refer to each other in a circle"
        yield expected(contract.file, "relationships", want, ", ".join(contract.refers_to), "take one of them out")
    for column in contract.columns:
        if column.measure and column.measure.source not in contract.reads:
            place = f"{contract.file}: {column.name}"
            yield expected(place, "transformSourceObjects", "one of reads", column.measure.source, "mend it")


def _against_masking(contract: Contract, found: dict[str, Contract]) -> Iterator[str]:
    """A rejected row keeps the columns of its file: only the bronze contract can tell which of them to hash."""
    personal = [column.name for column in contract.columns if column.personal]
    if contract.layer != "silver" or not personal:
        return
    for source in contract.reads:
        if source in found and not any(column.personal for column in found[source].columns):
            want = f"personal where {contract.id} has it ({', '.join(personal)})"
            remedy = "classify the column here too, or quarantine keeps its values as they came"
            yield expected(found[source].file, "classification", want, "no column that is personal", remedy)


def main() -> int:
    """Print every problem; answer 3 if there is any."""
    folder = root() / "contracts"
    found = list(problems(folder))
    for problem in found:
        note(problem)
    say(f"{len(list(folder.glob('*/*.odcs.yaml')))} contracts, {len(found)} problems")
    return ContractError.exit_code if found else 0


if __name__ == "__main__":
    sys.exit(main())
