"""`python -m benchmarks.baseline --bucket B`: the six scripts, one after another, each in its own process."""

from __future__ import annotations

import subprocess
import sys

SCRIPTS = (
    "sales_to_silver",
    "inventory_to_silver",
    "ratings_to_silver",
    "sales_to_gold",
    "inventory_to_gold",
    "ratings_to_gold",
)


def main() -> None:
    """Every script has run; the first that fails ends it."""
    for script in SCRIPTS:
        subprocess.run([sys.executable, "-m", f"benchmarks.baseline.{script}", *sys.argv[1:]], check=True)


if __name__ == "__main__":
    main()
