"""Sample data in the shapes that contracts promise: deterministic, with dirt of known kinds."""

from copperctl.generate.sample import Sample, generate

__all__ = ["Sample", "generate"]
