"""What can be wrong with Spark on this machine."""

from __future__ import annotations


class SparkUnavailableError(RuntimeError):
    """Spark cannot run here; the message says what to install."""
