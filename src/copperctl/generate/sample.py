"""Sample data as files that a source would deliver."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq

from copperctl.generate import zoop
from copperctl.generate.dirt import Dirt, Row, soil
from copperline.contract import Contract, load_contracts
from copperline.errors import UsageError, expected

_TYPES = {"bigint": pa.int64(), "double": pa.float64(), "string": pa.string()}


@dataclass(frozen=True)
class Sample:
    """What was made: files, rows by table, and what must be rejected."""

    files: tuple[Path, ...]
    rows: dict[str, int]
    dirt: tuple[tuple[Dirt, int], ...]

    def rejected(self, table: str) -> Counter[str]:
        """How many rows of the table must be rejected, by reason."""
        found: Counter[str] = Counter()
        for kind, count in self.dirt:
            if kind.table == table and kind.reason:
                found[kind.reason] += count
        return found


def generate(folder: Path, *, rows: int = 10_000, seed: int = 1, days: int = 365, dirt: int | None = None) -> Sample:
    """The folder holds `<feed>/<table>/<file>` for every table of zoop; the same arguments make the same bytes.

    `rows` are clean sales; `dirt` is how many rows of each kind come on top, one a thousand unless told otherwise.

    Raises:
        UsageError: rows or days are not positive, or dirt is negative.
    """
    for name, value, least in (("--rows", rows, 1), ("--days", days, 1), ("--dirt", dirt or 0, 0)):
        if value < least:
            raise UsageError(expected("generate", name, f"at least {least}", value, "give a larger number"))
    each = max(rows // 1000, 1) if dirt is None else dirt
    random = Random(seed)  # noqa: S311 - sample data, and the same for the same seed
    sold = zoop.sales(random, rows, days)
    made = {"sales": sold, "inventory": zoop.inventory(random, sold, days), "ratings": zoop.ratings(random, rows, days)}
    files, counts, kinds = [], {}, []
    for table, clean in made.items():
        mixed, soiled = soil(random, table, clean, each)
        files.append(_write(folder, load_contracts()[f"bronze.zoop_{table}"], mixed, days))
        counts[table] = len(mixed)
        kinds += soiled
    return Sample(tuple(files), counts, tuple(kinds))


def _write(folder: Path, contract: Contract, rows: list[Row], days: int) -> Path:
    schema = pa.schema([(column.name, _TYPES[column.type]) for column in contract.columns])
    path = folder / contract.feed / contract.folder / f"{contract.aliases[0]}_{zoop.START}_{days}_days.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
    return path
