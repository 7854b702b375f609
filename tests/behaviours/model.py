"""What silver, quarantine and the ledgers hold after any deliveries, in plain Python: nothing of the product is used.

The rules are those of the documentation: the newest version of a sale wins, by the moment of its delivery and then by
its place in the file; a row that tells nothing new is unchanged; a row that breaks a rule is in quarantine; a file that
cannot be read, or is not what it should be, is refused; bytes that were delivered before are not read again. With its
files a run reads again whatever was published of later ones. The version of a sale is the one since which all have said
the same, so that it makes no difference how often it was said.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import takewhile
from typing import Any

Row = Mapping[str, Any]
Values = tuple[Any, ...]
Sale = tuple[Values, str, int]
ACCEPTED, REPEATED, REFUSED = "accepted", "repeated", "refused"

COUNTED = ("read", "inserted", "updated", "unchanged", "superseded", "quarantined")
REASONS = {
    "quantity": ["quantity_out_of_range"],
    "rating": ["rating_out_of_range"],
    "moment": ["sold_at_impossible"],
    "future": ["sold_at_after_delivery"],
    "state": ["customer_state_unknown"],
    "nobody": ["sale_id_missing"],
    "both": ["quantity_out_of_range", "customer_state_unknown"],
}


@dataclass(frozen=True)
class Line:
    """A row of a file: whose history it is part of, what is wrong with it, and what it says."""

    history: int
    flaw: str
    row: Row


@dataclass(frozen=True)
class File:
    """A delivered file; files compare by the order of their delivery."""

    order: int
    day: int
    key: str
    body: bytes = field(repr=False)
    lines: Sequence[Line] = field(repr=False)
    fault: str = ""
    second: bool = False

    @property
    def sha256(self) -> str:
        """The digest of its bytes."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass
class Lakehouse:
    """One stack's deliveries, silver.sales, its quarantine, and what happened to rows and histories."""

    secret: bytes
    versions: dict[int, dict[tuple[int, int], Values]] = field(default_factory=dict)
    quarantine: dict[tuple[str, int], list[str]] = field(default_factory=dict)
    accepted: list[File] = field(default_factory=list)
    states: dict[int, str] = field(default_factory=dict)
    published: set[int] = field(default_factory=set)
    rows: Counter[str] = field(default_factory=Counter)
    histories: dict[str, set[int]] = field(default_factory=dict)

    def deliver(self, file: File) -> None:
        """The file is accepted, a repetition, or refused."""
        if file.fault:
            self.states[file.order] = REFUSED
            self._saw("in a refused file", file.lines)
        elif any(file.body == other.body for other in self.accepted):
            self.states[file.order] = REPEATED
            self._saw("in a file delivered again", file.lines)
        else:
            self.states[file.order] = ACCEPTED
            self.accepted.append(file)
        if file.second:
            self._saw("in a second version of a file", file.lines)

    def run(self, days: range | None = None, *, everything: bool = False) -> dict[str, int]:
        """A run over what waits, over the files of some days, or over all; what it counts."""
        chosen = [file for file in self.accepted if self._chosen(file, days, everything=everything)]
        chosen = self._caught_up(chosen)
        counts: Counter[str] = Counter()
        batch: dict[int, tuple[dict[tuple[int, int], Values], Line]] = {}
        for file in sorted(chosen, key=lambda file: file.order):
            for place, line in enumerate(file.lines):
                counts["read"] += 1
                if line.flaw:
                    counts["quarantined"] += 1
                    self._reject(file, place, line)
                    continue
                key = line.row["ID_venda"]
                if key in batch:
                    counts["superseded"] += 1
                    self._saw("superseded in its run", [line])
                said = batch[key][0] if key in batch else {}
                batch[key] = (said | {(file.order, place): self._values(line.row)}, line)
        for key, (said, line) in batch.items():
            counts[self._merge(key, said, line)] += 1
        self.published |= {file.order for file in chosen}
        return {name: counts[name] for name in COUNTED if counts[name]}

    def _chosen(self, file: File, days: range | None, *, everything: bool) -> bool:
        if everything:
            return True
        return file.day in days if days is not None else file.order not in self.published

    def _caught_up(self, chosen: list[File]) -> list[File]:
        orders = {file.order for file in chosen}
        for file in chosen:
            if file.order not in self.published and file.order < max(self.published, default=0):
                self._saw("in a file processed late", file.lines)
        later = [file for file in self.accepted if file.order in self.published and file.order > min(orders, default=0)]
        return chosen + [file for file in later if file.order not in orders] if chosen else []

    def _reject(self, file: File, place: int, line: Line) -> None:
        where = (file.sha256, place)
        if where not in self.quarantine:
            self._saw(f"malformed: {line.flaw}", [line])
        self.quarantine[where] = REASONS[line.flaw]

    def _merge(self, key: int, said: dict[tuple[int, int], Values], line: Line) -> str:
        before = self._standing(key)
        self.versions[key] = self.versions.get(key, {}) | said
        after = self._standing(key)
        if before is None:
            kind = "inserted"
        elif after != before:
            kind = "updated"
        else:
            kind = "unchanged" if said[max(said)] == before[0] else "superseded"
        self._saw(kind, [line])
        return kind

    def _standing(self, key: int) -> tuple[Values, tuple[int, int]] | None:
        """What the newest of the versions that were read says, and the first since which all have said so."""
        newest_first = sorted(self.versions.get(key, {}).items(), reverse=True)
        same = list(takewhile(lambda one: one[1] == newest_first[0][1], newest_first))
        return (same[-1][1], same[-1][0]) if same else None

    @property
    def silver(self) -> dict[int, Sale]:
        """Every sale as the table has it, with where it first said so: the file's digest, and the place in it."""
        standing = {key: self._standing(key) for key in self.versions}
        return {key: (one[0], *self._place(one[1])) for key, one in standing.items() if one}

    def _place(self, version: tuple[int, int]) -> tuple[str, int]:
        order, place = version
        return next(file.sha256 for file in self.accepted if file.order == order), place

    def _saw(self, what: str, lines: Iterable[Line]) -> None:
        for line in lines:
            self.rows[what] += 1
            self.histories.setdefault(what, set()).add(line.history)

    def _values(self, row: Row) -> Values:
        """The sale as silver has it."""
        at = datetime.fromisoformat(f"{row['Ano']}-{row['Mês']:02}-{row['Dia']:02}T{row['Horario']}")
        name = hmac.new(self.secret, row["Nome_cliente"].encode(), hashlib.sha256).hexdigest()
        return (
            row["ID_venda"],
            at,
            row["Canal_venda"],
            row["Origem_venda"],
            row["ID_produto"],
            row["Produto"],
            row["Categoria_produto"] or "Eletrodomésticos",
            Decimal(str(row["Preco_unitario"])).quantize(Decimal("0.01")),
            row["Quantidade"],
            row["Metodo_pagamento"],
            row["ID_cliente"],
            name,
            row["Genero_cliente"],
            row["Idade_cliente"],
            row["Cidade_cliente"],
            {"Mato Grosso do Sul": "MS"}[row["UF_cliente"]],
            row["Regiao_cliente"],
            row["Avaliacao"],
        )

    def truth(self) -> dict[int, Sale]:
        """What all accepted files say of every sale, one after the other, whatever runs there were."""
        found: dict[int, Sale] = {}
        for file in sorted(self.accepted, key=lambda file: file.order):
            for place, line in enumerate(file.lines):
                key = line.row["ID_venda"]
                if not line.flaw and (key not in found or found[key][0] != self._values(line.row)):
                    found[key] = (self._values(line.row), file.sha256, place)
        return found
