"""What a contract may say of versions: `version` names the source's own, `history` keeps a row for each."""

from __future__ import annotations

from copperline.contract.model import CURRENT, VALID_FROM, VALID_TO, Column, Contract
from copperline.errors import ContractError, expected

_MOMENTS = ("timestamp", "date")


def with_sound_versions(contract: Contract) -> Contract:
    """The contract, in which `version` and `history` say what can be done.

    Raises:
        ContractError: they do not.
    """
    if type(contract.history) is not bool:
        raise _broken(contract, "history", "true or false", contract.history, "write one of them")
    if (contract.history or contract.version_by) and contract.layer != "silver":
        raise _broken(contract, "version, history", "a contract of silver", contract.id, "take them out")
    if contract.version_by:
        _check_version(contract)
    if contract.history:
        names = {column.stored_name for column in contract.columns}
        for name in (VALID_FROM, VALID_TO, CURRENT):
            if name in names:
                raise _broken(contract, name, "no such column beside history: true", "one", "rename it")
    return contract


def _check_version(contract: Contract) -> None:
    """The version is a column that the table keeps as it is, and in a table with history a moment of every row."""
    found = [column for column in contract.columns if column.name == contract.version_by]
    if not found or found[0].personal or found[0].primary_key:
        there = ", ".join(column.name for column in contract.columns if not (column.personal or column.primary_key))
        raise _broken(contract, "version", f"one of {there}", contract.version_by, "name the source's own version")
    if contract.history and not _is_moment(found[0]):
        got = f"{found[0].type}{', required' if found[0].required else ''}"
        want = f"{' or '.join(_MOMENTS)}, required, since rows hold from it"
        raise _broken(contract, f"version: {found[0].name}", want, got, "name another or leave version out")


def _is_moment(column: Column) -> bool:
    return column.type in _MOMENTS and column.required


def _broken(contract: Contract, field: str, want: str, got: object, remedy: str) -> ContractError:
    return ContractError(expected(contract.file, field, want, got, remedy))
