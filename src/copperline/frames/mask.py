"""Personal values leave the frame: a keyed hash stays, or nothing."""

from __future__ import annotations

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from copperline.columns.hashes import INNER, OUTER, keyed_hash, with_pads
from copperline.contract import Contract
from copperline.frames.judge import rejected

PAYLOAD = "_payload"


def mask(df: DataFrame, contract: Contract, source: Contract, pads: DataFrame) -> DataFrame:
    """The same rows under their stored names, with `_payload` in place of `_raw`.

    `_payload` is the delivered row of a rejected one as JSON, its personal values hashed; NULL for the others.
    """
    padded = with_pads(df, pads)
    stored = [_stored(name, hashed) for name, hashed in _names(contract)]
    technical = [name for name in df.columns if name.startswith("_") and name != "_raw"]
    payload = F.when(rejected(), F.to_json(F.struct(*[_delivered(*named) for named in _personal(source)])))
    return padded.select(*stored, *technical, payload.alias(PAYLOAD)).drop(INNER, OUTER)


def _names(contract: Contract) -> list[tuple[str, str]]:
    return [(column.name, column.encrypted_name) for column in contract.columns if column.kept]


def _stored(name: str, hashed: str) -> SparkColumn:
    return keyed_hash(F.col(f"`{name}`")).alias(hashed) if hashed else F.col(f"`{name}`")


def _personal(source: Contract) -> list[tuple[str, bool]]:
    return [(column.name, column.personal) for column in source.columns]


def _delivered(name: str, personal: bool) -> SparkColumn:
    value = F.col(f"_raw.`{name}`")
    return (keyed_hash(value) if personal else value).alias(name)
