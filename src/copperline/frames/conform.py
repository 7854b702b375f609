"""The contract at a job's exit: exact names, order and types."""

from __future__ import annotations

from pyspark.sql import DataFrame

from copperline.columns.types import read_schema
from copperline.contract import Contract
from copperline.errors import ContractError, expected


def conform(df: DataFrame, contract: Contract) -> DataFrame:
    """The contract's columns in the contract's order, and after them the technical ones.

    Nothing is cast here: a cast that does not fit would lose a value in silence, so types must be right already.

    Raises:
        ContractError: the job's transform lacks a column, or gives it another type.
    """
    place = f"{contract.id}: what its job's transform returns"
    found = {field.name: field.dataType for field in df.schema}
    for field in read_schema(contract):
        got = found.get(field.name)
        if got is None:
            raise ContractError(
                expected(place, field.name, field.dataType.simpleString(), "no such column", "add a step")
            )
        if got != field.dataType:
            want, have = field.dataType.simpleString(), got.simpleString()
            raise ContractError(expected(place, field.name, want, have, "cast it in a step of the job"))
    technical = [name for name in df.columns if name.startswith("_")]
    return df.select(*[f"`{column.name}`" for column in contract.columns], *technical)
