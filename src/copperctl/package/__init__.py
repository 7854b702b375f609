"""What ships: the wheel for Glue and one zip a Lambda, byte for byte the same from the same sources."""

from copperctl.package.build import Built, build

__all__ = ["Built", "build"]
