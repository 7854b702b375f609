"""Sample data, with a word on what must become of it."""

from __future__ import annotations

from pathlib import Path

from copperctl import show
from copperctl.generate import Sample, generate


def make(folder: Path, *, rows: int, seed: int, days: int, dirt: int | None) -> Sample:
    """The folder holds the sample, and what must be rejected is printed."""
    sample = generate(folder, rows=rows, seed=seed, days=days, dirt=dirt)
    show.table(
        ["table", "kind of dirt", "rows", "must end as"],
        [[kind.table, kind.name, count, kind.reason or "accepted, mended"] for kind, count in sample.dirt],
        title=f"Sample in {folder}: " + ", ".join(f"{count} {table}" for table, count in sample.rows.items()),
        right=["rows"],
    )
    return sample
