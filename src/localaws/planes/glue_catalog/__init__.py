"""The Glue Data Catalog and Glue's definitions, where moto answers otherwise than AWS or not at all."""

from __future__ import annotations

from localaws.planes.glue_catalog import classifiers, connections, definitions, versions
from localaws.settings import Settings


def apply(settings: Settings) -> None:
    """Tables have versions that guard their writers, and whatever can be created can be changed and deleted."""
    for part in (versions, definitions, classifiers, connections):
        part.apply()
