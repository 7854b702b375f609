"""The glue_crawlers plane: moto's own so far."""

from __future__ import annotations

from localaws.settings import Settings


def apply(settings: Settings) -> None:
    """Nothing is mended yet."""
