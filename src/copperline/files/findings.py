"""What looking at a file can end in: what was found in it, or why it is refused."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FoundColumn:
    """A column as the file itself tells it."""

    name: str
    type: str
    nested: bool = False


@dataclass(frozen=True)
class Finding:
    """What a readable file says of itself.

    `columns` is empty where the format names none in its first bytes. `drift` are sentences on what the contract
    does not know, or does not find and does not need.
    """

    columns: tuple[FoundColumn, ...] = ()
    rows: int | None = None
    drift: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refusal:
    """Why a file goes no further.

    `detail` names columns and types, never values: it ends in alerts and ledgers, which must not tell who somebody is.
    """

    reason: str
    detail: str
    remedy: str
