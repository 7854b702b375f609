"""`python -m copperctl.render [--check]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from copperctl.render.rooms import render, rooms
from copperline.errors import CopperlineError


def main(arguments: list[str] | None = None) -> int:
    """Templates are rendered, or with `--check` only compared: 1 when they differ, 3 when that cannot be told."""
    parser = argparse.ArgumentParser(prog="copperctl.render", description="Render templates from contracts and SQL.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail where something would change")
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="the checkout")
    options = parser.parse_args(arguments)
    try:
        drifts = rooms(options.root) if options.check else render(options.root)
    except CopperlineError as error:
        print(error, file=sys.stderr)
        return 3
    for drift in drifts:
        print(
            f"{drift.file.relative_to(options.root)}: {'differs: run `make render`' if options.check else 'rendered'}"
        )
    return 1 if drifts and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
