"""A contract as the rest of the house sees it: plain, frozen, free of YAML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

PERSONAL = "personal"
#: The feed of what people say of rejected rows; no source may be called so.
CORRECTIONS = "corrections"
#: The columns that a table with history has beside its contract's: for how long a row holds.
VALID_FROM, VALID_TO, CURRENT = "valid_from", "valid_to", "current"


@dataclass(frozen=True)
class Rule:
    """One thing that must hold for a value: the check's name, its arguments, and the reason of a row that breaks it."""

    check: str
    reason: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Measure:
    """A sum that must be the same on both sides of a job: the source, and the SQL aggregate over its rows."""

    source: str
    expression: str


@dataclass(frozen=True)
class Column:
    """One property of a contract."""

    name: str
    type: str
    description: str
    required: bool = False
    unique: bool = False
    primary_key: int = 0
    partitioned: int = 0
    partition_transform: str = ""
    classification: str = ""
    encrypted_name: str = ""
    rules: tuple[Rule, ...] = ()
    measure: Measure | None = None

    @property
    def personal(self) -> bool:
        """Whether the value tells who somebody is: it is hashed or absent past bronze."""
        return self.classification == PERSONAL

    @property
    def kept(self) -> bool:
        """Whether tables keep the value or its hash; a personal value without a hash is absent past bronze."""
        return bool(self.encrypted_name) or not self.personal

    @property
    def stored_name(self) -> str:
        """The name under which tables keep the value: that of the hash where the value itself is personal."""
        return self.encrypted_name or self.name

    @property
    def stored_type(self) -> str:
        """The type under which tables keep the value: a keyed hash is 64 hexadecimal digits."""
        return "string" if self.encrypted_name else self.type


@dataclass(frozen=True)
class Contract:
    """One table, whole."""

    id: str
    version: str
    description: str
    grain: str
    columns: tuple[Column, ...]
    file: str = ""
    reads: tuple[str, ...] = ()
    feed: str = ""
    folder: str = ""
    aliases: tuple[str, ...] = ()
    format: str = "parquet"
    delivery: str = "increments"
    group: str = ""
    partition_above_bytes: int = 0
    max_rejected_percent: float | None = None
    rejected_rows_tolerated: int = 0
    refers_to: tuple[str, ...] = ()
    version_by: str = ""
    history: bool = False

    @property
    def layer(self) -> str:
        """bronze, silver or gold."""
        return self.id.partition(".")[0]

    @property
    def table(self) -> str:
        """The stem that names contract, job, tests and table."""
        return self.id.partition(".")[2]

    @property
    def primary_key(self) -> tuple[str, ...]:
        """The names of the key's columns, in the key's order."""
        keys = [column for column in self.columns if column.primary_key]
        return tuple(column.stored_name for column in sorted(keys, key=lambda column: column.primary_key))

    @property
    def row_key(self) -> tuple[str, ...]:
        """What no two rows have in common: the primary key and, in a table with history, when a row begins to hold."""
        return (*self.primary_key, *([VALID_FROM] if self.history else []))

    @property
    def partitions(self) -> tuple[Column, ...]:
        """The columns that the table is partitioned by, if it is large enough when it is made."""
        parts = [column for column in self.columns if column.partitioned]
        return tuple(sorted(parts, key=lambda column: column.partitioned))


class Contracts(Mapping[str, Contract]):
    """All contracts by their id, such as silver.sales."""

    def __init__(self, contracts: Mapping[str, Contract]) -> None:
        self._by_id = dict(sorted(contracts.items()))

    def __getitem__(self, key: str) -> Contract:
        return self._by_id[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def layer(self, name: str) -> tuple[Contract, ...]:
        """The contracts of a layer, in the order of their names."""
        return tuple(contract for contract in self._by_id.values() if contract.layer == name)

    def bronze(self) -> tuple[Contract, ...]:
        """What is delivered."""
        return self.layer("bronze")

    def silver(self) -> tuple[Contract, ...]:
        """What is typed and cleaned."""
        return self.layer("silver")

    def gold(self) -> tuple[Contract, ...]:
        """What answers questions."""
        return self.layer("gold")

    def readers(self, contract_id: str) -> tuple[str, ...]:
        """The ids of the contracts that are made from this one; corrections go to the table that they correct."""
        layer, _, stem = contract_id.partition(".")
        if layer == CORRECTIONS:
            return (f"silver.{stem}",) if f"silver.{stem}" in self._by_id else ()
        return tuple(contract.id for contract in self._by_id.values() if contract_id in contract.reads)

    def feeds(self) -> tuple[str, ...]:
        """The names of the source systems."""
        return tuple(sorted({contract.feed for contract in self.bronze()}))

    def feed_of(self, contract_id: str) -> str:
        """The source system that a table stems from; the first by name where there are several."""
        contract = self[contract_id]
        return contract.feed or min(self.feed_of(source) for source in contract.reads)
