"""`python -m copperctl.package`."""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

from copperctl.package.build import build
from copperline.errors import CopperlineError


def main(arguments: list[str] | None = None) -> int:
    """dist/ holds wheel and zips; their hashes are printed."""
    parser = argparse.ArgumentParser(prog="copperctl.package", description="Build the wheel and the Lambda zips.")
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="the checkout")
    options = parser.parse_args(arguments)
    try:
        built = build(options.root)
    except CopperlineError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    for file in (built.wheel, *built.functions):
        print(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(options.root)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
