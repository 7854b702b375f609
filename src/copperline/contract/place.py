"""Where the contracts are: inside the wheel or the zip that ships, or in the checkout."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from copperline.errors import ContractError


@cache
def contracts_folder() -> Path:
    """The folder that holds bronze/, silver/, gold/ and reference/.

    Raises:
        ContractError: neither the package nor the checkout has one.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "contracts", package.parent.parent / "contracts"):
        if (folder / "reference").is_dir():
            return folder
    raise ContractError(f"no contracts beside {package}: build the wheel with `make package`, or run from the checkout")
